-- Keeps what an operator decided for a node; raises the version when that changes something for a listed node.
-- KEYS[1] zset lease until ms  KEYS[2] decisions: node -> state|weight  KEYS[3] version
-- ARGV[1] node  ARGV[2] state or ''  ARGV[3] weight or ''; empty leaves it as it is
-- Returns 0 when the node is neither live nor decided on before, else 1.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local is_live = (tonumber(redis.call('ZSCORE', KEYS[1], ARGV[1]) or '') or 0) > now
local before = redis.call('HGET', KEYS[2], ARGV[1])
if not before and not is_live then return 0 end
local state, weight = string.match(before or 'active|1', '^([^|]+)|(.+)$')
local after = (ARGV[2] ~= '' and ARGV[2] or state) .. '|' .. (ARGV[3] ~= '' and ARGV[3] or weight)
redis.call('HSET', KEYS[2], ARGV[1], after)
if is_live and after ~= (before or 'active|1') then redis.call('INCR', KEYS[3]) end
return 1
