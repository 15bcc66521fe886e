-- Lease a dirty session for one write to the database.
-- KEYS document, control, dirty index
-- ARGV char id, token, lease ms, '1' to claim only what is due
-- returns {} when there is nothing to write, else {document or '', field, value, …} without what is remembered
local control = redis.call('HMGET', KEYS[2], 'version', 'synced_version')
if not control[1] or control[1] == control[2] then
  redis.call('ZREM', KEYS[3], ARGV[1])
  return {}
end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
if ARGV[4] == '1' then
  local due = redis.call('ZSCORE', KEYS[3], ARGV[1])
  if due and tonumber(due) > now then
    return {}
  end
end
-- GT: a parked session stays parked, whoever tries it in between.
redis.call('ZADD', KEYS[3], 'GT', now + ARGV[3], ARGV[1])
local document = redis.call('GET', KEYS[1])
if document then
  redis.call('HSET', KEYS[2], 't:' .. ARGV[2], control[1] .. ' ' .. string.format('%d', now))
end
local reply = {document or ''}
local all = redis.call('HGETALL', KEYS[2])
for i = 1, #all, 2 do
  local prefix = string.sub(all[i], 1, 2)
  if prefix ~= 'o:' and prefix ~= 'h:' then
    reply[#reply + 1] = all[i]
    reply[#reply + 1] = all[i + 1]
  end
end
return reply
