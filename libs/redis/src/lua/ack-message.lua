-- Marks addressees of a message done, as long as its time is not over.
-- KEYS[1] message hash  KEYS[2] zset message|addressee -> due ms  KEYS[3] hash message|addressee -> attempts
-- ARGV[1] message id  ARGV[2...] addressees
-- Returns 'acked' when one was pending, else 'repeated' when one was acked before, else 'unknown'.
local time = redis.call('TIME')
local expires = tonumber(redis.call('HGET', KEYS[1], 'expires') or '')
local is_live = expires and expires > time[1] * 1000 + math.floor(time[2] / 1000)
local outcome = 'unknown'
for index = 2, #ARGV do
  local state = redis.call('HGET', KEYS[1], ARGV[index])
  if state == 'p' and is_live then
    local member = ARGV[1] .. '|' .. ARGV[index]
    redis.call('HSET', KEYS[1], ARGV[index], 'a')
    redis.call('HINCRBY', KEYS[1], 'acked', 1)
    redis.call('ZREM', KEYS[2], member)
    redis.call('HDEL', KEYS[3], member)
    outcome = 'acked'
  elseif state == 'a' and outcome == 'unknown' then
    outcome = 'repeated'
  end
end
return outcome
