-- Times are in ms. A clock that went back takes all times of a record back with it, so that nobody waits for
-- an hour that has been; one that jumped ahead ends waits early, and the messenger says so.
local function clock(given)
  if given ~= '' then
    return tonumber(given)
  end
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end
local now = clock(ARGV[1])

local function read(key, names)
  local values, record = redis.call('HMGET', key, unpack(names)), {}
  for i, name in ipairs(names) do
    record[name] = values[i] or nil
  end
  return record
end

local function write(key, record, ttl)
  local pairs_, gone = {}, {}
  for name, value in pairs(record) do
    if value == '' then
      gone[#gone + 1] = name
    else
      pairs_[#pairs_ + 1] = name
      pairs_[#pairs_ + 1] = type(value) == 'number' and string.format('%.0f', value) or value
    end
  end
  redis.call('HSET', key, unpack(pairs_))
  if #gone > 0 then
    redis.call('HDEL', key, unpack(gone))
  end
  redis.call('PEXPIRE', key, string.format('%.0f', ttl))
end

-- The named times of a record, by a clock that has gone back since `at` as well.
local function times(record, names)
  local back = math.max(0, (tonumber(record.at) or 0) - now)
  for _, name in ipairs(names) do
    record[name] = record[name] and tonumber(record[name]) - back
  end
  record.at = now
  return record
end

-- A chat, or everybody: `free` is when its budget is whole again, `wait` the end of a flood wait.
local function budget(key)
  return times(read(key, {'free', 'wait', 'at'}), {'free', 'wait'})
end

local function store(key, record)
  local last = math.max(record.free or now, record.wait or now)
  write(key, record, last - now + 60000)
end

-- The time of the next turn, which is taken.
local function turn(record, burst, interval)
  local free = math.max(record.free or now, now)
  record.free = free + interval
  return math.max(now, free - (burst - 1) * interval)
end
