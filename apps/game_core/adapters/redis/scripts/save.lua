-- Compare-and-set of a session with its control data.
-- KEYS document, control, dirty index
-- ARGV char id, operation id ('': none), its hash, the version it was meant for, '1' when the ledger lacks it,
--      expected revision, new revision, document, '1' when the change must reach the database, version,
--      time and body of the pending record, due delay ms, ttl ms, how long changes may wait for the database in
--      ms, '1' when the player knows all conflicts now, then item ids (or 'vitals') whose rows changed
-- returns 'saved', synced version and lineage with blanks between, or else 'conflict', 'overdue' or 'doubt'
local char, op, hash, drawn_for, known, expected, new_rev, document, dirty, version, at, body, delay, ttl, patience,
  told = unpack(ARGV, 1, 16)
local names = {'rev', 'version', 'synced_version', 'run', 'generation', 'lineage', 'since', 'floor', 'remembered',
  'pending', 'bodies'}
local rev, old_version, synced, run, generation, lineage, since, floor, remembered, pending, bodies =
  unpack(redis.call('HMGET', KEYS[2], unpack(names)))
local saved = string.format('saved %d %s', synced or 0, lineage or '')
if rev == new_rev then
  return saved -- the same call came twice: its first reply was lost
end
if rev ~= expected or is_foreign(run, generation) or redis.call('EXISTS', KEYS[1]) == 0 then
  return 'conflict'
end
if in_doubt(KEYS[2], old_version, floor, remembered, pending, op, hash, drawn_for, known) then
  return 'doubt'
end
if dirty ~= '1' then
  redis.call('HSET', KEYS[2], 'rev', new_rev)
  redis.call('SET', KEYS[1], document, 'PX', ttl)
  redis.call('PEXPIRE', KEYS[2], ttl)
  return saved
end
local now = now_ms()
if since and old_version ~= synced and now - since > tonumber(patience) then
  return 'overdue'
end
local fields = {'rev', new_rev, 'version', version}
local function put(field, value)
  fields[#fields + 1] = field
  fields[#fields + 1] = value
end
if op ~= '' then
  pending, bodies = with_change(pending or '', bodies or '', version, at, op, body)
  put('pending', pending)
  put('bodies', bodies)
end
put('floor', floor or old_version)
if told == '1' then
  put('told', version)
end
for i = 17, #ARGV do
  put('m:' .. ARGV[i], version)
end
-- The first write is one that a server without memory refuses: then nothing at all has happened.
redis.call('SET', KEYS[1], document)
for i = 1, #fields, 1000 do
  redis.call('HSET', KEYS[2], unpack(fields, i, math.min(i + 999, #fields)))
end
redis.call('HSETNX', KEYS[2], 'since', string.format('%d', now))
redis.call('PERSIST', KEYS[2])
redis.call('ZADD', KEYS[3], 'NX', now + delay, char)
return saved
