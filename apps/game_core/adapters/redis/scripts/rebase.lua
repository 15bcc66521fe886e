-- Put a session onto the database's state: a compare-and-set like any other change. Nothing but what waits for the
-- database is remembered after it: the ledger may hold anything else.
-- A row that the session stands on, or that a write of its own in flight made, is nothing to rebase over.
-- A document that lost its control data gives way to what tells of it, as long as it is the one that was looked at.
-- KEYS document, control, dirty index, quarantine
-- ARGV char id, expected revision, expected base revision, new revision, document, version, database version,
--      database revision, '1' to rebase even over a row of its own, generation of the database when it was read,
--      version from before which the player knows all conflicts or 0, n operations; then n times version, time,
--      id and body; then item ids (or 'vitals')
-- returns 1 when stored
local char, expected, expected_base, rev, document, version, base_version, base_rev, anew, generation, told, n =
  unpack(ARGV, 1, 12)
local control = redis.call('HMGET', KEYS[2], 'rev', 'base_rev', 't:' .. base_rev)
local left = not control[1] and redis.call('GET', KEYS[1])
if left then
  control = {redis.sha1hex(left), expected_base}
end
if control[1] ~= expected or control[2] ~= expected_base then
  return 0
end
if anew ~= '1' and (control[2] == base_rev or control[3]) then
  return 0
end
local all = redis.call('HGETALL', KEYS[2])
local gone = {'fails', 'told', 'remembered'}
for i = 1, #all, 2 do
  if string.find(all[i], '^[pmtoh]:') then
    gone[#gone + 1] = all[i]
  end
end
local pending, bodies, next = '', '', 13
for _ = 1, n do
  pending, bodies = with_change(pending, bodies, unpack(ARGV, next, next + 3))
  next = next + 4
end
if pending == '' then
  gone[#gone + 1], gone[#gone + 2] = 'pending', 'bodies'
end
-- The first write is one that a server without memory refuses: then nothing at all has happened.
redis.call('HSET', KEYS[2], 'rev', rev, 'lineage', rev, 'version', version, 'floor', version,
  'synced_version', base_version, 'base_version', base_version, 'base_rev', base_rev,
  'pending', pending, 'bodies', bodies)
stand_here(KEYS[2], generation)
if left then
  put_aside(KEYS[4], left)
end
for i = 1, #gone, 1000 do
  redis.call('HDEL', KEYS[2], unpack(gone, i, math.min(i + 999, #gone)))
end
if told ~= '0' then
  redis.call('HSET', KEYS[2], 'told', told)
end
for i = next, #ARGV do
  redis.call('HSET', KEYS[2], 'm:' .. ARGV[i], version)
end
-- Even where nothing is left to write, the database learns of the version: buttons are drawn for it.
local now = string.format('%d', now_ms())
redis.call('SET', KEYS[1], document)
redis.call('PERSIST', KEYS[2])
redis.call('HSETNX', KEYS[2], 'since', now)
redis.call('ZADD', KEYS[3], now, char)
return 1
