-- Removes leaves whose grace has ended and hands them to this caller alone.
-- KEYS[1] zset room|principal -> deadline ms   KEYS[2] hash room|principal -> stay|cause|connection|device|left at ms
-- ARGV[1] most leaves to take
-- Returns pairs: room|principal, facts.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local result = {}
for _, member in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now, 'LIMIT', 0, ARGV[1])) do
  local facts = redis.call('HGET', KEYS[2], member)
  redis.call('ZREM', KEYS[1], member)
  redis.call('HDEL', KEYS[2], member)
  if facts then
    result[#result + 1] = member
    result[#result + 1] = facts
  end
end
return result
