import { slicesPerWindow } from '@toolgate/quota'

/**
 * The time, with which both scripts begin.
 *
 * Times are whole microseconds. Numbers in Lua are doubles, exact up to 2^53, but `tostring` keeps 14 of their digits:
 * they are written as whole numbers, or packed as bytes.
 */
export const clockLua: string = /* lua */ `
local KEYS, ARGV, call = KEYS, ARGV, redis.call
local floor, pack, unpack = math.floor, struct.pack, struct.unpack
local NEVER, SLICES = math.huge, ${slicesPerWindow}

-- The clock of this server. One of the caller's own stands in for it in tests alone.
local wall = tonumber(ARGV[1])
if not wall then
  local time = call('TIME')
  wall = time[1] * 1000000 + time[2]
end
`

/** Numbers as text, and how long keys live. */
export const timeLua: string = /* lua */ `
local function text(number)
  return string.format('%d', number)
end

-- Keys live a second longer than they matter, so that a small step of the server's clock forgets none too early.
local function expireAt(key, time)
  call('PEXPIRE', key, text(math.ceil((time - wall) / 1000) + 1000))
end

-- The same for a key that may have longer to live already.
local function expireNotBefore(key, time)
  local milliseconds = text(math.ceil((time - wall) / 1000) + 1000)
  if call('PEXPIRE', key, milliseconds, 'GT') == 0 and call('PTTL', key) < 0 then
    call('PEXPIRE', key, milliseconds)
  end
end
`
