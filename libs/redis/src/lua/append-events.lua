-- Appends events, numbered without holes, and drops the oldest beyond a count or age (in whole blocks, so a little late).
-- KEYS[1] stream  KEYS[2] number of the last event
-- ARGV[1] events to keep  ARGV[2] ms to keep them for  ARGV[3...] events
-- Returns the number of the last event.
local time = redis.call('TIME')
local number
for index = 3, #ARGV do
  number = redis.call('INCR', KEYS[2])
  redis.call('XADD', KEYS[1], '*', 'n', number, 'e', ARGV[index])
end
redis.call('XTRIM', KEYS[1], 'MAXLEN', '~', ARGV[1])
redis.call('XTRIM', KEYS[1], 'MINID', '~', string.format('%.0f-0', time[1] * 1000 - ARGV[2]))
for key = 1, 2 do redis.call('PEXPIRE', KEYS[key], ARGV[2]) end
return number
