-- Drops nodes whose lease has lapsed, raising the version once, and reads the others.
-- KEYS[1] facts  KEYS[2] load  KEYS[3] zset lease until ms  KEYS[4] incarnation|since ms  KEYS[5] decisions  KEYS[6] version
-- Returns the version, then five per node: facts, load, incarnation|since, decision or '', until.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local lapsed = redis.call('ZRANGEBYSCORE', KEYS[3], '-inf', now)
for _, node in ipairs(lapsed) do
  redis.call('HDEL', KEYS[1], node)
  redis.call('HDEL', KEYS[2], node)
  redis.call('ZREM', KEYS[3], node)
  redis.call('HDEL', KEYS[4], node)
end
if #lapsed > 0 then redis.call('INCR', KEYS[6]) end
local result = { redis.call('GET', KEYS[6]) or '0' }
local live = redis.call('ZRANGE', KEYS[3], 0, -1, 'WITHSCORES')
for index = 1, #live, 2 do
  local node = live[index]
  result[#result + 1] = redis.call('HGET', KEYS[1], node)
  result[#result + 1] = redis.call('HGET', KEYS[2], node)
  result[#result + 1] = redis.call('HGET', KEYS[4], node)
  result[#result + 1] = redis.call('HGET', KEYS[5], node) or ''
  result[#result + 1] = live[index + 1]
end
return result
