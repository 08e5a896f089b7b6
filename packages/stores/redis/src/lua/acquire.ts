import { claimsLua } from './claims.ts'
import { decideLua } from './decide.ts'
import { inFlightLua } from './in-flight.ts'
import { logLua } from './log.ts'
import { quickLua } from './quick.ts'
import { clockLua, timeLua } from './time.ts'

/**
 * Takes all claims of a call or none, or only says what it would do; also for several calls, one after the other.
 *
 * The answer begins with what became of the call:
 *
 * - the time alone, where it was admitted and what was taken is free again a window from now, or at the end of its
 *   period; and of each quota, the last first, only the units in use
 * - `admitted, now, times of the charges`, or `repeated, now, name of the hold, end of its lease, times of the charges`,
 *   and the reports
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
${timeLua}${inFlightLua}${logLua}${claimsLua}${decideLua}
  return decide
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
