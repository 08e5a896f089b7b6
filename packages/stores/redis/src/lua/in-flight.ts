/** Calls under way: a sorted set with a member for each unit, scored by the time at which its lease ends. */
export const inFlightLua: string = /* lua */ `
local inFlight = {}

local function memberOf(claim, hold, unit)
  return hold.name .. ' ' .. claim.index .. ' ' .. unit
end

function inFlight.read(quota)
  quota.now = wall
end

function inFlight.count(quota)
  quota.used = call('ZCOUNT', quota.key, '(' .. text(wall), '+inf')
  quota.held = quota.used
end

-- No clock tells when a call under way will have ended.
function inFlight.fitsAt(quota, units, limit)
  if quota.used + units <= limit then return 0 end
  if units > limit then return NEVER end
  return nil
end

function inFlight.freeAt(quota)
  if quota.used == 0 then return 0 end
  return NEVER
end

function inFlight.take(quota, claim, hold)
  for unit = 1, claim.units do
    call('ZADD', quota.key, text(hold.leaseEnd), memberOf(claim, hold, unit))
  end
  call('ZREMRANGEBYSCORE', quota.key, '-inf', text(wall))
  expireNotBefore(quota.key, hold.leaseEnd)
  quota.used = quota.used + claim.units
end

function inFlight.settle(quota, claim, hold)
  for unit = 1, claim.units do
    local removed = call('ZREM', quota.key, memberOf(claim, hold, unit))
    if hold.leaseEnd > wall then quota.used = quota.used - removed end
  end
end
`
