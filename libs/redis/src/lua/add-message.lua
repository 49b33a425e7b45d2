-- Stores a message with each of its addressees pending and due at once. Adding it again changes nothing.
-- KEYS[1] message hash (head, payload, expires, targets, acked, attempts, one per addressee: p pending, a acked)
-- KEYS[2] zset message|addressee -> due ms
-- ARGV[1] message id  ARGV[2] head  ARGV[3] payload  ARGV[4] ttl ms  ARGV[5] ms to keep the report after it  ARGV[6...] addressees
-- Returns 1 when it was stored, 0 when it was there.
if redis.call('EXISTS', KEYS[1]) == 1 then return 0 end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local expires = string.format('%.0f', now + ARGV[4])
redis.call('HSET', KEYS[1], 'head', ARGV[2], 'payload', ARGV[3], 'expires', expires)
redis.call('HSET', KEYS[1], 'targets', #ARGV - 5, 'acked', 0, 'attempts', 0)
for index = 6, #ARGV do
  redis.call('HSET', KEYS[1], ARGV[index], 'p')
  redis.call('ZADD', KEYS[2], now, ARGV[1] .. '|' .. ARGV[index])
end
redis.call('PEXPIRE', KEYS[1], ARGV[4] + ARGV[5])
return 1
