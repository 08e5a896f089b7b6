/**
 * The common case, kept apart because it is most of the speed: a call that asks for one call of each limit and spends
 * money at once, where all of it fits and little or nothing has left a window. For whatever else there may be it ends
 * without an answer, having written nothing, and the rest of the script decides from the start.
 *
 * Each claim is checked on the way down and written on the way back, so that what is known of it stays on the stack:
 * tables would cost more than all else here. What is written is what `log.ts` would write: see there for what a log is.
 */
export const quickLua: string = /* lua */ `
local function quick(position, last, nextKey)
  if position > last then return { wall } end
  local kind = ARGV[position]
  local key, window, life, keepsUntil, used, gone, isMerged = KEYS[nextKey], nil, nil, nil, 0, 0, false
  local newest, before, entry, answer = nil, nil, nil, nil
  if kind == 'call' then
    window = tonumber(ARGV[position + 2])
    newest, keepsUntil = call('LINDEX', key, '0'), wall + window
    if newest then
      if #newest ~= 12 then return end
      local share
      before, share, used = unpack('>I7I1I4', newest)
      if before > wall then return end
      keepsUntil = before + share * window / 255
      while keepsUntil <= wall and gone < 8 do
        local oldest = call('LINDEX', key, -1 - gone)
        if not oldest or #oldest ~= 12 then return end
        keepsUntil = unpack('>I7', oldest) + window
        if keepsUntil <= wall then gone = gone + 1 end
      end
      if gone == 8 then return end
      used = used - gone
    end
    used = used + 1
    if used > tonumber(ARGV[position + 1]) or used > 4294967295 then return end
    entry = pack('>I7I1I4', wall, floor((keepsUntil - wall) * 255 / window), used)
    answer = quick(position + 3, last, nextKey + 1)
  elseif kind == 'spend' or kind == 'spendIn' then
    local units, inSlice, held, lease, start, nextPosition = tonumber(ARGV[position + 2]), 0, 0, 0, 0, position + 4
    local since = wall
    if units == 0 then return end
    window = tonumber(ARGV[position + 3])
    keepsUntil = wall + window
    if kind == 'spendIn' then
      start, keepsUntil, life, nextPosition = window, tonumber(ARGV[position + 4]), tonumber(ARGV[position + 5]), position + 6
      if life > 0 then keepsUntil = NEVER end
      if wall < start or wall >= keepsUntil then return end
    end
    newest = call('LINDEX', key, '0')
    if newest then
      before, inSlice, used, held, lease, keepsUntil, since = unpack('>ddddddd', newest)
      if before > wall or before < start or keepsUntil <= wall or (lease > 0 and lease <= wall) then return end
      isMerged = life or floor(before / (window / SLICES)) == floor(wall / (window / SLICES))
      if not isMerged then inSlice, held, since = 0, 0, wall end
    end
    used = used + units
    if used > tonumber(ARGV[position + 1]) or used > 9007199254740000 then return end
    entry = pack('>ddddddd', wall, inSlice + units, used, held, lease, keepsUntil, since)
    answer = quick(nextPosition, last, nextKey + 2)
  end
  if not answer then return end
  if gone > 0 then call('LTRIM', key, '0', -1 - gone) end
  if isMerged then call('LSET', key, '0', entry) else call('LPUSH', key, entry) end
  -- The key lives as in log.ts.
  life = life or window
  if life == 0 then
    if not before then call('PEXPIRE', key, math.ceil((keepsUntil - wall) / 1000) + 1000) end
  elseif not before or floor(before * 8 / life) ~= floor(wall * 8 / life) then
    call('PEXPIRE', key, math.ceil(life / 800) + 1000)
  end
  answer[#answer + 1] = used
  return answer
end
`
