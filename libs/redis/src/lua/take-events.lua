-- Hands out what is due: a leave whose grace has ended becomes an event now, from which nobody can come back, and an event
-- that nobody has confirmed is told again. What is handed out is held back from others for a while. When nobody has asked for
-- long although something waited, store or askers were away, and so were the reports of those who came back meanwhile: nothing
-- is handed out until these have had time to be applied.
-- KEYS[1] zset of what waits to be told, by ms (pending leave: room|principal, event: its id)
-- KEYS[2] their facts; 'asked': ms when somebody last asked|ms until which nothing is handed out
-- ARGV[1] most events to take  ARGV[2] hold ms  ARGV[3] ms without a question that are a break  ARGV[4] ms to wait after one
-- Returns pairs: event id, connection|device|at ms.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local held_until = string.format('%.0f', now + ARGV[2])
local asked_at, settled_at = string.match(redis.call('HGET', KEYS[2], 'asked') or '', '^(%d+)|(%d+)$')
-- Not twice in a row: askers that are always late would never be handed anything.
local is_break = asked_at and now - asked_at > tonumber(ARGV[3]) and tonumber(settled_at) <= tonumber(asked_at)
if is_break then settled_at = now + ARGV[4] end
redis.call('HSET', KEYS[2], 'asked', string.format('%.0f|%.0f', now, settled_at or 0))
if tonumber(settled_at or 0) > now then return {} end
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
