-- Store a clean session, only if there is none and the load lock is still the caller's.
-- KEYS document, control, load lock
-- ARGV lock token, document, revision, version, database version, database revision, ttl ms,
--      then triples operation id, version, result of what the database applied lately
-- returns 1 when stored
if redis.call('GET', KEYS[3]) ~= ARGV[1] then
  return 0
end
redis.call('DEL', KEYS[3])
if redis.call('EXISTS', KEYS[1], KEYS[2]) == 2 then
  return 0
end
redis.call('DEL', KEYS[2])
redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[7])
redis.call('HSET', KEYS[2], 'rev', ARGV[3], 'version', ARGV[4], 'synced_version', ARGV[4],
  'base_version', ARGV[5], 'base_rev', ARGV[6])
for i = 8, #ARGV, 3 do
  redis.call('HSET', KEYS[2], 'o:' .. ARGV[i], ARGV[i + 2], 'h:' .. ARGV[i + 1], ARGV[i])
end
redis.call('PEXPIRE', KEYS[2], ARGV[7])
return 1
