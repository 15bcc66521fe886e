-- Store a clean session, only if there is none and the load lock is still the caller's.
-- KEYS document, control, load lock, quarantine
-- ARGV lock token, document, revision, version, database version, database revision, ttl ms,
--      then triples operation id, version, result of what the database applied lately
-- returns 'created' | 'refused' | 'unwritten': the document is gone, its unwritten operations are not
if redis.call('GET', KEYS[3]) ~= ARGV[1] then
  return 'refused'
end
redis.call('DEL', KEYS[3])
local control = redis.call('HMGET', KEYS[2], 'version', 'synced_version')
local exists = redis.call('EXISTS', KEYS[1]) == 1
if control[1] and exists then
  return 'refused'
end
if control[1] ~= control[2] then
  return 'unwritten'
end
if exists then
  redis.call('RPUSH', KEYS[4], redis.call('GET', KEYS[1]))
  redis.call('LTRIM', KEYS[4], -10, -1)
end
redis.call('DEL', KEYS[2])
redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[7])
redis.call('HSET', KEYS[2], 'rev', ARGV[3], 'version', ARGV[4], 'synced_version', ARGV[4],
  'base_version', ARGV[5], 'base_rev', ARGV[6], 'run', RUN)
for i = 8, #ARGV, 3 do
  redis.call('HSET', KEYS[2], 'o:' .. ARGV[i], ARGV[i + 2], 'h:' .. ARGV[i + 1], ARGV[i])
end
redis.call('PEXPIRE', KEYS[2], ARGV[7])
return 'created'
