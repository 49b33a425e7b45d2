-- Reads a message of which deliveries were taken, counting them as attempts.
-- KEYS[1] message hash
-- ARGV[1] deliveries taken
-- Returns head, payload; false when it is unknown or its time is over.
local message = redis.call('HMGET', KEYS[1], 'head', 'payload', 'expires')
if not message[1] then return false end
local time = redis.call('TIME')
if tonumber(message[3]) <= time[1] * 1000 + math.floor(time[2] / 1000) then return false end
redis.call('HINCRBY', KEYS[1], 'attempts', ARGV[1])
return { message[1], message[2] }
