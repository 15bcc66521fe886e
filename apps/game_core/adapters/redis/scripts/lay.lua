-- Store a session of which only the half on a table has changed: it is as clean as it was, and lives as long.
-- KEYS document, control
-- ARGV expected revision, new revision, document
-- returns 'saved', synced version and lineage with blanks between, or else 'conflict'
local rev, version, synced, run, generation, lineage =
  unpack(redis.call('HMGET', KEYS[2], 'rev', 'version', 'synced_version', 'run', 'generation', 'lineage'))
local saved = string.format('saved %d %s', synced or 0, lineage or '')
if rev == ARGV[2] then
  return saved -- the same call came twice: its first reply was lost
end
if rev ~= ARGV[1] or is_foreign(run, generation) or redis.call('EXISTS', KEYS[1]) == 0 then
  return 'conflict'
end
local document = version == synced and cleaned(ARGV[3]) or ARGV[3]
redis.call('SET', KEYS[1], document, 'KEEPTTL')
redis.call('HSET', KEYS[2], 'rev', ARGV[2])
return saved
