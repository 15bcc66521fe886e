-- Stands before every script, after its constants RUN, the server process' run id, and GENERATION, the database's
-- ('' while it is not known).

local function now_ms()
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end

-- Whether what a session says of where it was checked is not here.
local function is_foreign(run, generation)
  return run ~= RUN or (GENERATION ~= '' and generation ~= GENERATION)
end

-- Whether control data say up to where the session goes.
local function is_versioned(version, synced)
  return tonumber(version or nil) and tonumber(synced or nil)
end

-- A session was made from the database of `generation` ('' while it is not known), or compared with it.
local function stand_here(control, generation)
  redis.call('HSET', control, 'run', RUN)
  if generation ~= '' then
    redis.call('HSET', control, 'generation', generation)
  end
end

-- A document whose session has nothing to write: whoever has made it may not know that it was written since.
local function cleaned(document)
  local from, to = string.find(document, '"dirty":true', 1, true)
  return from and string.sub(document, 1, from - 1) .. '"dirty":false' .. string.sub(document, to + 1) or document
end

-- How long documents that were put aside are kept, in seconds.
local QUARANTINE = 90 * 86400

local function put_aside(quarantine, document)
  redis.call('RPUSH', quarantine, document)
  redis.call('LTRIM', quarantine, -10, -1)
  redis.call('EXPIRE', quarantine, QUARANTINE)
end

-- Remembered operations stand in one string: eight bytes of a hash and eight of a version each, oldest first.
local ENTRY = 16

local function is_remembered(remembered, hash)
  local at = 0
  repeat
    at = string.find(remembered, hash, at + 1, true)
  until not at or at % ENTRY == 1
  return at ~= nil
end

-- What waits for the database stands in two strings. `pending` has a record for each change, oldest first: its
-- version, where in `bodies` what happened begins, its time, the length of the operation's id, and the id. `bodies`
-- has everything that happened once, behind its length.
local RECORD, HEADER, LENGTH, SIZE, MOST = '>I4I3I4I2', 13, '>I4', 4, 2 ^ 24

local function with_change(pending, bodies, version, at, op, body)
  body = struct.pack(LENGTH, #body) .. body
  local place = string.find(bodies, body, 1, true)
  if not place then
    place = #bodies + 1
    bodies = bodies .. body
    assert(#bodies < MOST, 'too much waits for the database')
  end
  return pending .. struct.pack(RECORD, version, place - 1, at, #op) .. op, bodies
end

-- An id follows its own length nowhere else. The id is looked for first: bytes of lengths are everywhere.
local function is_pending(pending, op)
  local length, at = struct.pack('>I2', #op), 0
  repeat
    at = string.find(pending, op, at + 1, true)
  until not at or string.sub(pending, at - #length, at - 1) == length
  return at ~= nil
end

-- What of it comes after a version, and the versions of the rest.
local function without_written(pending, bodies, written)
  local left, happened, done, next = '', '', {}, 1
  while next <= #pending do
    local version, place, at, length = struct.unpack(RECORD, pending, next)
    local op = string.sub(pending, next + HEADER, next + HEADER + length - 1)
    if version <= written then
      done[version] = true
    else
      local size = struct.unpack(LENGTH, bodies, place + 1)
      local body = string.sub(bodies, place + 1 + SIZE, place + SIZE + size)
      left, happened = with_change(left, happened, version, at, op, body)
    end
    next = next + HEADER + length
  end
  return left, happened, done
end

-- Whether an operation may have taken effect before: it is pending or remembered ('o:…' is how a release before did
-- that), or unless it is known to be new, it was meant for a state before the floor, or for one that never was.
local function in_doubt(control, version, floor, remembered, pending, op, hash, drawn_for, known)
  if op == '' then
    return false
  end
  if is_pending(pending or '', op) or is_remembered(remembered or '', hash) then
    return true
  end
  if redis.call('HEXISTS', control, 'o:' .. op) == 1 then
    return true
  end
  if known == '1' then
    return false
  end
  local drawn = tonumber(drawn_for)
  return drawn < tonumber(floor or version) or drawn > tonumber(version)
end

-- Many values as one, each behind its length: a client reads one reply much faster than thirty.
local function packed(values)
  for i, value in ipairs(values) do
    values[i] = struct.pack(LENGTH, #value) .. value
  end
  return table.concat(values)
end

-- The fields of a control hash, packed behind `first`, without what is remembered.
local function control_data(control, first)
  local all = redis.call('HGETALL', control)
  for i = 1, #all, 2 do
    if all[i] ~= 'remembered' and not string.find(all[i], '^[oh]:') then
      first[#first + 1] = all[i]
      first[#first + 1] = all[i + 1]
    end
  end
  return packed(first)
end

-- A due time lies at most so far ahead, or as far as only parking puts it: any other is some clock's fault.
local function is_due(due, now, longest, parking)
  return due <= now or (due > now + longest and due < now + parking / 2)
end
