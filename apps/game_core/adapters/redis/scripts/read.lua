-- Read a session in one trip; a clean one lives on, a dirty one has no expiry to slide.
-- KEYS document, control, load lock
-- ARGV ttl ms ('0': a clean one lives no longer for it), operation id ('': none), its hash, the version it was meant for, revision that the caller has cached,
--      token with which to take the load lock if there is no session ('': not at all), how long it holds in ms
-- returns {document or false, revision or false, 1 when the operation is in doubt, version, synced version, lineage,
--      1 when the lock was taken}; document '' means: the cached one stands; a revision without document: to be
--      verified before use
local names = {'rev', 'version', 'synced_version', 'run', 'generation', 'lineage', 'floor', 'remembered', 'pending'}
local rev, version, synced, run, generation, lineage, floor, remembered, pending =
  unpack(redis.call('HMGET', KEYS[2], unpack(names)))
if (rev or version) and not (rev and is_versioned(version, synced)) then
  return redis.error_reply('STRANGE control data')
end
if not rev or redis.call('EXISTS', KEYS[1]) == 0 then
  local token = ARGV[6]
  local locked = token ~= '' and (redis.call('SET', KEYS[3], token, 'NX', 'PX', ARGV[7])
    or redis.call('GET', KEYS[3]) == token) -- the same call came twice: its first reply was lost
  return {false, false, 0, 0, 0, '', locked and 1 or 0}
end
if is_foreign(run, generation) then
  return {false, rev, 0, 0, 0, '', 0}
end
if version == synced and ARGV[1] ~= '0' then
  redis.call('PEXPIRE', KEYS[1], ARGV[1])
  redis.call('PEXPIRE', KEYS[2], ARGV[1])
end
local doubt = in_doubt(KEYS[2], version, floor, remembered, pending, ARGV[2], ARGV[3], ARGV[4], '0') and 1 or 0
local document = rev == ARGV[5] and '' or redis.call('GET', KEYS[1])
return {document, rev, doubt, tonumber(version), tonumber(synced), lineage or '', 0}
