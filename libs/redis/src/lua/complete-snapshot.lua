-- Makes a run known if its record holds exactly as many sessions as the node has; else the node will be asked again.
-- KEYS[1] lease hash  KEYS[2] sessions of this run
-- ARGV[1] incarnation  ARGV[2] number of sessions
-- Returns 1 when it is known now, else 0.
if redis.call('HGET', KEYS[1], 'incarnation') ~= ARGV[1] then return 0 end
local known = redis.call('HLEN', KEYS[2]) == tonumber(ARGV[2]) and 1 or 0
redis.call('HSET', KEYS[1], 'known', known)
return known
