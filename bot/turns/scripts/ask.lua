-- A screen asks to be drawn.
-- KEYS menu, chat, everybody, the user's menus, parked, and if it is to be read, the hash with what is kept of menus
-- ARGV now or '', ticket, version, update id, fingerprint if it is seen, '1' for a parked one, '1' for anew,
--      chat's burst, chat's interval, everybody's burst, everybody's interval (0: no limit),
--      window, lease, doubt, ttl, chat id, member, the field with what is kept of this menu
-- returns {'past'} | {'busy'} | {'wait', ms, 1 for a flood wait} | {'draw', 1 when unsure, 1 for anew, what is kept}
local names = {'ticket', 'version', 'update', 'came', 'pen', 'until', 'turn', 'stage', 'drawn', 'anew', 'doubt', 'at'}
local menu = times(read(KEYS[1], names), {'came', 'until', 'turn', 'doubt'})
local ticket, version, update = ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4])
local burst, interval = tonumber(ARGV[8]), tonumber(ARGV[9])
local all_burst, all_interval = tonumber(ARGV[10]), tonumber(ARGV[11])
local window, lease, doubt, ttl = tonumber(ARGV[12]), tonumber(ARGV[13]), tonumber(ARGV[14]), tonumber(ARGV[15])
local slack = 2

local function older()
  local known, last = tonumber(menu.version), tonumber(menu.update)
  if version > 0 and known > 0 and version ~= known then
    return version < known
  end
  -- Ids that are far behind are no earlier ones: they have started again.
  return update < last and last - update < 100000
end

local function answer(reply)
  write(KEYS[1], menu, ttl)
  redis.call('SADD', KEYS[4], ARGV[16])
  redis.call('PEXPIRE', KEYS[4], ttl)
  return reply
end

if menu.ticket ~= ticket then
  if ARGV[6] == '1' then
    redis.call('ZREM', KEYS[5], ARGV[17])
    return {'past'}
  end
  -- Only what comes at about the same time can come in the wrong order. Later on a lower version or id is
  -- the truth: another database, other ids.
  local close = menu.ticket and now - menu.came <= window
  if close and older() then
    return {'past'}
  end
  menu.version = version > 0 and version or (close and menu.version or 0)
  menu.ticket, menu.update, menu.came = ticket, update, now
end
if ARGV[7] == '1' then
  menu.anew = '1'
end

if menu.pen and menu.pen ~= ticket then
  if (menu['until'] or now) > now then
    return answer({'busy'})
  end
  menu.doubt = now + doubt -- its holder died, or sleeps and will go on
  menu.pen = ''
end
local unsure = menu.doubt and menu.doubt > now
if ARGV[5] ~= '' and menu.drawn == ARGV[5] and not menu.anew and not unsure then
  return answer({'past'})
end

local chat = budget(KEYS[2])
if chat.wait and chat.wait > now then
  store(KEYS[2], chat) -- by today's clock
  return answer({'wait', math.ceil(chat.wait - now), 1})
end

-- A menu holds one turn, whichever screen comes to use it; one that nobody used was of another time.
if not menu.turn or now - menu.turn > 10000 then
  menu.stage, menu.turn = 'chat', turn(chat, burst, interval)
  store(KEYS[2], chat)
end
if menu.stage == 'chat' and menu.turn <= now + slack and all_interval > 0 then
  local everybody = budget(KEYS[3])
  menu.stage, menu.turn = 'all', turn(everybody, all_burst, all_interval)
  store(KEYS[3], everybody)
end
if menu.turn > now + slack then
  return answer({'wait', math.ceil(menu.turn - now), 0})
end
local anew = menu.anew and 1 or 0
menu.turn, menu.stage, menu.drawn, menu.anew = '', '', '', ''
menu.pen, menu['until'] = ticket, now + lease
local kept = KEYS[6] and redis.call('HGET', KEYS[6], ARGV[18])
return answer({'draw', unsure and 1 or 0, anew, kept or false})
