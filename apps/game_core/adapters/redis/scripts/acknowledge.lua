-- Record what the database holds now; the session becomes clean only if its version is the one that was written:
-- then nothing has changed since the claim that the database should have.
-- KEYS document, control, dirty index
-- ARGV char id, token of the write, version of the write, revision seen at the claim, how a clean document begins,
--      how much of the one seen it replaces, ttl ms, due delay ms, '1' to delete the session when it is clean,
--      how many operations are remembered that the database has, how those are that were pending at the claim
-- returns 1 when clean, 0 when still dirty, -1 when the token is not in flight any more
local token, written = ARGV[2], tonumber(ARGV[3])
local control, gone, all = {}, {'since', 'fails'}, redis.call('HGETALL', KEYS[2])
for i = 1, #all, 2 do
  local field, value = all[i], all[i + 1]
  control[field] = value
  local prefix = string.sub(field, 1, 2)
  if prefix == 'm:' and tonumber(value) <= written then
    gone[#gone + 1] = field
  elseif prefix == 't:' and tonumber(string.match(value, '^%d+')) <= written then
    gone[#gone + 1] = field
  elseif prefix == 'p:' and tonumber(string.sub(field, 3)) <= written then
    gone[#gone + 1] = field
  elseif prefix == 'h:' and tonumber(string.sub(field, 3)) <= written then
    gone[#gone + 1] = field
    gone[#gone + 1] = 'o:' .. value
  end
end
local flight = control['t:' .. token]
if not flight then
  return -1
end
if tonumber(control.told or math.huge) <= written then
  gone[#gone + 1] = 'told'
end
local pending, bodies, done = without_written(control.pending or '', control.bodies or '', written)
-- What the database has may be forgotten: the ledger knows it.
local remembered, floor = {control.remembered or ''}, control.floor or ARGV[3]
for at = 1, #ARGV[11], ENTRY do
  local one = struct.unpack('>I8', ARGV[11], at + ENTRY / 2)
  if done[one] then
    remembered[#remembered + 1] = string.sub(ARGV[11], at, at + ENTRY - 1)
  end
end
remembered = table.concat(remembered)
local forgotten = #remembered - ARGV[10] * ENTRY
if forgotten > 0 then
  local newest = struct.unpack('>I8', remembered, forgotten - ENTRY / 2 + 1)
  floor = string.format('%d', math.max(floor, newest))
  remembered = string.sub(remembered, forgotten + 1)
end
-- The first write is one that a server without memory refuses: then nothing at all has happened.
redis.call('HSET', KEYS[2], 'base_version', ARGV[3], 'base_rev', token, 'synced_version', ARGV[3], 'floor', floor,
  'remembered', remembered)
if pending == '' then
  gone[#gone + 1], gone[#gone + 2] = 'pending', 'bodies'
else
  redis.call('HSET', KEYS[2], 'pending', pending, 'bodies', bodies)
end
for i = 1, #gone, 1000 do
  redis.call('HDEL', KEYS[2], unpack(gone, i, math.min(i + 999, #gone)))
end
if tonumber(control.version) ~= written then
  redis.call('HSET', KEYS[2], 'since', string.match(flight, '%d+$'))
  redis.call('ZADD', KEYS[3], now_ms() + ARGV[8], ARGV[1])
  return 0
end
redis.call('ZREM', KEYS[3], ARGV[1])
local stands = control.rev == ARGV[4]
if stands and ARGV[9] == '1' then
  redis.call('DEL', KEYS[1], KEYS[2])
  return 1
end
if stands and #ARGV[5] == tonumber(ARGV[6]) and redis.call('EXISTS', KEYS[1]) == 1 then
  redis.call('SETRANGE', KEYS[1], 0, ARGV[5])
  redis.call('PEXPIRE', KEYS[1], ARGV[7])
else
  local document = redis.call('GET', KEYS[1])
  if document and stands then
    redis.call('SET', KEYS[1], ARGV[5] .. string.sub(document, ARGV[6] + 1), 'PX', ARGV[7])
  elseif document then
    -- Only the half that lies on a table has changed since.
    redis.call('SET', KEYS[1], cleaned(document), 'PX', ARGV[7])
  end
end
redis.call('PEXPIRE', KEYS[2], ARGV[7])
return 1
