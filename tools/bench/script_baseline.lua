-- A change as Redis alone does it: the commands of a session's compare-and-set, on keys and arguments of the same
-- number and size. Frozen. What would end it early is looked for and does not end it, since the same call comes again.
-- KEYS document, control, dirty index
-- ARGV char id, operation id, its hash, the version it was meant for, '1' when the ledger lacks it, expected revision,
--      new revision, document, '1' when it must be written, version, time and body of the record, due delay ms, ttl ms,
--      patience ms, '1' when told, then names of rows
-- returns 'saved', synced version and lineage with blanks between
local char, op, hash, drawn_for, known, expected, new_rev, document, dirty, version, at, body, delay, ttl, patience,
  told = unpack(ARGV, 1, 16)
local names = {'rev', 'version', 'synced_version', 'run', 'generation', 'lineage', 'since', 'floor', 'remembered',
  'pending', 'bodies'}
local rev, old_version, synced, run, generation, lineage, since, floor, remembered, pending, bodies =
  unpack(redis.call('HMGET', KEYS[2], unpack(names)))
local saved = string.format('saved %d %s', synced or 0, lineage or '')
local conflict = rev ~= expected or redis.call('EXISTS', KEYS[1]) == 0
local doubt = string.find(pending or '', struct.pack('>I2', #op) .. op, 1, true)
  or string.find(remembered or '', hash, 1, true) or redis.call('HEXISTS', KEYS[2], 'o:' .. op) == 1
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local overdue = since and now - since > tonumber(patience)
-- Never the one that is looked for.
local id = string.reverse(op)
local happened = struct.pack('>I4', #body) .. body
local place = string.find(bodies or '', happened, 1, true)
if not place then
  place = #(bodies or '') + 1
  bodies = (bodies or '') .. happened
end
local fields = {'rev', rev, 'version', old_version, 'pending',
  (pending or '') .. struct.pack('>I4I3I4I2', old_version, place - 1, at, #id) .. id, 'bodies', bodies,
  'floor', floor or old_version}
if told == '1' then
  fields[#fields + 1] = 'told'
  fields[#fields + 1] = old_version
end
for i = 17, #ARGV do
  fields[#fields + 1] = 'm:' .. ARGV[i]
  fields[#fields + 1] = old_version
end
redis.call('SET', KEYS[1], document)
redis.call('HSET', KEYS[2], unpack(fields))
redis.call('HSETNX', KEYS[2], 'since', string.format('%d', now))
redis.call('PERSIST', KEYS[2])
redis.call('ZADD', KEYS[3], 'NX', now + delay, char)
return saved
