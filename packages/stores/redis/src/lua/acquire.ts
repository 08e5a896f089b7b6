import { claimsLua } from './claims.ts'
import { inFlightLua } from './in-flight.ts'
import { logLua } from './log.ts'
import { quickLua } from './quick.ts'
import { clockLua, timeLua } from './time.ts'

/**
 * Takes all claims of a call or none, or only says what it would do; also for several calls, one after the other.
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
 * - `failed, why`: an error, where it is one of several calls
 *
 * A report is `units in use, time until they are free`, and in a dry run `units held`. Times are in microseconds, and
 * -1 where there is none.
 */
const bodyLua = `
${clockLua}${quickLua}
-- All that the common case leaves, made only where it is needed.
local function makeDecide()
${timeLua}${inFlightLua}${logLua}${claimsLua}
-- With the name of the hold, the length of its lease and a print of the claims, where something is held or has an id.
return function(first, last, firstKey, isDryRun, name, lease, print)
now = wall
local claims, nextKey = readClaims(first, last, firstKey)
if otherPeriod(claims) then return { 'otherPeriod', now } end

local record = print and print ~= '' and KEYS[nextKey]
local known = record and call('GET', record)
if known then
  local knownName, leaseEnd, at, knownPrint = string.match(known, '^(%S+) (%d+) (%d+) (%S+)$')
  if tonumber(leaseEnd) > now then
    if knownPrint ~= print then return { 'otherCall' } end
    countAll(claims)
    return report(claims, { 'repeated', tonumber(at), knownName, tonumber(leaseEnd) }, false)
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
  local latest, isUnknown, own = 0, false, nil
  for index, claim in ipairs(claims) do
    local time = claim.quota.kind.fitsAt(claim.quota, claim.asks, claim.limit)
    if index == refused then own = time end
    if time then latest = math.max(latest, time) else isUnknown = true end
  end
  local wait = (isUnknown or latest == NEVER) and -1 or latest - now
  local ownWait = (own == nil or own == NEVER) and -1 or own - now
  return report(claims, { 'refused', now, refused - 1, wait, ownWait, latest == NEVER and 1 or 0 }, isDryRun)
end
if isDryRun then return report(claims, { 'admitted', now }, true) end

local hold = name and { name = name, leaseEnd = now + tonumber(lease) }
for _, claim in ipairs(claims) do
  if claim.units > 0 then claim.quota.kind.take(claim.quota, claim, hold) end
end
if record then
  call('SET', record, string.format('%s %d %d %s', hold.name, hold.leaseEnd, now, print))
  expireAt(record, hold.leaseEnd)
end
return report(claims, { 'admitted', now }, false)
end
end

-- A call whose claims hold nothing.
local decide
local function decidePlain(first, last, firstKey)
  local answer = quick(first, last, firstKey)
  if answer then return answer end
  decide = decide or makeDecide()
  return decide(first, last, firstKey)
end

-- ARGV: clock, and plain or peek with the claims of a call; or held, name of the hold, length of its lease, print of the
-- claims of a call with an id, and the claims; or several, and for each of several plain calls: how many arguments and
-- keys its claims have, and the claims.
local mode = ARGV[2]
if mode == 'plain' then return decidePlain(3, #ARGV, 1) end
if mode == 'several' then
  local answers, position, nextKey = {}, 3, 1
  while ARGV[position] do
    local last = position + 1 + ARGV[position]
    -- What fails for one of them is not the others' concern.
    local isDecided, answer = pcall(decidePlain, position + 2, last, nextKey)
    if not isDecided then answer = { 'failed', type(answer) == 'table' and answer.err or tostring(answer) } end
    answers[#answers + 1] = answer
    position, nextKey = last + 1, nextKey + ARGV[position + 1]
  end
  return answers
end
if mode == 'held' then return makeDecide()(6, #ARGV, 1, false, ARGV[3], ARGV[4], ARGV[5]) end
return makeDecide()(3, #ARGV, 1, true)
`

export const acquireLua: string = `#!lua${bodyLua}`

/** The same for a dry run, which also a server that is full can answer. */
export const peekLua: string = `#!lua flags=allow-oom${bodyLua}`
