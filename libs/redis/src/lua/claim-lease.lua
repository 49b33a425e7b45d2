-- Claims a lease that is free or lapsed, or extends it for its holder.
-- Promise: one holder at a time by this server's clock; the epoch rises unless the same holder extends a live lease,
-- and is never below the server's time in ms, so it rises over a loss of the data too.
-- KEYS[1] lease hash (holder, epoch, until)
-- ARGV[1] holder  ARGV[2] ttl ms  ARGV[3] ms to remember a lapsed lease for
-- Returns the epoch, or false when another holds it.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local lease = redis.call('HMGET', KEYS[1], 'holder', 'epoch', 'until')
local is_held = lease[3] and tonumber(lease[3]) > now
if is_held and lease[1] ~= ARGV[1] then return false end
local epoch = lease[2]
if not is_held then
  epoch = string.format('%.0f', math.max((tonumber(lease[2]) or 0) + 1, now))
end
redis.call('HSET', KEYS[1], 'holder', ARGV[1], 'epoch', epoch, 'until', string.format('%.0f', now + ARGV[2]))
redis.call('PEXPIRE', KEYS[1], ARGV[2] + ARGV[3])
return epoch
