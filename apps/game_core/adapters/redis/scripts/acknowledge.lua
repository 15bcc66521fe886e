-- Record what the database holds now; the session becomes clean only if nothing changed since the claim.
-- KEYS document, control, dirty index
-- ARGV char id, token of the write, version of the write, revision seen at the claim, clean document, ttl ms,
--      due delay ms, '1' to delete the session when it is clean
-- returns 1 when clean, 0 when still dirty, -1 when the token is not in flight any more
local token, version = ARGV[2], tonumber(ARGV[3])
local flight = redis.call('HGET', KEYS[2], 't:' .. token)
if not flight then
  return -1
end
local all = redis.call('HGETALL', KEYS[2])
local gone, rev = {'since'}, false
for i = 1, #all, 2 do
  local field, value = all[i], all[i + 1]
  local prefix = string.sub(field, 1, 2)
  if field == 'rev' then
    rev = value
  elseif prefix == 'p:' and tonumber(string.sub(field, 3)) <= version then
    gone[#gone + 1] = field
  elseif prefix == 'm:' and tonumber(value) <= version then
    gone[#gone + 1] = field
  elseif prefix == 't:' and tonumber(string.match(value, '^%d+')) <= version then
    gone[#gone + 1] = field
  end
end
for i = 1, #gone, 1000 do
  redis.call('HDEL', KEYS[2], unpack(gone, i, math.min(i + 999, #gone)))
end
redis.call('HSET', KEYS[2], 'base_version', ARGV[3], 'base_rev', token, 'synced_version', ARGV[3])
if rev ~= ARGV[4] or redis.call('EXISTS', KEYS[1]) == 0 then
  local time = redis.call('TIME')
  local now = time[1] * 1000 + math.floor(time[2] / 1000)
  redis.call('HSET', KEYS[2], 'since', string.match(flight, '%d+$'))
  redis.call('ZADD', KEYS[3], now + ARGV[7], ARGV[1])
  return 0
end
redis.call('ZREM', KEYS[3], ARGV[1])
if ARGV[8] == '1' then
  redis.call('DEL', KEYS[1], KEYS[2])
  return 1
end
redis.call('SET', KEYS[1], ARGV[5], 'PX', ARGV[6])
redis.call('PEXPIRE', KEYS[2], ARGV[6])
return 1
