-- Keep what is no session's out of everybody's way, as DUMP has it: keys of another type, and control data that
-- nobody understands.
-- KEYS document, control, quarantine
-- ARGV revision of control data that was not understood ('': none was)
-- returns how many keys went
local gone = 0
local function move(key)
  put_aside(KEYS[3], redis.call('DUMP', key))
  redis.call('DEL', key)
  gone = gone + 1
end
local function is_whole(control)
  local rev, version, synced, base_version, base_rev =
    unpack(redis.call('HMGET', control, 'rev', 'version', 'synced_version', 'base_version', 'base_rev'))
  return rev and rev ~= ARGV[1] and is_versioned(version, synced) and tonumber(base_version) and base_rev
end
local document, control = redis.call('TYPE', KEYS[1]).ok, redis.call('TYPE', KEYS[2]).ok
if document ~= 'string' and document ~= 'none' then
  move(KEYS[1])
end
if control ~= 'none' and not (control == 'hash' and is_whole(KEYS[2])) then
  move(KEYS[2])
end
return gone
