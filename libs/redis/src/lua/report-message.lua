-- Reads how a message stands.
-- KEYS[1] message hash
-- Returns targets, acked, attempts, 1 when its time is over; false when it is unknown.
local message = redis.call('HMGET', KEYS[1], 'targets', 'acked', 'attempts', 'expires')
if not message[1] then return false end
local time = redis.call('TIME')
local is_over = tonumber(message[4]) <= time[1] * 1000 + math.floor(time[2] / 1000)
return { tonumber(message[1]), tonumber(message[2]), tonumber(message[3]), is_over and 1 or 0 }
