/** Reads the claims of a request, finds their quotas, and reports how they stand. */
export const claimsLua: string = /* lua */ `
-- Claims stand in ARGV as: call, limit, window (it counts for one); calls, limit, window, units; inFlight, limit, units;
-- spend or hold, limit, units, window; or spendIn or holdIn, limit, units, and the start and the end of the period, or
-- how long it is kept where it has none. Where claims are settled, settlements stand in the place of limits. Claims on
-- one key share one quota.
local function readClaims(position, last, nextKey)
  local claims, quotas = {}, {}
  while position <= last do
    local kind, key = ARGV[position], KEYS[nextKey]
    local quota = quotas[key] or { key = key, kind = log, window = 0, slice = 0, start = 0, finish = NEVER, keep = 0 }
    local claim = { index = #claims + 1, limit = tonumber(ARGV[position + 1]), settlement = ARGV[position + 1], quota = quota }
    claim.units = tonumber(ARGV[position + 2])
    nextKey = nextKey + 1
    if kind == 'call' or kind == 'calls' then
      quota.window, claim.units = claim.units, kind == 'call' and 1 or tonumber(ARGV[position + 3])
      position = position + (kind == 'call' and 3 or 4)
    elseif kind == 'inFlight' then
      quota.kind, position = inFlight, position + 3
    else
      quota.leases, nextKey = KEYS[nextKey], nextKey + 1
      claim.isHeld = kind == 'hold' or kind == 'holdIn'
      -- A key of another type has to be noticed before anything is written.
      if claim.isHeld then call('ZCARD', quota.leases) end
      if kind == 'spend' or kind == 'hold' then
        quota.window = tonumber(ARGV[position + 3])
        quota.slice, position = quota.window / SLICES, position + 4
      else
        quota.start, quota.finish, quota.keep = tonumber(ARGV[position + 3]), tonumber(ARGV[position + 4]), tonumber(ARGV[position + 5])
        quota.slice, position = 1, position + 6
        if quota.keep > 0 then quota.finish = NEVER end
      end
    end
    if not quotas[key] then
      quotas[key] = quota
      table.insert(quotas, quota)
      quota.kind.read(quota)
    end
    table.insert(claims, claim)
  end
  claims.quotas = quotas
  return claims, nextKey
end

-- Periods are made by the caller, since calendars are not known here. It may be wrong about the time.
local function otherPeriod(claims)
  for _, quota in ipairs(claims.quotas) do
    if quota.now < quota.start or quota.now >= quota.finish then return { 'otherPeriod', quota.now } end
  end
end

local function countAll(claims)
  for _, quota in ipairs(claims.quotas) do quota.kind.count(quota) end
end

-- Clients add up the digits of a number in doubles, and may lose the last one of the largest: those go as text.
local function exact(units)
  return units > 9007199254740000 and text(units) or units
end

local function report(claims, answer, isDryRun)
  for _, claim in ipairs(claims) do
    local quota = claim.quota
    if isDryRun and quota.kind == log then log.countHeld(quota) end
    local free = quota.kind.freeAt(quota)
    table.insert(answer, exact(quota.used))
    table.insert(answer, free == NEVER and -1 or math.max(0, free - quota.now))
    if isDryRun then table.insert(answer, exact(quota.held)) end
  end
  return answer
end
`
