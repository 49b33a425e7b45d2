-- Forgets events that are safe elsewhere.
-- KEYS[1] zset of what waits to be told, by ms   KEYS[2] their facts, and 'asked': see take-events
-- ARGV event ids
-- Returns nothing.
for _, event in ipairs(ARGV) do
  redis.call('ZREM', KEYS[1], event)
  redis.call('HDEL', KEYS[2], event)
end
-- While nothing waits nobody asks: that is no break.
if redis.call('EXISTS', KEYS[1]) == 0 then redis.call('HDEL', KEYS[2], 'asked') end
