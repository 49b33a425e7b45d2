-- First step of a batch of session changes: puts on record every room that a session is in or comes into, before any
-- index does. So the record names at least what the indexes hold, whenever the batch breaks off.
-- A run that is newer than the one on record becomes the current one, alive for ARGV[2] ms until it renews itself.
-- KEYS[1] lease hash (incarnation, known, until)  KEYS[2] sessions of this run  KEYS[3] set of runs on record
-- KEYS[4] digests of this run: room, '' for all, -> count|hash of the connections on record
-- ARGV[1] incarnation  ARGV[2] ttl ms of a run not yet renewed  ARGV[3] safety expiry s
-- ARGV[4...] connection id, its hash, rooms (a,b,c), rest of the record; an empty rest reads only
-- Returns false when the run is outdated, else one per change: the rooms on record before, or '-' when there is no record.
local incarnation = tonumber(ARGV[1])
local current = tonumber(redis.call('HGET', KEYS[1], 'incarnation') or '')
if current and current > incarnation then return false end
if not current or current < incarnation then
  local time = redis.call('TIME')
  local now = time[1] * 1000 + math.floor(time[2] / 1000)
  redis.call('HSET', KEYS[1], 'incarnation', ARGV[1], 'known', '0', 'until', string.format('%.0f', now + ARGV[2]))
end
redis.call('SADD', KEYS[3], ARGV[1])

local function count_in(room, hash)
  local count, before = string.match(redis.call('HGET', KEYS[4], room) or '0|0', '^(%d+)|(-?%d+)$')
  redis.call('HSET', KEYS[4], room, string.format('%.0f|%.0f', count + 1, bit.bxor(tonumber(before), tonumber(hash))))
end

-- Both lists without repeats, counting the rooms that only `after` has.
local function union(before, after, hash)
  local seen, rooms = {}, {}
  local function take(list, is_new)
    for room in string.gmatch(list, '[^,]+') do
      if not seen[room] then
        seen[room] = true
        rooms[#rooms + 1] = room
        if is_new then count_in(room, hash) end
      end
    end
  end
  take(before, false)
  take(after, true)
  return table.concat(rooms, ',')
end

local result = {}
for index = 4, #ARGV, 4 do
  local connection, hash, rooms, rest = unpack(ARGV, index, index + 3)
  local record = redis.call('HGET', KEYS[2], connection)
  local before = record and string.match(record, '^[^\n]*') or ''
  result[#result + 1] = record and before or '-'
  if rest ~= '' then
    if not record then count_in('', hash) end
    redis.call('HSET', KEYS[2], connection, union(before, rooms, hash) .. '\n' .. rest)
  end
end
for key = 1, 4 do redis.call('EXPIRE', KEYS[key], ARGV[3]) end
return result
