-- Let a parked session be tried again.
-- KEYS control, dirty index
-- ARGV char id
-- returns 1 when it was parked
local parked = redis.call('HDEL', KEYS[1], 'fails')
redis.call('ZADD', KEYS[2], 'XX', string.format('%d', now_ms()), ARGV[1])
return parked
