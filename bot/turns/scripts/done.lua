-- Drawing has ended.
-- KEYS menu, parked
-- ARGV now or '', ticket, fingerprint or '', member
-- returns 0 when somebody else has drawn meanwhile: then what is parked is drawn again
local menu = times(read(KEYS[1], {'ticket', 'pen', 'parked', 'doubt', 'at'}), {'doubt'})
if menu.pen ~= ARGV[2] then
  redis.call('HDEL', KEYS[1], 'drawn')
  if menu.parked then
    redis.call('ZADD', KEYS[2], now, ARGV[4])
  end
  return 0
end
redis.call('HDEL', KEYS[1], 'pen', 'until')
if ARGV[3] == '' then
  return 1
end
redis.call('HSET', KEYS[1], 'drawn', ARGV[3])
if menu.parked == ARGV[2] or menu.parked ~= menu.ticket then
  redis.call('ZREM', KEYS[2], ARGV[4])
  if not menu.doubt or menu.doubt <= now then
    redis.call('HDEL', KEYS[1], 'parked', 'content')
  end
end
return 1
