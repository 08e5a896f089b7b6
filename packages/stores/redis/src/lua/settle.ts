import { claimsLua } from './claims.ts'
import { inFlightLua } from './in-flight.ts'
import { logLua } from './log.ts'
import { clockLua, timeLua } from './time.ts'

/**
 * Settles what was taken for a call, once. It answers as `acquireLua` does: `settled, now` and the reports, or
 * `settledBefore`, in which case nothing was changed, or `otherPeriod, now`.
 *
 * It goes on where memory is full: it gives back more than it takes.
 */
export const settleLua: string = `#!lua flags=allow-oom
${clockLua}${timeLua}${inFlightLua}${logLua}${claimsLua}
-- ARGV: clock, name of the hold, times of its charges, end of its lease, how long it is remembered as settled, claims
local hold = { name = ARGV[2], leaseEnd = tonumber(ARGV[4]) }
local claims, nextKey = readClaims(6, #ARGV, 1)
local other = otherPeriod(claims)
if other then return other end

local settled, record = KEYS[nextKey], KEYS[nextKey + 1]
if call('EXISTS', settled) == 1 then return { 'settledBefore' } end

countAll(claims)
local times = {}
for time in string.gmatch(ARGV[3], '%d+') do table.insert(times, tonumber(time)) end
for index, claim in ipairs(claims) do claim.at = times[index] or times[1] end
for _, claim in ipairs(claims) do claim.quota.kind.settle(claim.quota, claim, hold) end
call('SET', settled, '', 'PX', ARGV[5])
if record then
  local known = call('GET', record)
  if known and string.match(known, '^%S+') == hold.name then call('DEL', record) end
end
return report(claims, { 'settled', wall }, false)
`
