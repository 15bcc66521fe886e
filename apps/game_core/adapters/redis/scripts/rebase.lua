-- Put a session onto the database's state: a compare-and-set like any other change. What is remembered stays.
-- A row that the session stands on, or that a write of its own in flight made, is nothing to rebase over.
-- KEYS document, control, dirty index
-- ARGV char id, expected revision, new revision, document, version, database version, database revision,
--      '1' when something is left to write, ttl ms, n operations, m marks, k forgotten operation ids,
--      expected base revision, '1' to rebase even over a row of its own;
--      then n quadruples version, operation id, result ('' keeps the old one), record; m item ids (or 'vitals');
--      k ids; then triples operation id, version, result of what the database applied lately
-- returns 1 when stored
local control = redis.call('HMGET', KEYS[2], 'rev', 'base_rev', 't:' .. ARGV[7])
if control[1] ~= ARGV[2] or control[2] ~= ARGV[13] then
  return 0
end
if ARGV[14] ~= '1' and (control[2] == ARGV[7] or control[3]) then
  return 0
end
local all = redis.call('HGETALL', KEYS[2])
local gone = {'fails'}
for i = 1, #all, 2 do
  local prefix = string.sub(all[i], 1, 2)
  if prefix == 'p:' or prefix == 'm:' or prefix == 't:' then
    gone[#gone + 1] = all[i]
  end
end
-- The first write is one that a server without memory refuses: then nothing at all has happened.
local dirty = ARGV[8] == '1'
redis.call('HSET', KEYS[2], 'rev', ARGV[3], 'version', ARGV[5], 'synced_version', dirty and ARGV[6] or ARGV[5],
  'base_version', ARGV[6], 'base_rev', ARGV[7], 'run', RUN)
for i = 1, #gone, 1000 do
  redis.call('HDEL', KEYS[2], unpack(gone, i, math.min(i + 999, #gone)))
end
local next = 15
for _ = 1, ARGV[10] do
  local version, op, result, record = ARGV[next], ARGV[next + 1], ARGV[next + 2], ARGV[next + 3]
  redis.call('HSET', KEYS[2], 'p:' .. version, record, 'h:' .. version, op)
  if result ~= '' then
    redis.call('HSET', KEYS[2], 'o:' .. op, result)
  end
  next = next + 4
end
for _ = 1, ARGV[11] do
  redis.call('HSET', KEYS[2], 'm:' .. ARGV[next], ARGV[5])
  next = next + 1
end
for _ = 1, ARGV[12] do
  redis.call('HDEL', KEYS[2], 'o:' .. ARGV[next])
  next = next + 1
end
for i = next, #ARGV, 3 do
  redis.call('HSET', KEYS[2], 'o:' .. ARGV[i], ARGV[i + 2], 'h:' .. ARGV[i + 1], ARGV[i])
end
if dirty then
  local time = redis.call('TIME')
  local now = string.format('%d', time[1] * 1000 + math.floor(time[2] / 1000))
  redis.call('SET', KEYS[1], ARGV[4])
  redis.call('PERSIST', KEYS[2])
  redis.call('HSETNX', KEYS[2], 'since', now)
  redis.call('ZADD', KEYS[3], now, ARGV[1])
  return 1
end
redis.call('HDEL', KEYS[2], 'since')
redis.call('SET', KEYS[1], ARGV[4], 'PX', ARGV[9])
redis.call('PEXPIRE', KEYS[2], ARGV[9])
redis.call('ZREM', KEYS[3], ARGV[1])
return 1
