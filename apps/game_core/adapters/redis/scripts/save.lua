-- Compare-and-set of a session with its control data.
-- KEYS document, control, dirty index
-- ARGV char id, operation id, expected revision, new revision, document, '1' when the change must reach the
--      database, version, result, pending record, due delay ms, ttl ms, how long changes may wait for the
--      database in ms, then item ids (or 'vitals') whose rows changed
-- returns {'saved'} | {'conflict'} | {'overdue'} | {'seen', stored result}
local op = ARGV[2]
local control = redis.call('HMGET', KEYS[2], 'rev', 'version', 'synced_version', 'run', 'since', 'o:' .. op)
if control[1] == ARGV[4] then
  return {'saved'} -- the same call came twice: its first reply was lost
end
if op ~= '' and control[6] then
  return {'seen', control[6]}
end
if control[1] ~= ARGV[3] or control[4] ~= RUN or redis.call('EXISTS', KEYS[1]) == 0 then
  return {'conflict'}
end
if ARGV[6] ~= '1' then
  redis.call('HSET', KEYS[2], 'rev', ARGV[4])
  redis.call('SET', KEYS[1], ARGV[5], 'PX', ARGV[11])
  redis.call('PEXPIRE', KEYS[2], ARGV[11])
  return {'saved'}
end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
if control[5] and control[2] ~= control[3] and now - control[5] > tonumber(ARGV[12]) then
  return {'overdue'}
end
local version = ARGV[7]
local fields = {'rev', ARGV[4], 'version', version}
local function put(field, value)
  fields[#fields + 1] = field
  fields[#fields + 1] = value
end
if op ~= '' then
  put('o:' .. op, ARGV[8])
  put('h:' .. version, op)
  put('p:' .. version, ARGV[9])
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
