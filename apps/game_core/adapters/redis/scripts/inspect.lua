-- The control data of a session, clean or dirty, without what is remembered.
-- KEYS control
-- returns {field, value, …}, {} when there is none
local reply = {}
local all = redis.call('HGETALL', KEYS[1])
for i = 1, #all, 2 do
  if all[i] ~= 'remembered' and not string.find(all[i], '^[oh]:') then
    reply[#reply + 1] = all[i]
    reply[#reply + 1] = all[i + 1]
  end
end
return reply
