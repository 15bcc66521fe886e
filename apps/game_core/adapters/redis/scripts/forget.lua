-- Delete a clean session. A document without control data stays: it tells what is missing.
-- KEYS document, control
local control = redis.call('HMGET', KEYS[2], 'version', 'synced_version')
if not control[1] or control[1] ~= control[2] then
  return 0
end
return redis.call('DEL', KEYS[1], KEYS[2])
