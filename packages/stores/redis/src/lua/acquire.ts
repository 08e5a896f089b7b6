import { claimsLua } from './claims.ts'
import { commonLua } from './common.ts'
import { inFlightLua } from './in-flight.ts'
import { logLua } from './log.ts'

/**
 * Takes all claims of a call or none, or only says what it would do.
 *
 * In two passes: every claim is checked before anything is written, and a refusal writes nothing. The answer begins
 * with what became of the call:
 *
 * - `admitted, now`, `repeated, time of the charge, name of the hold, end of its lease`, each followed by the reports
 * - `refused, now, position, wait of the call, wait of the claim, whether waiting is useless`, and the reports
 * - `otherPeriod, now`: a claim names a calendar period that is not the present one
 * - `otherCall`: the id is in use for other claims
 *
 * A report is `units in use, time until they are free, units held`. Times are in microseconds, and -1 where there is none.
 */
export const acquireLua: string = `#!lua
${commonLua}${inFlightLua}${logLua}${claimsLua}
-- ARGV: clock, acquire or peek, name of the hold, length of its lease, print of the claims of a call with an id, claims
local isDryRun = ARGV[2] == 'peek'
local claims, nextKey = readClaims(6)
if otherPeriod(claims) then return { 'otherPeriod', now } end

local record = ARGV[5] ~= '' and KEYS[nextKey]
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
    local time = claim.kind.fitsAt(claim.quota, claim.asks, claim.limit)
    if index == refused then own = time end
    if time then last = math.max(last, time) else isUnknown = true end
  end
  local wait = (isUnknown or last == NEVER) and -1 or last - now
  local ownWait = (own == nil or own == NEVER) and -1 or own - now
  return report(claims, { 'refused', now, refused - 1, wait, ownWait, last == NEVER and 1 or 0 }, isDryRun)
end
if isDryRun then return report(claims, { 'admitted', now }, true) end

local hold = { name = ARGV[3], leaseEnd = now + tonumber(ARGV[4]) }
for _, claim in ipairs(claims) do
  if claim.units > 0 then claim.kind.take(claim.quota, claim, hold) end
end
if record then
  call('SET', record, hold.name .. ' ' .. text(hold.leaseEnd) .. ' ' .. text(now) .. ' ' .. ARGV[5])
  expireAt(record, hold.leaseEnd)
end
return report(claims, { 'admitted', now }, false)
`
