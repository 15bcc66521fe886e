-- Characters whose due time has come.
-- KEYS dirty index
-- ARGV how many at most, longest delay ms, parking time ms, for how many ms it has to have come
local now, most = now_ms(), tonumber(ARGV[1])
local due = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now - ARGV[4], 'LIMIT', 0, most)
if #due < most then
  -- No delay puts a due time there: a clock was ahead when it was written.
  local from, to = '(' .. now + ARGV[2], '(' .. now + ARGV[3] / 2
  for _, char in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], from, to, 'LIMIT', 0, most - #due)) do
    due[#due + 1] = char
  end
end
return due
