-- Put a screen by.
-- KEYS menu, the user's menus, parked
-- ARGV now or '', ticket, content, ms until it is due, ttl, member
-- returns 0 when a later screen has come
if redis.call('HGET', KEYS[1], 'ticket') ~= ARGV[2] then
  return 0
end
local ttl = string.format('%.0f', tonumber(ARGV[4]) + tonumber(ARGV[5]))
redis.call('HSET', KEYS[1], 'parked', ARGV[2], 'content', ARGV[3])
redis.call('PEXPIRE', KEYS[1], ttl)
redis.call('PEXPIRE', KEYS[2], ttl)
redis.call('ZADD', KEYS[3], string.format('%.0f', now + tonumber(ARGV[4])), ARGV[6])
if redis.call('PTTL', KEYS[3]) < tonumber(ttl) then
  redis.call('PEXPIRE', KEYS[3], ttl)
end
return 1
