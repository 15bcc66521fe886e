"""Who waits for the database, by due time: in one place, or in a cluster in a share for each bucket."""

from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Any

from redis.asyncio import Redis

from apps.game_core.adapters.redis import keys
from apps.game_core.adapters.redis.client import Scripts, redis_errors
from apps.game_core.adapters.redis.script_arguments import milliseconds
from apps.game_core.adapters.redis.session_times import SessionTimes
from apps.game_core.modules.inventory.errors import SessionStoreDownError

_MORE = 4
"""So many times what is a share's part of a batch it is asked for: dealt is not evenly dealt."""


class DirtyIndex:
    """Raises SessionStoreDownError; where one server of several is away, it is left out of what is due."""

    def __init__(self, redis: Redis, scripts: Scripts, times: SessionTimes) -> None:
        self._scripts = scripts
        self._shares = keys.names_in(redis).indexes
        self._horizon = (milliseconds(times.longest_delay), milliseconds(times.parking))

    async def due(self, limit: int) -> list[int]:
        """Oldest first, within a share; `limit` of them when there are as many."""
        if len(self._shares) == 1:
            return _ids([await self._scripts.run("due", self._shares, (limit, *self._horizon))])
        part = -(-limit * _MORE // len(self._shares))
        found = await self._due(self._shares, part)
        full = [share for share, due in found.items() if len(due) == part < limit]
        if full and sum(map(len, found.values())) < limit:
            found |= await self._due(full, limit)
        # Those who are left out are taken from the front next time: by then the others are leased.
        return _ids(found.values())[:limit]

    async def members(self) -> list[int]:
        return _ids(await self._scripts.ask([("ZRANGE", share, 0, -1) for share in self._shares]))

    async def parked(self) -> list[int]:
        calls = [((share,), self._horizon[1:]) for share in self._shares]
        replies = await self._scripts.run_each("parked", calls)
        with redis_errors():
            for reply in replies:
                if isinstance(reply, Exception):
                    raise reply
        return _ids(replies)

    async def _due(self, shares: Sequence[str], limit: int) -> dict[str, list[Any]]:
        calls = [((share,), (limit, *self._horizon)) for share in shares]
        replies = await self._scripts.run_each("due", calls)
        found = zip(shares, replies, strict=True)
        return {share: reply for share, reply in found if not isinstance(reply, SessionStoreDownError)}


def _ids(shares: Iterable[Iterable[bytes]]) -> list[int]:
    return [int(member) for member in chain.from_iterable(shares)]
