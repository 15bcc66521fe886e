-- Delete a session and all that belongs to it, written or not.
-- KEYS document, control, dirty index, quarantine, load lock
-- ARGV char id
redis.call('DEL', KEYS[1], KEYS[2], KEYS[4], KEYS[5])
return redis.call('ZREM', KEYS[3], ARGV[1])
