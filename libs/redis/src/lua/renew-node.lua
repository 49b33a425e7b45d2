-- Renews the lease of a node's run; a newer run replaces an older one, an outdated one changes nothing.
-- KEYS[1] lease hash (incarnation, known, until)  KEYS[2] set of runs on record
-- ARGV[1] incarnation  ARGV[2] ttl ms  ARGV[3] safety expiry s
-- Returns 1 when the store holds the sessions of this run, 0 when it needs a snapshot.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local current = tonumber(redis.call('HGET', KEYS[1], 'incarnation') or '')
local incarnation = tonumber(ARGV[1])
if current and current > incarnation then return 0 end
if current ~= incarnation then redis.call('HSET', KEYS[1], 'incarnation', ARGV[1], 'known', '0') end
redis.call('HSET', KEYS[1], 'until', string.format('%.0f', now + ARGV[2]))
redis.call('SADD', KEYS[2], ARGV[1])
for key = 1, 2 do redis.call('EXPIRE', KEYS[key], ARGV[3]) end
return tonumber(redis.call('HGET', KEYS[1], 'known'))
