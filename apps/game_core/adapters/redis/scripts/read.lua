-- Read a session in one trip; a clean one lives on, a dirty one has no expiry to slide.
-- KEYS document, control
-- ARGV ttl ms, operation id, revision that the caller has cached
-- returns {document or false, revision or false, stored result or false}; document '' means: the cached one
--      stands; a revision without document: loaded under another server process, to be verified before use
local control = redis.call('HMGET', KEYS[2], 'rev', 'version', 'synced_version', 'o:' .. ARGV[2], 'run')
local rev, version, synced, result = control[1], control[2], control[3], control[4]
if not rev or redis.call('EXISTS', KEYS[1]) == 0 then
  return {false, false, result}
end
if control[5] ~= RUN then
  return {false, rev, result}
end
if version == synced then
  redis.call('PEXPIRE', KEYS[1], ARGV[1])
  redis.call('PEXPIRE', KEYS[2], ARGV[1])
end
if rev == ARGV[3] then
  return {'', rev, result}
end
return {redis.call('GET', KEYS[1]), rev, result}
