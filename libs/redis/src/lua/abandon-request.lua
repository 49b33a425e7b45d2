-- Frees a claimed idempotency key, unless its work is done.
-- KEYS[1] request hash
-- Returns nothing.
if redis.call('HEXISTS', KEYS[1], 'result') == 0 then redis.call('DEL', KEYS[1]) end
