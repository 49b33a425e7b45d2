-- Stores a credential under the hash of its key, findable by its key id too.
-- KEYS[1] hash -> credential  KEYS[2] key id -> hash
-- ARGV[1] hash  ARGV[2] key id  ARGV[3] credential
-- Returns nothing.
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
redis.call('HSET', KEYS[2], ARGV[2], ARGV[1])
