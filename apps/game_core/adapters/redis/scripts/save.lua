-- Compare-and-set of a session with its control data.
-- KEYS document, control, dirty index
-- ARGV char id, operation id, expected revision, new revision, document, '1' when the change must reach the
--      database, version, result, pending record, due delay ms, ttl ms, operation ids to remember, then item ids
--      (or 'vitals') whose rows changed
-- returns {'saved'} | {'conflict'} | {'seen', stored result}
local op = ARGV[2]
if op ~= '' then
  local seen = redis.call('HGET', KEYS[2], 'o:' .. op)
  if seen then
    return {'seen', seen}
  end
end
local control = redis.call('HMGET', KEYS[2], 'rev', 'version', 'synced_version')
if control[1] ~= ARGV[3] or redis.call('EXISTS', KEYS[1]) == 0 then
  return {'conflict'}
end
local version = ARGV[7]
if ARGV[6] ~= '1' then
  redis.call('HSET', KEYS[2], 'rev', ARGV[4])
  if control[2] == control[3] then
    redis.call('SET', KEYS[1], ARGV[5], 'PX', ARGV[11])
    redis.call('PEXPIRE', KEYS[2], ARGV[11])
  else
    redis.call('SET', KEYS[1], ARGV[5])
  end
  return {'saved'}
end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local fields = {'rev', ARGV[4], 'version', version}
local function put(field, value)
  fields[#fields + 1] = field
  fields[#fields + 1] = value
end
if op ~= '' then
  put('o:' .. op, ARGV[8])
  put('h:' .. version, op)
  put('p:' .. version, ARGV[9])
  local old = 'h:' .. string.format('%d', version - ARGV[12])
  local forgotten = redis.call('HGET', KEYS[2], old)
  if forgotten then
    redis.call('HDEL', KEYS[2], old, 'o:' .. forgotten)
  end
end
for i = 13, #ARGV do
  put('m:' .. ARGV[i], version)
end
redis.call('SET', KEYS[1], ARGV[5])
redis.call('HSET', KEYS[2], unpack(fields))
redis.call('HSETNX', KEYS[2], 'since', string.format('%d', now))
redis.call('PERSIST', KEYS[2])
redis.call('ZADD', KEYS[3], 'NX', now + ARGV[10], ARGV[1])
return {'saved'}
