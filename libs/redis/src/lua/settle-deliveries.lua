-- Ends deliveries whose message is gone or whose time is over.
-- KEYS[1] zset message|addressee -> due ms  KEYS[2] hash message|addressee -> attempts
-- ARGV message|addressee
-- Returns nothing.
for index = 1, #ARGV do
  redis.call('ZREM', KEYS[1], ARGV[index])
  redis.call('HDEL', KEYS[2], ARGV[index])
end
