-- The messenger wants the chat left alone.
-- KEYS chat
-- ARGV now or '', ms
local chat = budget(KEYS[1])
chat.wait = math.max(chat.wait or now, now + tonumber(ARGV[2]))
store(KEYS[1], chat)
return 1
