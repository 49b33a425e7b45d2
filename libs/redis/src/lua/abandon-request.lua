-- Frees a claimed idempotency key, unless its work is done or a newer claim has it.
-- KEYS[1] request hash
-- ARGV[1] token of the claim
-- Returns nothing.
if redis.call('HGET', KEYS[1], 'token') == ARGV[1] then redis.call('DEL', KEYS[1]) end
