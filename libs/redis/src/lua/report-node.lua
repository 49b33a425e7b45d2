-- Takes a node's report and renews its lease. The version rises when the node is new or what clients may be told changed.
-- A report of an older run than the one listed changes nothing.
-- KEYS[1] facts  KEYS[2] load  KEYS[3] zset lease until ms  KEYS[4] incarnation|since ms  KEYS[5] decisions  KEYS[6] version
-- ARGV[1] node  ARGV[2] incarnation  ARGV[3] facts  ARGV[4] load  ARGV[5] ttl ms  ARGV[6] safety expiry s
-- Returns facts, load, incarnation|since, decision or '', until, as they now stand.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local since = redis.call('HGET', KEYS[4], ARGV[1])
local run = since and tonumber(string.match(since, '^[^|]+'))
if not run or run <= tonumber(ARGV[2]) then
  if run ~= tonumber(ARGV[2]) then
    since = ARGV[2] .. '|' .. string.format('%.0f', now)
    redis.call('HSET', KEYS[4], ARGV[1], since)
  end
  if redis.call('HGET', KEYS[1], ARGV[1]) ~= ARGV[3] then
    redis.call('SET', KEYS[6], time[1], 'NX')
    redis.call('INCR', KEYS[6])
    redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
  end
  redis.call('HSET', KEYS[2], ARGV[1], ARGV[4])
  redis.call('ZADD', KEYS[3], now + ARGV[5], ARGV[1])
  for key = 1, 4 do redis.call('EXPIRE', KEYS[key], ARGV[6]) end
end
return {
  redis.call('HGET', KEYS[1], ARGV[1]),
  redis.call('HGET', KEYS[2], ARGV[1]),
  since,
  redis.call('HGET', KEYS[5], ARGV[1]) or '',
  redis.call('ZSCORE', KEYS[3], ARGV[1]),
}
