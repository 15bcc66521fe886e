-- Delete a clean session.
-- KEYS document, control
local control = redis.call('HMGET', KEYS[2], 'version', 'synced_version')
if control[1] ~= control[2] then
  return 0
end
return redis.call('DEL', KEYS[1], KEYS[2])
