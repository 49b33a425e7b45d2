-- Adds and removes connections of one user or device, keeping the set of those with any in step.
-- KEYS[1] hash connection id -> route  KEYS[2] set of ids with connections
-- ARGV[1] id  ARGV[2] safety expiry s  ARGV[3...] connection id, route; an empty route removes
-- Returns nothing.
for index = 3, #ARGV, 2 do
  if ARGV[index + 1] == '' then
    redis.call('HDEL', KEYS[1], ARGV[index])
  else
    redis.call('HSET', KEYS[1], ARGV[index], ARGV[index + 1])
  end
end
if redis.call('HLEN', KEYS[1]) == 0 then
  redis.call('SREM', KEYS[2], ARGV[1])
else
  redis.call('SADD', KEYS[2], ARGV[1])
end
for key = 1, 2 do redis.call('EXPIRE', KEYS[key], ARGV[2]) end
