-- The session was compared with the database, under this server process and generation, and found to be right.
-- KEYS control
-- ARGV revision that was compared
if redis.call('HGET', KEYS[1], 'rev') ~= ARGV[1] then
  return 0
end
stand_here(KEYS[1])
return 1
