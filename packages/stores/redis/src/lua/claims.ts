/** Reads the claims of a request, finds their quotas, and reports how they stand. */
export const claimsLua: string = /* lua */ `
-- A claim is, in ARGV: calls, limit, units, settlement, window; inFlight, limit, units, settlement; or
-- amount, limit, units, settlement, whether it is held, window, and without a window: the start and the end of its
-- period (none: 0), and how long it is kept when there is no end. Claims on one key share one quota.
local function readClaims(first)
  local claims, quotas, nextKey, position = {}, {}, 1, first
  while ARGV[position] do
    local kind = ARGV[position]
    local claim = {
      index = #claims + 1, kind = kind == 'inFlight' and inFlight or log,
      limit = tonumber(ARGV[position + 1]), units = tonumber(ARGV[position + 2]), settlement = ARGV[position + 3],
    }
    local key = KEYS[nextKey]
    local quota = quotas[key] or { key = key, kind = claim.kind, start = 0, finish = NEVER, keep = 0 }
    position, nextKey = position + 4, nextKey + 1
    if kind == 'calls' then
      quota.window, quota.slice = tonumber(ARGV[position]), 0
      position = position + 1
    elseif kind == 'amount' then
      claim.isHeld, quota.window, quota.leases = ARGV[position] == '1', tonumber(ARGV[position + 1]), KEYS[nextKey]
      quota.slice = quota.window > 0 and quota.window / 59 or 1
      position, nextKey = position + 2, nextKey + 1
      if quota.window == 0 then
        quota.start, quota.keep = tonumber(ARGV[position]), tonumber(ARGV[position + 2])
        quota.finish = quota.keep > 0 and NEVER or tonumber(ARGV[position + 1])
        position = position + 3
      end
    end
    if not quotas[key] then
      quotas[key] = quota
      table.insert(quotas, quota)
      claim.kind.read(quota)
    end
    claim.quota = quota
    table.insert(claims, claim)
  end
  claims.quotas = quotas
  return claims, nextKey
end

-- Periods are made by the caller, since calendars are not known here. It may be wrong about the time.
local function otherPeriod(claims)
  for _, quota in ipairs(claims.quotas) do
    if now < quota.start or now >= quota.finish then return true end
  end
  return false
end

local function countAll(claims)
  for _, quota in ipairs(claims.quotas) do quota.kind.count(quota) end
end

local function report(claims, answer, withHeld)
  for _, claim in ipairs(claims) do
    local quota = claim.quota
    if withHeld and quota.kind == log then log.countHeld(quota) end
    local free = quota.kind.freeAt(quota)
    table.insert(answer, quota.used)
    table.insert(answer, free == NEVER and -1 or math.max(0, free - now))
    table.insert(answer, quota.held or 0)
  end
  return answer
end
`
