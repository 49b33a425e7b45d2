-- Last step of a batch of session changes or of a sweep, once the indexes hold it: cuts the records down to what is true now.
-- After a sweep the run is made unknown once more: had it come back in between, the snapshot it then sends repairs what
-- the sweep took from the indexes.
-- KEYS[1] sessions of this run  KEYS[2] digests of this run: room, '' for all, -> count|hash of the connections on record
-- KEYS[3] lease hash
-- ARGV[1] incarnation to be made unknown, or ''  ARGV[2...] connection id, its hash, record; an empty record deletes
-- Returns nothing. A record that a sweep has removed meanwhile is not made again.
local function count_in(room, step, hash)
  local count, before = string.match(redis.call('HGET', KEYS[2], room) or '0|0', '^(%d+)|(-?%d+)$')
  count = count + step
  if count <= 0 then return redis.call('HDEL', KEYS[2], room) end
  redis.call('HSET', KEYS[2], room, string.format('%.0f|%.0f', count, bit.bxor(tonumber(before), tonumber(hash))))
end

local function rooms_of(record)
  local rooms = {}
  for room in string.gmatch(string.match(record, '^[^\n]*'), '[^,]+') do rooms[room] = true end
  return rooms
end

for index = 2, #ARGV, 3 do
  local connection, hash, record = unpack(ARGV, index, index + 2)
  local on_record = redis.call('HGET', KEYS[1], connection)
  if on_record then
    local before, after = rooms_of(on_record), rooms_of(record)
    for room in pairs(before) do
      if not after[room] then count_in(room, -1, hash) end
    end
    for room in pairs(after) do
      if not before[room] then count_in(room, 1, hash) end
    end
    if record == '' then
      redis.call('HDEL', KEYS[1], connection)
      count_in('', -1, hash)
    else
      redis.call('HSET', KEYS[1], connection, record)
    end
  end
end
if ARGV[1] ~= '' and redis.call('HGET', KEYS[3], 'incarnation') == ARGV[1] then
  redis.call('HSET', KEYS[3], 'known', '0')
end
