-- Lists the runs of a node that are to be swept: replaced by a newer one, or all when the lease has lapsed.
-- KEYS[1] lease hash  KEYS[2] set of runs on record
-- Returns incarnations.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local lease = redis.call('HMGET', KEYS[1], 'incarnation', 'until')
local is_live = (tonumber(lease[2] or '') or 0) > now
local result = {}
for _, run in ipairs(redis.call('SMEMBERS', KEYS[2])) do
  if not (is_live and run == lease[1]) then result[#result + 1] = run end
end
return result
