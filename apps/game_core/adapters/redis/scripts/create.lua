-- Store a clean session, only if there is none and the load lock is still the caller's.
-- KEYS document, control, load lock
-- ARGV lock token, document, revision, version, database version, database revision, ttl ms, generation of the
--      database when it was read
-- returns {'created'} | {'refused'}
--      | {'unwritten'}: the document is gone, its unwritten operations are not
--      | {'left', document, what stands for its revision}: there is one without control data. It and the lock stay,
--        until what it says is told: by the rebase that comes in its place
if redis.call('GET', KEYS[3]) ~= ARGV[1] then
  return {'refused'}
end
local control = redis.call('HMGET', KEYS[2], 'version', 'synced_version')
local document = redis.call('GET', KEYS[1])
if document and not control[1] then
  return {'left', document, redis.sha1hex(document)}
end
redis.call('DEL', KEYS[3])
if document then
  return {'refused'}
end
if control[1] ~= control[2] then
  return {'unwritten'}
end
redis.call('DEL', KEYS[2])
redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[7])
-- Nothing can have taken effect after the version that the database has: from there on all is remembered.
redis.call('HSET', KEYS[2], 'rev', ARGV[3], 'lineage', ARGV[3], 'version', ARGV[4], 'synced_version', ARGV[4],
  'floor', ARGV[4], 'base_version', ARGV[5], 'base_rev', ARGV[6])
stand_here(KEYS[2], ARGV[8])
redis.call('PEXPIRE', KEYS[2], ARGV[7])
return {'created'}
