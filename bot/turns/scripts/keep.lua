-- Whoever draws needs more time.
-- KEYS menu
-- ARGV now or '', ticket, lease, ttl
local menu = times(
  read(KEYS[1], {'pen', 'came', 'until', 'turn', 'doubt', 'at'}), {'came', 'until', 'turn', 'doubt'}
)
if menu.pen ~= ARGV[2] then
  return 0
end
menu['until'] = now + tonumber(ARGV[3])
write(KEYS[1], menu, tonumber(ARGV[4]))
return 1
