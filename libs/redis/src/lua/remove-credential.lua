-- Removes a credential by its key id.
-- KEYS[1] hash -> credential  KEYS[2] key id -> hash
-- ARGV[1] key id
-- Returns 1 when there was one, else 0.
local hash = redis.call('HGET', KEYS[2], ARGV[1])
if not hash then return 0 end
redis.call('HDEL', KEYS[2], ARGV[1])
return redis.call('HDEL', KEYS[1], hash)
