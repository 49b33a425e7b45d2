-- Removes the records of swept sessions, and makes the run unknown once more: had it come back in between, the
-- snapshot it then sends repairs what the sweep took from the indexes.
-- KEYS[1] lease hash  KEYS[2] sessions of this run
-- ARGV[1] incarnation  ARGV[2...] connection ids
-- Returns nothing.
for index = 2, #ARGV do redis.call('HDEL', KEYS[2], ARGV[index]) end
if redis.call('HGET', KEYS[1], 'incarnation') == ARGV[1] then redis.call('HSET', KEYS[1], 'known', '0') end
