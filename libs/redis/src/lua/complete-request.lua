-- Keeps the result of a claimed idempotency key.
-- KEYS[1] request hash
-- ARGV[1] body hash  ARGV[2] result  ARGV[3] ms to keep it for
-- Returns nothing.
redis.call('HSET', KEYS[1], 'body', ARGV[1], 'result', ARGV[2])
redis.call('HDEL', KEYS[1], 'token')
redis.call('PEXPIRE', KEYS[1], ARGV[3])
