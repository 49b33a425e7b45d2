-- Takes the delivery of one message to one addressee, due or not, if it is pending and its time is not over; counts an
-- attempt and puts the next one off. One whose time is over is settled instead.
-- KEYS[1] message hash  KEYS[2] zset message|addressee -> due ms  KEYS[3] hash message|addressee -> attempts
-- ARGV[1] message|addressee  ARGV[2...] delay ms after attempt 1, 2, ...; the last one holds for all further ones
-- Returns head, payload, attempts with this one; false when there is nothing to deliver.
if not redis.call('ZSCORE', KEYS[2], ARGV[1]) then return false end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local message = redis.call('HMGET', KEYS[1], 'head', 'payload', 'expires')
if not message[1] or tonumber(message[3]) <= now then
  redis.call('ZREM', KEYS[2], ARGV[1])
  redis.call('HDEL', KEYS[3], ARGV[1])
  return false
end
local attempts = redis.call('HINCRBY', KEYS[3], ARGV[1], 1)
redis.call('ZADD', KEYS[2], now + ARGV[math.min(attempts + 1, #ARGV)], ARGV[1])
redis.call('HINCRBY', KEYS[1], 'attempts', 1)
return { message[1], message[2], attempts }
