-- Applies arrivals and departures of one room, in order. Idempotent: a connection counts once however often it is added.
-- A principal's stay begins with its first connection (an enter) and ends ARGV[2] ms after its last one (a pending leave)
-- unless it comes back by then. A stay's id is the server's time in us when it began.
-- KEYS[1] connections: id -> principal|node|incarnation   KEYS[2] principals: principal -> count|stay|causing connection
-- KEYS[3] node -> count   KEYS[4] set of open rooms   KEYS[5] zset of pending leaves by deadline ms   KEYS[6] their facts
-- ARGV[1] room  ARGV[2] grace ms  ARGV[3] ms for which an enter is told again to the connection that caused it
-- ARGV[4] safety expiry s  ARGV[5...] '+' or '-', connection id, principal, device, node|incarnation
-- Returns pairs: index of the change (from 0), stay; for each enter to be told.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local now_us = time[1] * 1000000 + time[2]
local room = ARGV[1]

local function split(text)
  local parts = {}
  for part in string.gmatch(text, '[^|]+') do parts[#parts + 1] = part end
  return parts
end

local function stay_of(principal)
  local entry = redis.call('HGET', KEYS[2], principal)
  if entry then
    local parts = split(entry)
    return { count = tonumber(parts[1]), id = parts[2], cause = parts[3] }
  end
  local member = room .. '|' .. principal
  local pending = redis.call('HGET', KEYS[6], member)
  if not pending then return nil end
  redis.call('ZREM', KEYS[5], member)
  redis.call('HDEL', KEYS[6], member)
  local parts = split(pending)
  return { count = 0, id = parts[1], cause = parts[2] }
end

local function save(principal, stay)
  redis.call('HSET', KEYS[2], principal, stay.count .. '|' .. stay.id .. '|' .. stay.cause)
end

local function remove(connection, device)
  local entry = redis.call('HGET', KEYS[1], connection)
  if not entry then return end
  local parts = split(entry)
  redis.call('HDEL', KEYS[1], connection)
  if redis.call('HINCRBY', KEYS[3], parts[2], -1) <= 0 then redis.call('HDEL', KEYS[3], parts[2]) end
  local stay = stay_of(parts[1])
  if not stay then return end
  stay.count = stay.count - 1
  if stay.count > 0 then return save(parts[1], stay) end
  local member = room .. '|' .. parts[1]
  redis.call('HDEL', KEYS[2], parts[1])
  redis.call('HSET', KEYS[6], member, table.concat({ stay.id, stay.cause, connection, device, string.format('%.0f', now) }, '|'))
  redis.call('ZADD', KEYS[5], now + ARGV[2], member)
end

local function add(connection, principal, place)
  local entry = principal .. '|' .. place
  local before = redis.call('HGET', KEYS[1], connection)
  local stay = stay_of(principal) or { count = 0, id = string.format('%.0f', now_us), cause = connection }
  if not before then
    redis.call('HSET', KEYS[1], connection, entry)
    redis.call('HINCRBY', KEYS[3], string.match(place, '^[^|]+'), 1)
    stay.count = stay.count + 1
    save(principal, stay)
  end
  local is_fresh = now_us - tonumber(stay.id) <= ARGV[3] * 1000
  return stay.cause == connection and is_fresh and stay.id
end

local enters = {}
for index = 5, #ARGV, 5 do
  if ARGV[index] == '-' then
    remove(ARGV[index + 1], ARGV[index + 3])
  else
    local stay = add(ARGV[index + 1], ARGV[index + 2], ARGV[index + 4])
    if stay then
      enters[#enters + 1] = (index - 5) / 5
      enters[#enters + 1] = stay
    end
  end
end
if redis.call('HLEN', KEYS[1]) == 0 then
  redis.call('SREM', KEYS[4], room)
else
  redis.call('SADD', KEYS[4], room)
end
for key = 1, 6 do redis.call('EXPIRE', KEYS[key], ARGV[4]) end
return enters
