/**
 * The common case, kept apart because it is most of the speed: a call that asks for one call of each limit and spends
 * money at once, where all of it fits and little or nothing has left a window. For whatever else there may be it ends
 * without an answer, having written nothing, and the rest of the script decides from the start.
 *
 * What it writes is what `log.ts` would write: see there for what a log is.
 */
export const quickLua: string = /* lua */ `
local function quick()
  local logs, position, nextKey = {}, 3, 1
  local kind = ARGV[3]
  while kind do
    local key, limit = KEYS[nextKey], tonumber(ARGV[position + 1])
    local newest = call('LINDEX', key, 0)
    if kind == 'call' then
      local window, used, gone, before = tonumber(ARGV[position + 2]), 0, 0, nil
      if newest then
        before = tonumber(newest)
        if not before or before > wall then return end
        local oldest = tonumber(call('LINDEX', key, -1))
        while oldest and oldest + window <= wall and gone < 8 do
          gone = gone + 1
          oldest = tonumber(call('LINDEX', key, -1 - gone) or '')
        end
        if not oldest or gone == 8 then return end
        used = call('LLEN', key) - gone
      end
      if used >= limit then return end
      logs[#logs + 1] = { key, before, window, wall, false, used + 1, gone }
      position, nextKey = position + 3, nextKey + 1
    elseif kind == 'spend' then
      local units, window = tonumber(ARGV[position + 2]), tonumber(ARGV[position + 3])
      local before, inSlice, used, held, lease, isMerged = nil, 0, 0, 0, 0, false
      if newest then
        before, inSlice, used, held, lease = unpack('>ddddd', newest)
        if before > wall or before + window <= wall or (lease > 0 and lease <= wall) then return end
        if inSlice ~= used and unpack('>d', call('LINDEX', key, -1)) + window <= wall then return end
        isMerged = floor(before / (window / 59)) == floor(wall / (window / 59))
        if not isMerged then inSlice, held = 0, 0 end
      end
      used = used + units
      if used > limit then return end
      local entry = pack('>ddddd', wall, inSlice + units, used, held, lease)
      logs[#logs + 1] = { key, before, window, entry, isMerged, used, 0 }
      position, nextKey = position + 4, nextKey + 2
    else
      return
    end
    kind = ARGV[position]
  end
  local answer = { 'taken', wall }
  for index = 1, #logs do
    local log = logs[index]
    local key, before, eighth = log[1], log[2], log[3] / 8
    if log[7] > 0 then call('LTRIM', key, 0, -1 - log[7]) end
    if log[5] then call('LSET', key, 0, log[4]) else call('LPUSH', key, log[4]) end
    if not before or floor(before / eighth) ~= floor(wall / eighth) then
      call('PEXPIRE', key, math.ceil(log[3] / 800) + 1000)
    end
    answer[index + 2] = log[6]
  end
  return answer
end

if ARGV[2] == 'plain' then
  local answer = quick()
  if answer then return answer end
end
`
