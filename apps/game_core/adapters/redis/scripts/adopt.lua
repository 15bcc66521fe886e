-- The session was compared with the database under this server process and found to be right.
-- KEYS control
-- ARGV revision that was compared
if redis.call('HGET', KEYS[1], 'rev') ~= ARGV[1] then
  return 0
end
redis.call('HSET', KEYS[1], 'run', RUN)
return 1
