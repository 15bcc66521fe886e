-- Characters whose due time lies so far away that only parking can have put it there.
-- KEYS dirty index
-- ARGV parking time ms
return redis.call('ZRANGEBYSCORE', KEYS[1], now_ms() + ARGV[1] / 2, '+inf')
