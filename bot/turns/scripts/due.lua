-- Parked screens whose time has come. Each is due again after a while, in case that nobody draws it.
-- KEYS parked, everybody
-- ARGV now or '', how many at most, ms until they are due again
local everybody = read(KEYS[2], {'looked'})
local back = (tonumber(everybody.looked) or 0) - now
if back > 0 then
  for _, member in ipairs(redis.call('ZRANGE', KEYS[1], 0, -1)) do
    redis.call('ZINCRBY', KEYS[1], -back, member)
  end
end
redis.call('HSET', KEYS[2], 'looked', string.format('%.0f', now))
if redis.call('PTTL', KEYS[2]) < 60000 then
  redis.call('PEXPIRE', KEYS[2], 60000)
end
local due = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now, 'LIMIT', 0, ARGV[2])
for _, member in ipairs(due) do
  redis.call('ZADD', KEYS[1], string.format('%.0f', now + tonumber(ARGV[3])), member)
end
return due
