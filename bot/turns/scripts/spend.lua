-- Something is sent beside the menus.
-- KEYS chat, everybody
-- ARGV now or '', chat's burst, chat's interval, everybody's burst, everybody's interval (0: no limit)
-- returns ms to wait; 1 when that is a flood wait, and nothing was spent
local chat = budget(KEYS[1])
if chat.wait and chat.wait > now then
  store(KEYS[1], chat) -- by today's clock
  return {math.ceil(chat.wait - now), 1}
end
local at = turn(chat, tonumber(ARGV[2]), tonumber(ARGV[3]))
store(KEYS[1], chat)
if ARGV[5] ~= '0' then
  local everybody = budget(KEYS[2])
  at = math.max(at, turn(everybody, tonumber(ARGV[4]), tonumber(ARGV[5])))
  store(KEYS[2], everybody)
end
return {math.ceil(at - now), 0}
