-- Claims an idempotency key, or says how the earlier claim stands.
-- KEYS[1] request hash (body, token of the claim, or result once it is done)
-- ARGV[1] body hash  ARGV[2] claim ttl ms  ARGV[3] token
-- Returns false when it was claimed now; else body hash, and the result when it is done.
local request = redis.call('HMGET', KEYS[1], 'body', 'result')
if request[1] then
  if request[2] then return request end
  return { request[1] }
end
redis.call('HSET', KEYS[1], 'body', ARGV[1], 'token', ARGV[3])
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return false
