import { claimsLua } from './claims.ts'
import { inFlightLua } from './in-flight.ts'
import { logLua } from './log.ts'
import { quickLua } from './quick.ts'
import { clockLua, timeLua } from './time.ts'

/**
 * Takes all claims of a call or none, or only says what it would do.
 *
 * In two passes: every claim is checked before anything is written, and a refusal writes nothing. The answer begins
 * with what became of the call:
 *
 * - the time alone, where it was admitted and what was taken is free again a window from now, or at the end of its
 *   period; and of each quota, the last first, only the units in use
 * - `admitted, now`, or `repeated, time of the charge, name of the hold, end of its lease`, and the reports
 * - `refused, now, position, wait of the call, wait of the claim, whether waiting is useless`, and the reports
 * - `otherPeriod, now`: a claim names a calendar period that is not the present one
 * - `otherCall`: the id is in use for other claims
 *
 * A report is `units in use, time until they are free`, and in a dry run `units held`. Times are in microseconds, and
 * -1 where there is none.
 */
const bodyLua = `
${clockLua}${quickLua}${timeLua}${inFlightLua}${logLua}${claimsLua}
-- ARGV: clock, then plain or peek and the claims; or held, name of the hold, length of its lease, print of the claims of
-- a call with an id, and the claims.
local isDryRun, isHeld = ARGV[2] == 'peek', ARGV[2] == 'held'
local claims, nextKey = readClaims(isHeld and 6 or 3)
if otherPeriod(claims) then return { 'otherPeriod', now } end

local record = isHeld and ARGV[5] ~= '' and KEYS[nextKey]
local known = record and call('GET', record)
if known then
  local name, leaseEnd, at, print = string.match(known, '^(%S+) (%d+) (%d+) (%S+)$')
  if tonumber(leaseEnd) > now then
    if print ~= ARGV[5] then return { 'otherCall' } end
    countAll(claims)
    return report(claims, { 'repeated', tonumber(at), name, tonumber(leaseEnd) }, false)
  end
end

countAll(claims)
local asked, refused = {}, nil
for index, claim in ipairs(claims) do
  local before = asked[claim.quota] or 0
  claim.asks = before + claim.units
  asked[claim.quota] = claim.asks
  if not refused and claim.quota.used + claim.asks > claim.limit then refused = index end
end

if refused then
  local last, isUnknown, own = 0, false, nil
  for index, claim in ipairs(claims) do
    local time = claim.quota.kind.fitsAt(claim.quota, claim.asks, claim.limit)
    if index == refused then own = time end
    if time then last = math.max(last, time) else isUnknown = true end
  end
  local wait = (isUnknown or last == NEVER) and -1 or last - now
  local ownWait = (own == nil or own == NEVER) and -1 or own - now
  return report(claims, { 'refused', now, refused - 1, wait, ownWait, last == NEVER and 1 or 0 }, isDryRun)
end
if isDryRun then return report(claims, { 'admitted', now }, true) end

local hold = isHeld and { name = ARGV[3], leaseEnd = now + tonumber(ARGV[4]) }
for _, claim in ipairs(claims) do
  if claim.units > 0 then claim.quota.kind.take(claim.quota, claim, hold) end
end
if record then
  call('SET', record, string.format('%s %d %d %s', hold.name, hold.leaseEnd, now, ARGV[5]))
  expireAt(record, hold.leaseEnd)
end
return report(claims, { 'admitted', now }, false)
`

export const acquireLua: string = `#!lua${bodyLua}`

/** The same for a dry run, which also a server that is full can answer. */
export const peekLua: string = `#!lua flags=allow-oom${bodyLua}`
