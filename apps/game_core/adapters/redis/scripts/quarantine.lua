-- Keep a document that nobody understands, out of everybody's way.
-- KEYS document, control, quarantine
-- ARGV the document as it was read
-- returns 1 when it was moved
if redis.call('GET', KEYS[1]) ~= ARGV[1] then
  return 0
end
put_aside(KEYS[3], ARGV[1])
redis.call('DEL', KEYS[1])
return 1
