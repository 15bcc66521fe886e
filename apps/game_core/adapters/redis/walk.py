"""All names of keys, a stretch at a time, on one server after the other."""

from dataclasses import dataclass

from redis.asyncio import Redis

from apps.redis_cluster.client import servers_of

_SERVERS = 1_000
"""At most; which of them it is stands in a cursor's last digits."""


@dataclass(frozen=True, slots=True)
class Walk:
    redis: Redis

    async def step(self, cursor: int, match: str | None, count: int) -> tuple[int, list[bytes]]:
        """From cursor 0 to cursor 0, as SCAN does. Raises RedisError and OSError."""
        servers = await servers_of(self.redis)
        at, which = divmod(cursor, _SERVERS)
        if which >= len(servers):
            return 0, []  # there are fewer than when it began
        at, found = await servers[which].scan(at, match, count)
        if not at:
            which += 1
        return at * _SERVERS + which if which < len(servers) else 0, found
