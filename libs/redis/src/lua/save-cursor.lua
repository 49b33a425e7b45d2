-- Saves how far a reader of the event log has come, unless one with a higher epoch has saved before.
-- KEYS[1] hash: reader -> epoch|position
-- ARGV[1] reader  ARGV[2] epoch  ARGV[3] position
-- Returns 1 when it was saved, else 0.
local saved = redis.call('HGET', KEYS[1], ARGV[1])
if saved and tonumber(string.match(saved, '^%d+')) > tonumber(ARGV[2]) then return 0 end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2] .. '|' .. ARGV[3])
return 1
