-- Stores a fight if the stored one has the revision that the new one grew from.
-- KEYS: fight. ARGV: expected revision ('': none is stored), new revision, document, ttl in ms.
local rev = redis.call('HGET', KEYS[1], 'rev')
if rev == ARGV[2] then
    return 1 -- the reply of a first run was lost
end
if (rev or '') ~= ARGV[1] then
    return 0
end
redis.call('HSET', KEYS[1], 'rev', ARGV[2], 'document', ARGV[3])
redis.call('PEXPIRE', KEYS[1], ARGV[4])
return 1
