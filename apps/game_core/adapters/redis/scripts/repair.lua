-- A dirty session is in the index and never expires, whatever happened to it.
-- KEYS document, control, dirty index
-- ARGV char id
-- returns 1 when something had to be put right
local control = redis.call('HMGET', KEYS[2], 'version', 'synced_version')
if control[1] == control[2] then
  return 0
end
local repaired = redis.call('ZADD', KEYS[3], 'NX', now_ms(), ARGV[1])
repaired = repaired + redis.call('PERSIST', KEYS[1]) + redis.call('PERSIST', KEYS[2])
return repaired > 0 and 1 or 0
