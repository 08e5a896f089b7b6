/**
 * What both scripts begin with: the time, numbers as text, and how long keys live.
 *
 * Times are whole microseconds. Numbers in Lua are doubles, exact up to 2^53, but `tostring` keeps 14 of their digits:
 * whatever is stored is written by `text`.
 */
export const commonLua: string = /* lua */ `
local call, floor = redis.call, math.floor
local NEVER = math.huge

local function text(number)
  return string.format('%.0f', number)
end

-- The clock of this server. One of the caller's own stands in for it in tests alone.
local wall = tonumber(ARGV[1])
if not wall then
  local time = call('TIME')
  wall = time[1] * 1000000 + time[2]
end

-- Time as the quotas know it: no less than that of the newest entry of any of them, so that it never goes back.
local now = wall

local function notBefore(time)
  if time > now then now = time end
end

-- Keys live a second longer than they matter, so that a small step of the server's clock forgets none too early.
local function millisecondsUntil(time)
  return text(math.ceil((time - wall) / 1000) + 1000)
end

local function expireAt(key, time)
  call('PEXPIRE', key, millisecondsUntil(time))
end

-- The same for a key that may have longer to live already.
local function expireNotBefore(key, time)
  local milliseconds = millisecondsUntil(time)
  if call('PEXPIRE', key, milliseconds, 'GT') == 0 and call('PTTL', key) < 0 then
    call('PEXPIRE', key, milliseconds)
  end
end
`
