/**
 * The common case, kept apart because it is most of the speed: a call that asks for one call of each limit and spends
 * money at once, where all of it fits and little or nothing has left a window. For whatever else there may be it ends
 * without an answer, having written nothing, and the rest of the script decides from the start.
 *
 * Each claim is checked on the way down and written on the way back, so that what is known of it stays on the stack:
 * tables would cost more than all else here. What is written is what `log.ts` would write: see there for what a log is.
 */
export const quickLua: string = /* lua */ `
local quick

-- The key lives as in log.ts.
local function write(key, window, before, isMerged, entry)
  if isMerged then call('LSET', key, '0', entry) else call('LPUSH', key, entry) end
  local eighth = window / 8
  if not before or floor(before / eighth) ~= floor(wall / eighth) then
    call('PEXPIRE', key, math.ceil(window / 800) + 1000)
  end
end

local function quickCall(position, nextKey)
  local key, window = KEYS[nextKey], tonumber(ARGV[position + 2])
  local used, gone, before, keepsUntil = 0, 0, nil, wall + window
  local newest = call('LINDEX', key, '0')
  if newest then
    if #newest ~= 8 then return end
    local share
    before, share = unpack('>I7I1', newest)
    if before > wall then return end
    keepsUntil = before + share * window / 255
    while keepsUntil <= wall and gone < 8 do
      local oldest = call('LINDEX', key, -1 - gone)
      if not oldest or #oldest ~= 8 then return end
      keepsUntil = unpack('>I7', oldest) + window
      if keepsUntil <= wall then gone = gone + 1 end
    end
    if gone == 8 then return end
    used = call('LLEN', key) - gone
  end
  if used >= tonumber(ARGV[position + 1]) then return end
  local answer = quick(position + 3, nextKey + 1)
  if not answer then return end
  if gone > 0 then call('LTRIM', key, '0', -1 - gone) end
  write(key, window, before, false, pack('>I7I1', wall, floor((keepsUntil - wall) * 255 / window)))
  answer[#answer + 1] = used + 1
  return answer
end

local function quickSpend(position, nextKey)
  local key, units, window = KEYS[nextKey], tonumber(ARGV[position + 2]), tonumber(ARGV[position + 3])
  if units == 0 then return end
  local before, inSlice, used, held, lease, keepsUntil, isMerged = nil, 0, 0, 0, 0, wall + window, false
  local newest = call('LINDEX', key, '0')
  if newest then
    before, inSlice, used, held, lease, keepsUntil = unpack('>dddddd', newest)
    if before > wall or keepsUntil <= wall or (lease > 0 and lease <= wall) then return end
    isMerged = floor(before / (window / 59)) == floor(wall / (window / 59))
    if not isMerged then inSlice, held = 0, 0 end
  end
  used = used + units
  if used > tonumber(ARGV[position + 1]) then return end
  local answer = quick(position + 4, nextKey + 2)
  if not answer then return end
  write(key, window, before, isMerged, pack('>dddddd', wall, inSlice + units, used, held, lease, keepsUntil))
  answer[#answer + 1] = used
  return answer
end

quick = function(position, nextKey)
  local kind = ARGV[position]
  if kind == 'call' then return quickCall(position, nextKey) end
  if kind == 'spend' then return quickSpend(position, nextKey) end
  if not kind then return { 'taken', wall } end
end

if ARGV[2] == 'plain' then
  local answer = quick(3, 1)
  if answer then return answer end
end
`
