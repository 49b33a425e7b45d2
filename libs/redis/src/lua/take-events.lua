-- Hands out what is due: a leave whose grace has ended becomes an event now, from which nobody can come back, and an event
-- that nobody has confirmed is told again. What is handed out is held back from others for a while.
-- KEYS[1] zset of what waits to be told, by ms (pending leave: room|principal, event: its id)   KEYS[2] their facts
-- ARGV[1] most events to take  ARGV[2] hold ms
-- Returns pairs: event id, connection|device|at ms.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local held_until = string.format('%.0f', now + ARGV[2])
local result = {}
for _, member in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now, 'LIMIT', 0, ARGV[1])) do
  local facts = redis.call('HGET', KEYS[2], member)
  local room, principal = string.match(member, '^([^|]+)|(.+)$')
  if facts and room then
    redis.call('ZREM', KEYS[1], member)
    redis.call('HDEL', KEYS[2], member)
    local stay, rest = string.match(facts, '^(%d+)|(.+)$')
    member, facts = table.concat({ 'leave', room, principal, stay }, '/'), rest
    redis.call('HSET', KEYS[2], member, facts)
  end
  if facts then
    redis.call('ZADD', KEYS[1], held_until, member)
    result[#result + 1] = member
    result[#result + 1] = facts
  else
    redis.call('ZREM', KEYS[1], member)
  end
end
return result
