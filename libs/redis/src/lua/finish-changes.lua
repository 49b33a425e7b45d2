-- Last step of a batch of session changes, once the indexes hold it: cuts the records down to what is true now.
-- KEYS[1] sessions of this run
-- ARGV connection id, record; an empty record deletes. A record that a sweep has removed meanwhile is not made again.
-- Returns nothing.
for index = 1, #ARGV, 2 do
  if ARGV[index + 1] == '' then
    redis.call('HDEL', KEYS[1], ARGV[index])
  elseif redis.call('HEXISTS', KEYS[1], ARGV[index]) == 1 then
    redis.call('HSET', KEYS[1], ARGV[index], ARGV[index + 1])
  end
end
