-- Ends the lease of one run of a node, raising the version; another run of it stays.
-- KEYS[1] facts  KEYS[2] load  KEYS[3] zset lease until ms  KEYS[4] incarnation|since ms  KEYS[5] version
-- ARGV[1] node  ARGV[2] incarnation
-- Returns 1 when it was listed, else 0.
local since = redis.call('HGET', KEYS[4], ARGV[1])
if not since or string.match(since, '^[^|]+') ~= ARGV[2] then return 0 end
redis.call('HDEL', KEYS[1], ARGV[1])
redis.call('HDEL', KEYS[2], ARGV[1])
redis.call('ZREM', KEYS[3], ARGV[1])
redis.call('HDEL', KEYS[4], ARGV[1])
redis.call('INCR', KEYS[5])
return 1
