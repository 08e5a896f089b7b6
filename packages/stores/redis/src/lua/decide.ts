/**
 * Decides on the claims of a call, whatever they are, in two passes: every claim is checked before anything is written,
 * and a refusal writes nothing.
 */
export const decideLua: string = /* lua */ `
-- With the name of a hold, the length of its lease and a print of the claims, where something is held or the call has an
-- id.
local function decide(first, last, firstKey, isDryRun, name, lease, print)
  local claims, nextKey = readClaims(first, last, firstKey)
  local other = otherPeriod(claims)
  if other then return other end

  local record = print and print ~= '' and KEYS[nextKey]
  local known = record and call('GET', record)
  if known then
    local knownName, leaseEnd, knownPrint, times = string.match(known, '^(%S+) (%d+) (%S+) (.+)$')
    if tonumber(leaseEnd) > wall then
      if knownPrint ~= print then return { 'otherCall' } end
      countAll(claims)
      return report(claims, { 'repeated', wall, knownName, tonumber(leaseEnd), times }, false)
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
      if time then time = math.max(0, time - claim.quota.now) end
      if index == refused then own = time end
      if time then latest = math.max(latest, time) else isUnknown = true end
    end
    local wait = (isUnknown or latest == NEVER) and -1 or latest
    local ownWait = (own == nil or own == NEVER) and -1 or own
    return report(claims, { 'refused', wall, refused - 1, wait, ownWait, latest == NEVER and 1 or 0 }, isDryRun)
  end
  if isDryRun then return report(claims, { 'admitted', wall }, true) end

  local hold = name and { name = name, leaseEnd = wall + tonumber(lease) }
  local times = {}
  for index, claim in ipairs(claims) do
    times[index] = text(claim.quota.now)
    if claim.units > 0 then claim.quota.kind.take(claim.quota, claim, hold) end
  end
  times = table.concat(times, ' ')
  if record then
    call('SET', record, string.format('%s %d %s %s', hold.name, hold.leaseEnd, print, times))
    expireAt(record, hold.leaseEnd)
  end
  return report(claims, { 'admitted', wall, times }, false)
end
`
