-- Divide the work: each worker has as many shares of it as any other, for as long as its lease lasts.
-- KEYS who has which share, and until when each worker has what it has
-- ARGV worker, lease ms, how many shares there are, '1' when the worker leaves
-- returns the worker's shares, and those that others have
local me, lease, count, leaves = 'w:' .. ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), ARGV[4] == '1'
local now = now_ms()
local holders, ends, lasting, workers, last = {}, {}, {}, 0, 0
local all = redis.call('HGETALL', KEYS[1])
for i = 1, #all, 2 do
  local share = tonumber(all[i])
  if share then
    holders[share] = all[i + 1]
  else
    local at, long = string.match(all[i + 1], '^(%d+) (%d+)$')
    ends[all[i]], lasting[all[i]] = tonumber(at), tonumber(long)
  end
end
ends[me], lasting[me] = leaves and 0 or now + lease, lease
for worker, at in pairs(ends) do
  -- One that ends later than it can was written while a clock was ahead.
  if at <= now or at > now + lasting[worker] then
    ends[worker] = nil
    redis.call('HDEL', KEYS[1], worker)
  else
    workers, last = workers + 1, math.max(last, at)
  end
end
local part, mine, others, free = leaves and 0 or math.ceil(count / workers), {}, {}, {}
for share = 0, count - 1 do
  local holder = holders[share]
  if holder == me and #mine < part then
    mine[#mine + 1] = share
  elseif holder ~= me and ends[holder] then
    others[#others + 1] = share
  else
    free[#free + 1] = share
  end
end
for _, share in ipairs(free) do
  if #mine < part then
    mine[#mine + 1] = share
    redis.call('HSET', KEYS[1], share, me)
  elseif holders[share] then
    redis.call('HDEL', KEYS[1], share)
  end
end
if not leaves then
  redis.call('HSET', KEYS[1], me, string.format('%d %d', ends[me], lease))
end
if workers > 0 then
  redis.call('PEXPIRE', KEYS[1], last - now)
end
return {mine, others}
