-- Lease a dirty session for one write to the database.
-- KEYS document, control, dirty index
-- ARGV char id, token, lease ms, '1' to claim only what is due, longest delay ms, parking time ms
-- returns nothing when there is nothing to write, else {char id, document or '', {field, value, …}}
local control = redis.call('HMGET', KEYS[2], 'version', 'synced_version')
if not control[1] or control[1] == control[2] then
  redis.call('ZREM', KEYS[3], ARGV[1])
  return false
end
local now, longest, parking = now_ms(), tonumber(ARGV[5]), tonumber(ARGV[6])
local due = tonumber(redis.call('ZSCORE', KEYS[3], ARGV[1]) or 0)
local come = is_due(due, now, longest, parking)
if ARGV[4] == '1' and not come then
  return false
end
-- What is not due keeps the later time: a parked session stays parked, whoever tries it in between.
if come or due < now + ARGV[3] then
  redis.call('ZADD', KEYS[3], now + ARGV[3], ARGV[1])
end
local document = redis.call('GET', KEYS[1])
if document then
  redis.call('HSET', KEYS[2], 't:' .. ARGV[2], control[1] .. ' ' .. string.format('%d', now))
end
return {ARGV[1], document or '', redis.call('HGETALL', KEYS[2])}
