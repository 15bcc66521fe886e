-- Record what the database holds now; the session becomes clean only if its version is the one that was written:
-- then nothing has changed since the claim that the database should have.
-- KEYS document, control, dirty index
-- ARGV char id, token of the write, version of the write, revision seen at the claim, how a clean document begins,
--      how much of the one seen it replaces, ttl ms, due delay ms, '1' to delete the session when it is clean,
--      how many operations are remembered that the database has, how those are that were pending at the claim
-- returns 1 when clean, 0 when still dirty, -1 when the token is not in flight any more
local token, written = ARGV[2], tonumber(ARGV[3])
local flight = redis.call('HGET', KEYS[2], 't:' .. token)
if not flight then
  return -1
end
local rev, version, told, floor, remembered, pending, bodies =
  unpack(redis.call('HMGET', KEYS[2], 'rev', 'version', 'told', 'floor', 'remembered', 'pending', 'bodies'))
version = tonumber(version)
local all = redis.call('HGETALL', KEYS[2])
local gone = {'since', 'fails'}
if tonumber(told or math.huge) <= written then
  gone[#gone + 1] = 'told'
end
for i = 1, #all, 2 do
  local field, value = all[i], all[i + 1]
  local prefix, number = string.sub(field, 1, 2), tonumber(string.sub(field, 3))
  if prefix == 'p:' and number <= written then
    gone[#gone + 1] = field
  elseif prefix == 'm:' and tonumber(value) <= written then
    gone[#gone + 1] = field
  elseif prefix == 't:' and tonumber(string.match(value, '^%d+')) <= written then
    gone[#gone + 1] = field
  elseif prefix == 'h:' and number <= written then
    gone[#gone + 1] = field
    gone[#gone + 1] = 'o:' .. value
  end
end
local done
pending, bodies, done = without_written(pending or '', bodies or '', written)
if pending == '' then
  gone[#gone + 1], gone[#gone + 2] = 'pending', 'bodies'
end
-- What the database has may be forgotten: the ledger knows it.
remembered, floor = remembered or '', floor or ARGV[3]
for at = 1, #ARGV[11], ENTRY do
  local one = struct.unpack('>I8', ARGV[11], at + ENTRY / 2)
  if done[one] then
    remembered = remembered .. string.sub(ARGV[11], at, at + ENTRY - 1)
  end
end
local forgotten = #remembered - ARGV[10] * ENTRY
if forgotten > 0 then
  local newest = struct.unpack('>I8', remembered, forgotten - ENTRY / 2 + 1)
  floor = string.format('%d', math.max(floor, newest))
  remembered = string.sub(remembered, forgotten + 1)
end
-- The first write is one that a server without memory refuses: then nothing at all has happened.
redis.call('HSET', KEYS[2], 'base_version', ARGV[3], 'base_rev', token, 'synced_version', ARGV[3], 'floor', floor,
  'remembered', remembered, 'pending', pending, 'bodies', bodies)
for i = 1, #gone, 1000 do
  redis.call('HDEL', KEYS[2], unpack(gone, i, math.min(i + 999, #gone)))
end
if version ~= written then
  redis.call('HSET', KEYS[2], 'since', string.match(flight, '%d+$'))
  redis.call('ZADD', KEYS[3], now_ms() + ARGV[8], ARGV[1])
  return 0
end
redis.call('ZREM', KEYS[3], ARGV[1])
local stands = rev == ARGV[4]
if stands and ARGV[9] == '1' then
  redis.call('DEL', KEYS[1], KEYS[2])
  return 1
end
local document = redis.call('GET', KEYS[1])
if document and stands then
  redis.call('SET', KEYS[1], ARGV[5] .. string.sub(document, ARGV[6] + 1), 'PX', ARGV[7])
elseif document then
  -- Only the half that lies on a table has changed since.
  redis.call('SET', KEYS[1], cleaned(document), 'PX', ARGV[7])
end
redis.call('PEXPIRE', KEYS[2], ARGV[7])
return 1
