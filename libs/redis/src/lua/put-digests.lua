-- Sets the digests of a run anew.
-- KEYS[1] digests of this run: room, '' for all, -> count|hash of the connections on record
-- ARGV[1] safety expiry s  ARGV[2...] room, count|hash
-- Returns nothing.
redis.call('DEL', KEYS[1])
for index = 2, #ARGV, 2 do redis.call('HSET', KEYS[1], ARGV[index], ARGV[index + 1]) end
redis.call('EXPIRE', KEYS[1], ARGV[1])
