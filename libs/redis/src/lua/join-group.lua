-- Announces a candidate and reads all live ones, dropping those whose time is over.
-- KEYS[1] zset candidate -> deadline ms
-- ARGV[1] candidate  ARGV[2] ttl ms
-- Returns the live candidates.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
redis.call('ZADD', KEYS[1], now + ARGV[2], ARGV[1])
redis.call('PEXPIRE', KEYS[1], math.max(tonumber(ARGV[2]), redis.call('PTTL', KEYS[1])))
return redis.call('ZRANGE', KEYS[1], 0, -1)
