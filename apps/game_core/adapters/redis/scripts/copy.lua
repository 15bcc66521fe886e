-- Write something behind an operation: a replica that has this has the operation, too.
-- KEYS control
-- ARGV operation id
-- returns 1, or 0 when the operation does not wait for the database
local pending, rev = unpack(redis.call('HMGET', KEYS[1], 'pending', 'rev'))
if not is_pending(pending or '', ARGV[1]) then
  return 0
end
redis.call('HSET', KEYS[1], 'rev', rev)
return 1
