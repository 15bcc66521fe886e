-- A write to the database failed for a reason of the session's own; after a few times it is parked.
-- KEYS control, dirty index
-- ARGV char id, failures that park, retry delay ms, parking time ms
-- returns 1 when it was parked just now
local control = redis.call('HMGET', KEYS[1], 'version', 'synced_version')
if control[1] == control[2] then
  return 0
end
local fails, most = redis.call('HINCRBY', KEYS[1], 'fails', 1), tonumber(ARGV[2])
redis.call('ZADD', KEYS[2], 'GT', now_ms() + (fails >= most and ARGV[4] or ARGV[3]), ARGV[1])
return fails == most and 1 or 0
