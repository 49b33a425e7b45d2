-- Frees a lease if the caller still holds it; the epoch stays on record, so that the next one is higher.
-- KEYS[1] lease hash
-- ARGV[1] holder
-- Returns 1 when it was freed, else 0.
if redis.call('HGET', KEYS[1], 'holder') ~= ARGV[1] then return 0 end
redis.call('HSET', KEYS[1], 'until', '0')
return 1
