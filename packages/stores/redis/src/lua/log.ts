/**
 * What is charged in a window, calls or money, as a log: a list of entries, the newest first, and at the end of the list
 * those that have left the window until a later call drops them.
 *
 * An entry is seven numbers, packed: `time units total held lease until since`. `total` is the sum of the list as of this entry's
 * being the newest, and `until` a time before which no entry leaves the window: only those of the first entry are in
 * force, so a sum is as a rule one read away. In a log of calls each has an entry of its own. Where all of them count
 * for one, an entry is twelve bytes: `time share total`, with the time until `until` as a share of the window, in 255
 * parts, rounded down.
 *
 * Money is kept in at most 60 slices of its window, with an entry for each: `time` is that of the slice's last charge,
 * and the entry counts whole until that has left the window. A calendar's period, and all that is counted for ever,
 * is one slice. `held` is what of the units is held by calls under way; each hold also stands in a sorted set, scored
 * by the end of its lease. `lease` is a time before which none of them ends. `since` is the time of the entry's first
 * charge: what was charged before, as when the quota has been reset since, is not in it and can not be given back.
 */
export const logLua: string = /* lua */ `
local log = {}
local MOST = 9007199254740991

local function readEntry(quota, entry)
  if #entry == 12 then
    local time, share, total = unpack('>I7I1I4', entry)
    local keepsUntil = time + share * quota.window / 255
    return { time = time, units = 1, total = total, held = 0, lease = 0, keepsUntil = keepsUntil, since = time }
  end
  local time, units, total, held, lease, keepsUntil, since = unpack('>ddddddd', entry)
  return { time = time, units = units, total = total, held = held, lease = lease, keepsUntil = keepsUntil, since = since }
end

-- Whether each entry counts for one: then a sum of entries is their number.
local function isOfOnes(quota)
  return quota.slice == 0 and quota.used == quota.length and quota.used < 4294967296
end

local function writeEntry(quota, entry)
  if isOfOnes(quota) then
    local share = floor((quota.keepsUntil - entry.time) * 255 / quota.window)
    return pack('>I7I1I4', entry.time, math.max(0, math.min(255, share)), quota.used)
  end
  return pack('>ddddddd', entry.time, entry.units, quota.used, entry.held, quota.lease, quota.keepsUntil, entry.since)
end

local function isGone(quota, time)
  if quota.window > 0 then return time + quota.window <= quota.now end
  return time < quota.start
end

local function leavesAt(quota, time)
  if quota.window > 0 then return time + quota.window end
  return quota.finish
end

local function isOfSlice(quota, entry, time)
  if quota.window == 0 then return time >= quota.start end
  if quota.slice == 0 then return entry.time == time end
  return floor(entry.time / quota.slice) == floor(time / quota.slice)
end

-- How many entries at the end of the list have left the window: found in steps that double and then by halves. As a
-- rule one look is enough, and it is never more than a few.
local function countGone(quota, length)
  local function goneAt(fromEnd)
    return isGone(quota, readEntry(quota, call('LINDEX', quota.key, -fromEnd)).time)
  end
  local gone, stays = 0, 1
  while stays <= length and goneAt(stays) do
    gone, stays = stays, stays * 2
  end
  stays = math.min(stays, length + 1)
  while stays - gone > 1 do
    local middle = floor((gone + stays) / 2)
    if goneAt(middle) then gone = middle else stays = middle end
  end
  return gone
end

-- All entries in the window, to be changed one by one and written anew: of money alone, so they are few.
local function load(quota)
  if quota.entries then return end
  quota.entries = {}
  if quota.length == 0 then return end
  for index, entry in ipairs(call('LRANGE', quota.key, 0, quota.length - 1)) do
    quota.entries[index] = readEntry(quota, entry)
  end
end

local function find(quota, time)
  for index, entry in ipairs(quota.entries) do
    if isOfSlice(quota, entry, time) then return entry, index end
  end
end

local function add(quota, entry, index, units, held)
  local most = math.max(-entry.units, math.min(units, MOST - quota.used))
  entry.units, entry.held = entry.units + most, math.max(0, entry.held + held)
  quota.used = quota.used + most
  if entry.units == 0 then
    table.remove(quota.entries, index)
    quota.length = quota.length - 1
  end
end

-- Holds whose lease has ended are not counted any more.
local function endLeases(quota)
  load(quota)
  for _, member in ipairs(call('ZRANGEBYSCORE', quota.leases, '-inf', text(wall))) do
    local units, at = string.match(member, ' (%d+) (%d+)$')
    local entry, index = find(quota, tonumber(at))
    if entry then add(quota, entry, index, -tonumber(units), -tonumber(units)) end
  end
  local next = call('ZRANGEBYSCORE', quota.leases, '(' .. text(wall), '+inf', 'WITHSCORES', 'LIMIT', 0, 1)
  quota.lease = tonumber(next[2] or 0)
  quota.hasEnded = true
end

function log.read(quota)
  quota.used, quota.held, quota.length, quota.gone, quota.lease = 0, 0, 0, 0, 0
  quota.now = wall
  local newest = call('LINDEX', quota.key, 0)
  if not newest then return end
  quota.newest = readEntry(quota, newest)
  -- Time never goes back: for each quota it stands still until it is past its newest entry.
  quota.now = math.max(wall, quota.newest.time)
end

function log.count(quota)
  local newest = quota.newest
  if not newest then return end
  local length = call('LLEN', quota.key)
  quota.keepsUntil = newest.keepsUntil
  if quota.keepsUntil <= quota.now then
    quota.gone = countGone(quota, length)
    local oldest = call('LINDEX', quota.key, -quota.gone - 1)
    if oldest then quota.keepsUntil = leavesAt(quota, readEntry(quota, oldest).time) end
  end
  quota.length = length - quota.gone
  if quota.length == 0 then
    quota.newest = nil
    return
  end
  quota.used, quota.lease = newest.total, newest.lease
  if newest.total == length then
    quota.used = quota.length
  elseif quota.gone > 0 then
    for _, entry in ipairs(call('LRANGE', quota.key, -quota.gone, -1)) do
      quota.used = quota.used - readEntry(quota, entry).units
    end
  end
  if quota.lease > 0 and quota.lease <= wall then endLeases(quota) end
end

function log.countHeld(quota)
  if quota.slice == 0 then return 0 end
  load(quota)
  local held = 0
  for _, entry in ipairs(quota.entries) do held = held + entry.held end
  quota.held = held
  return held
end

-- When so many units more fit, with nothing else happening. It is not known where they would fit but for what is held:
-- that may come back whenever a call ends.
function log.fitsAt(quota, units, limit)
  if units > limit then return NEVER end
  local excess = quota.used - (limit - units)
  if excess <= 0 then return 0 end
  if excess <= log.countHeld(quota) then return nil end
  if isOfOnes(quota) then
    return leavesAt(quota, readEntry(quota, call('LINDEX', quota.key, -(quota.gone + excess))).time)
  end
  local last = quota.length
  while last > 0 do
    local first = math.max(1, last - 99)
    local chunk = quota.entries or call('LRANGE', quota.key, first - 1, last - 1)
    for index = #chunk, 1, -1 do
      local entry = quota.entries and chunk[index] or readEntry(quota, chunk[index])
      excess = excess - entry.units
      if excess <= 0 then return leavesAt(quota, entry.time) end
    end
    last = quota.entries and 0 or first - 1
  end
  return NEVER
end

function log.freeAt(quota)
  if quota.used == 0 then return 0 end
  return leavesAt(quota, quota.entries and quota.entries[1].time or quota.newest.time)
end

-- A key outlives its newest entry by up to a quarter more than the window, so that it need not be told at every call:
-- once in an eighth of the window is enough.
local function expire(quota, before, time)
  local life = quota.window > 0 and quota.window or quota.keep
  if life == 0 then
    if not before then expireAt(quota.key, quota.finish) end
  elseif not before or floor(before * 8 / life) ~= floor(time * 8 / life) then
    expireAt(quota.key, time + life * 1.25)
  end
end

local function dropGone(quota)
  if quota.gone == 0 then return end
  if quota.length == 0 then call('DEL', quota.key) else call('LTRIM', quota.key, 0, quota.length - 1) end
  quota.gone = 0
end

-- Writes all entries anew.
local function save(quota)
  if quota.hasEnded then call('ZREMRANGEBYSCORE', quota.leases, '-inf', text(wall)) end
  quota.newest, quota.gone, quota.hasEnded = quota.entries[1], 0, false
  if not quota.newest then
    call('DEL', quota.key)
    return
  end
  quota.keepsUntil = leavesAt(quota, quota.entries[#quota.entries].time)
  -- The new ones come before the old ones go: while a slot is moved, a key that is gone can not be made again.
  for index = #quota.entries, 1, -1 do call('LPUSH', quota.key, writeEntry(quota, quota.entries[index])) end
  call('LTRIM', quota.key, 0, #quota.entries - 1)
  expire(quota, nil, math.max(quota.now, quota.newest.time))
end

local function memberOf(claim, hold, at)
  return string.format('%s %d %d %d', hold.name, claim.index, claim.units, at)
end

function log.take(quota, claim, hold)
  local units, held = claim.units, claim.isHeld and claim.units or 0
  local before = quota.newest and quota.newest.time
  if claim.isHeld then
    call('ZADD', quota.leases, text(hold.leaseEnd), memberOf(claim, hold, quota.now))
    expireNotBefore(quota.leases, hold.leaseEnd)
    if quota.lease == 0 or hold.leaseEnd < quota.lease then quota.lease = hold.leaseEnd end
  end
  if quota.length == 0 then quota.keepsUntil = leavesAt(quota, quota.now) end
  local entry = quota.newest
  if quota.entries then entry = quota.entries[1] end
  local isMerged = entry and quota.slice > 0 and isOfSlice(quota, entry, quota.now)
  quota.used = quota.used + units
  if isMerged then
    entry.time, entry.units, entry.held = quota.now, entry.units + units, entry.held + held
  else
    entry = { time = quota.now, units = units, held = held, since = quota.now }
    quota.length = quota.length + 1
    if quota.entries then table.insert(quota.entries, 1, entry) end
  end
  if quota.hasEnded then return save(quota) end
  local written = writeEntry(quota, entry)
  if isMerged then call('LSET', quota.key, 0, written) else call('LPUSH', quota.key, written) end
  dropGone(quota)
  quota.newest = entry
  expire(quota, before, quota.now)
end

-- Takes out the entry of a call. Calls of one microsecond that count for the same can stand for each other.
local function removeCall(quota, at, units)
  for first = 0, quota.length - 1, 100 do
    for index, written in ipairs(call('LRANGE', quota.key, first, first + 99)) do
      local entry = readEntry(quota, written)
      if entry.time < at then return false end
      if entry.time == at and entry.units == units then
        call('LSET', quota.key, first + index - 1, 'gone')
        call('LREM', quota.key, 1, 'gone')
        return true
      end
    end
  end
  return false
end

local function releaseCall(quota, claim, hold)
  if isGone(quota, claim.at) or not removeCall(quota, claim.at, claim.units) then return end
  quota.used, quota.length, quota.newest = quota.used - claim.units, quota.length - 1, nil
  dropGone(quota)
  if quota.length == 0 then return end
  quota.newest = readEntry(quota, call('LINDEX', quota.key, 0))
  -- The entry that is the newest now knows another total.
  quota.keepsUntil = quota.newest.keepsUntil
  call('LSET', quota.key, 0, writeEntry(quota, quota.newest))
end

-- Books what a charge came to where it stands, and ends what it held.
function log.settle(quota, claim, hold)
  if quota.slice == 0 then
    if claim.settlement == 'release' and claim.units > 0 then releaseCall(quota, claim, hold) end
    return
  end
  local counted = claim.units
  local held = 0
  if claim.isHeld then
    -- After its lease, nothing is counted for it any more, and endLeases takes it out.
    local isOpen = hold.leaseEnd > wall and call('ZREM', quota.leases, memberOf(claim, hold, claim.at)) == 1
    if isOpen then held = claim.units else counted = 0 end
  end
  local units = -counted
  if claim.settlement == 'keep' then units = claim.units - counted end
  if tonumber(claim.settlement) then units = tonumber(claim.settlement) - counted end
  if units == 0 and held == 0 then return end
  load(quota)
  local entry, index = find(quota, claim.at)
  if not entry then
    if units <= 0 or isGone(quota, claim.at) then return end
    entry, index = { time = claim.at, units = 0, held = 0, since = claim.at }, 1
    while quota.entries[index] and quota.entries[index].time > claim.at do index = index + 1 end
    table.insert(quota.entries, index, entry)
    quota.length = quota.length + 1
  end
  if claim.at < entry.since or claim.at > entry.time then
    if units <= 0 then return end
    entry.since = math.min(entry.since, claim.at)
  end
  add(quota, entry, index, units, -held)
  save(quota)
end
`
