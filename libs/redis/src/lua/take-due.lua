-- Takes deliveries that are due, counts an attempt for each and puts it off by the delay of that attempt: of two
-- workers, one gets it.
-- KEYS[1] zset message|addressee -> due ms  KEYS[2] hash message|addressee -> attempts
-- ARGV[1] most to take  ARGV[2...] delay ms after attempt 1, 2, ...; the last one holds for all further ones
-- Returns pairs: message|addressee, attempts with this one.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local result = {}
for _, member in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now, 'LIMIT', 0, ARGV[1])) do
  local attempts = redis.call('HINCRBY', KEYS[2], member, 1)
  redis.call('ZADD', KEYS[1], now + ARGV[math.min(attempts + 1, #ARGV)], member)
  result[#result + 1] = member
  result[#result + 1] = attempts
end
return result
