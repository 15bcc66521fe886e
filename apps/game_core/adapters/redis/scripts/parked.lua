-- Characters whose due time lies so far away that only parking can have put it there.
-- KEYS dirty index
-- ARGV parking time ms
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
return redis.call('ZRANGEBYSCORE', KEYS[1], now + ARGV[1] / 2, '+inf')
