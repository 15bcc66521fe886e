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

-- A session was made from the database of `generation` ('' while it is not known), or compared with it.
local function stand_here(control, generation)
  redis.call('HSET', control, 'run', RUN)
  if generation ~= '' then
    redis.call('HSET', control, 'generation', generation)
  end
end

-- How long documents that were put aside are kept, in seconds.
local QUARANTINE = 90 * 86400

-- Remembered operations stand in one string: eight bytes of a hash and eight of a version each, oldest first.
local ENTRY, HASH = 16, 8

local function is_remembered(remembered, hash)
  local at = 0
  repeat
    at = string.find(remembered, hash, at + 1, true)
  until not at or at % ENTRY == 1
  return at ~= nil
end

-- What waits for the database stands in two strings. `pending` has a record for each change, oldest first: its
-- version, where in `bodies` what happened begins, the length of its head, and the head, which begins with the
-- operation's hash. `bodies` has everything that happened once, behind its length.
local RECORD, HEADER, LENGTH, SIZE = '>I6I4I2', 12, '>I4', 4

local function with_change(pending, bodies, version, head, body)
  body = struct.pack(LENGTH, #body) .. body
  local at = string.find(bodies, body, 1, true)
  if not at then
    at = #bodies + 1
    bodies = bodies .. body
  end
  return pending .. struct.pack(RECORD, version, at - 1, #head) .. head, bodies
end

-- What of it comes after a version, and what is to be remembered of the rest.
local function without_written(pending, bodies, written)
  local left, happened, done, at = '', '', {}, 1
  while at <= #pending do
    local version, place, length = struct.unpack(RECORD, pending, at)
    local head = string.sub(pending, at + HEADER, at + HEADER + length - 1)
    if version <= written then
      done[#done + 1] = string.sub(head, 1, HASH) .. struct.pack('>I8', version)
    else
      local size = struct.unpack(LENGTH, bodies, place + 1)
      local body = string.sub(bodies, place + 1 + SIZE, place + SIZE + size)
      left, happened = with_change(left, happened, version, head, body)
    end
    at = at + HEADER + length
  end
  return left, happened, table.concat(done)
end

-- Whether an operation may have taken effect before: it is pending or remembered ('o:…' is how a release before did
-- that), or unless it is known to be new, it was meant for a state before the floor, or for one that never was.
local function in_doubt(control, version, floor, remembered, pending, op, hash, drawn_for, known)
  if op == '' then
    return false
  end
  if string.find(pending or '', hash, 1, true) then
    return true
  end
  if is_remembered(remembered or '', hash) or redis.call('HEXISTS', control, 'o:' .. op) == 1 then
    return true
  end
  if known == '1' then
    return false
  end
  local drawn = tonumber(drawn_for)
  return drawn < tonumber(floor or version) or drawn > tonumber(version)
end

-- A due time lies at most so far ahead, or as far as only parking puts it: any other is some clock's fault.
local function is_due(due, now, longest, parking)
  return due <= now or (due > now + longest and due < now + parking / 2)
end
