-- The session was compared with the database, under this server process, and found to be right.
-- KEYS control
-- ARGV revision and base revision that were compared, generation of the database then
local control = redis.call('HMGET', KEYS[1], 'rev', 'base_rev', 'run', 'lineage')
if control[1] ~= ARGV[1] or control[2] ~= ARGV[2] then
  return 0
end
if control[3] ~= RUN then
  -- Another process, perhaps from an older file: what the session had before is another past than what comes.
  redis.call('HSET', KEYS[1], 'lineage', redis.sha1hex((control[4] or '') .. RUN))
end
stand_here(KEYS[1], ARGV[3])
return 1
