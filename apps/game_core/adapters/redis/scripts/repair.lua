-- A dirty session is in the index and never expires, whatever happened to it.
-- KEYS document, control, dirty index
-- ARGV char id
-- returns {1 when something had to be put right, 1 when dirty, in ms the age of the first change or else the ttl},
--      0 for what is no session: control data without document that has nothing to write, or none at all
local control = redis.call('HMGET', KEYS[2], 'version', 'synced_version', 'since')
if control[1] == control[2] then
  if not control[1] or redis.call('EXISTS', KEYS[1]) == 0 then
    return 0
  end
  return {0, 0, math.max(0, redis.call('PTTL', KEYS[2]))}
end
local now = now_ms()
local repaired = redis.call('ZADD', KEYS[3], 'NX', now, ARGV[1])
repaired = repaired + redis.call('PERSIST', KEYS[1]) + redis.call('PERSIST', KEYS[2])
-- A clock that steps back makes nothing younger than new.
return {repaired > 0 and 1 or 0, 1, math.max(0, now - (control[3] or now))}
