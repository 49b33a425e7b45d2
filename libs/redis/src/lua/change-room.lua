-- Applies arrivals and departures of one room, in order. Idempotent: a connection counts once however often it is added.
-- A principal's stay begins with its first connection (an enter) and ends ARGV[2] ms after its last one (a pending leave)
-- unless it comes back by then. A stay's id is the server's time in us when it began. Enters are kept with the pending
-- leaves until they are confirmed; they are the caller's to tell for ARGV[3] ms.
-- KEYS[1] connections: id -> principal|node|incarnation   KEYS[2] principals: principal -> count|stay
-- KEYS[3] node|incarnation -> count|hash of its connections   KEYS[4] zset of open rooms, by connections
-- KEYS[5] zset of what waits to be told, by ms (pending leave: room|principal, event: its id)   KEYS[6] their facts
-- ARGV[1] room  ARGV[2] grace ms  ARGV[3] ms to hold an enter back  ARGV[4] safety expiry s
-- ARGV[5...] '+' or '-', connection id, principal, device, node|incarnation, hash of the connection id
-- Returns pairs: index of the change (from 0), stay; for each enter.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local now_us = time[1] * 1000000 + time[2]
local room = ARGV[1]

local function wait(member, at_ms, facts)
  redis.call('ZADD', KEYS[5], string.format('%.0f', at_ms), member)
  redis.call('HSET', KEYS[6], member, table.concat(facts, '|'))
end

-- The stay a principal is in, or comes back to within its grace; nil when it is in none.
local function stay_of(principal)
  local entry = redis.call('HGET', KEYS[2], principal)
  if entry then
    local count, id = string.match(entry, '^(%d+)|(%d+)$')
    return { count = tonumber(count), id = id }
  end
  local member = room .. '|' .. principal
  local pending = redis.call('HGET', KEYS[6], member)
  if not pending then return nil end
  redis.call('ZREM', KEYS[5], member)
  redis.call('HDEL', KEYS[6], member)
  return { count = 0, id = string.match(pending, '^%d+') }
end

local function count_at(place, step, hash)
  local entry = redis.call('HGET', KEYS[3], place)
  local count, before = string.match(entry or '0|0', '^(%d+)|(-?%d+)$')
  count = count + step
  if count <= 0 then return redis.call('HDEL', KEYS[3], place) end
  redis.call('HSET', KEYS[3], place, string.format('%.0f|%.0f', count, bit.bxor(tonumber(before), tonumber(hash))))
end

local function remove(connection, device, hash)
  local entry = redis.call('HGET', KEYS[1], connection)
  if not entry then return end
  local principal, place = string.match(entry, '^([^|]+)|(.+)$')
  redis.call('HDEL', KEYS[1], connection)
  count_at(place, -1, hash)
  local stay = stay_of(principal)
  if not stay then return end
  if stay.count > 1 then return redis.call('HSET', KEYS[2], principal, (stay.count - 1) .. '|' .. stay.id) end
  redis.call('HDEL', KEYS[2], principal)
  wait(room .. '|' .. principal, now + ARGV[2], { stay.id, connection, device, string.format('%.0f', now) })
end

-- The stay that began with this connection, if one did.
local function add(connection, principal, device, place, hash)
  if redis.call('HGET', KEYS[1], connection) then return nil end
  redis.call('HSET', KEYS[1], connection, principal .. '|' .. place)
  count_at(place, 1, hash)
  local known = stay_of(principal)
  local stay = known or { count = 0, id = string.format('%.0f', now_us) }
  redis.call('HSET', KEYS[2], principal, (stay.count + 1) .. '|' .. stay.id)
  if known then return nil end
  local event = table.concat({ 'enter', room, principal, stay.id }, '/')
  wait(event, now + ARGV[3], { connection, device, string.format('%.0f', now) })
  return stay.id
end

local enters = {}
for index = 5, #ARGV, 6 do
  local op, connection, principal, device, place, hash = unpack(ARGV, index, index + 5)
  if op == '-' then
    remove(connection, device, hash)
  else
    local stay = add(connection, principal, device, place, hash)
    if stay then
      enters[#enters + 1] = (index - 5) / 6
      enters[#enters + 1] = stay
    end
  end
end
local online = redis.call('HLEN', KEYS[1])
if online == 0 then
  redis.call('ZREM', KEYS[4], room)
else
  redis.call('ZADD', KEYS[4], online, room)
end
for key = 1, 6 do redis.call('EXPIRE', KEYS[key], ARGV[4]) end
return enters
