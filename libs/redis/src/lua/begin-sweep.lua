-- Picks sessions of a lapsed or replaced run to be closed; the run needs a snapshot from here on. Forgets a run that has none.
-- KEYS[1] lease hash  KEYS[2] sessions of this run  KEYS[3] set of runs on record
-- KEYS[4] digests of this run
-- ARGV[1] incarnation  ARGV[2] most sessions to pick
-- Returns pairs: connection id, record; 'alive' when there is nothing to sweep; 'forgotten' when the node's last run went.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local lease = redis.call('HMGET', KEYS[1], 'incarnation', 'until')
local is_current = lease[1] == ARGV[1]
if is_current and tonumber(lease[2]) > now then return 'alive' end
local picked = redis.call('HRANDFIELD', KEYS[2], ARGV[2], 'WITHVALUES')
if #picked > 0 then
  if is_current then redis.call('HSET', KEYS[1], 'known', '0') end
  return picked
end
redis.call('SREM', KEYS[3], ARGV[1])
redis.call('DEL', KEYS[4])
if is_current then redis.call('DEL', KEYS[1]) end
return redis.call('EXISTS', KEYS[3]) == 0 and 'forgotten' or 'alive'
