-- Let a parked session be tried again.
-- KEYS control, dirty index
-- ARGV char id
-- returns 1 when it was parked
local time = redis.call('TIME')
local now = string.format('%d', time[1] * 1000 + math.floor(time[2] / 1000))
local parked = redis.call('HDEL', KEYS[1], 'fails')
redis.call('ZADD', KEYS[2], 'XX', now, ARGV[1])
return parked
