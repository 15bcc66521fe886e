-- The session was compared with the database, under this server process, and found to be right; but for its half on
-- a table, which its player may have changed or left since.
-- KEYS document, control
-- ARGV revision and base revision that were compared, generation of the database then
local HALF = ',"half":{'
local control = redis.call('HMGET', KEYS[2], 'rev', 'base_rev', 'run', 'lineage')
if control[1] ~= ARGV[1] or control[2] ~= ARGV[2] then
  return 0
end
if control[3] ~= RUN then
  -- Another process, perhaps from an older file: what the session had before is another past than what comes.
  redis.call('HSET', KEYS[2], 'lineage', redis.sha1hex((control[4] or '') .. RUN))
end
stand_here(KEYS[2], ARGV[3])
local document = redis.call('GET', KEYS[1]) or ''
local from = string.find(document, HALF, 1, true)
if from then
  -- Within a JSON string there are no bare quotes: this is where the metadata ends.
  local to = string.find(document, '},"equipped":{', from, true)
  redis.call('SET', KEYS[1], string.sub(document, 1, from - 1) .. string.sub(document, to), 'KEEPTTL')
  redis.call('HSET', KEYS[2], 'rev', redis.sha1hex(control[1] .. RUN .. ARGV[3]))
end
return 1
