"""Who waits for the database, by due time: in one place, or in a cluster in a share for each bucket."""

from collections.abc import Collection, Iterable, Sequence
from typing import Any

import structlog
from redis.asyncio import Redis

from apps.game_core.adapters.redis import keys
from apps.game_core.adapters.redis.client import Scripts, redis_errors
from apps.game_core.adapters.redis.script_arguments import milliseconds
from apps.game_core.adapters.redis.session_times import SessionTimes
from apps.game_core.modules.inventory.errors import SessionStoreDownError
from apps.game_core.modules.inventory.inventory.limits import MAX_ID

log = structlog.get_logger(__name__)

_MORE = 4
"""So many times what is a share's part of a batch it is asked for: dealt is not evenly dealt."""
_MOST = 20
"""So many batches at most are looked through for what is one's own."""
_DIGITS = len(str(MAX_ID))


class DirtyIndex:
    """Raises SessionStoreDownError; where one server of several is away, it is left out of what is due."""

    def __init__(self, redis: Redis, scripts: Scripts, times: SessionTimes) -> None:
        self._scripts = scripts
        self._shares = keys.names_in(redis).indexes
        self._horizon = (milliseconds(times.longest_delay), milliseconds(times.parking))
        self._patience = milliseconds(times.share_lease)

    async def due(self, limit: int, own: Collection[int] | None = None) -> list[int]:
        """Oldest first, within a share; `limit` of them when there are as many.

        What is in no share of one's `own` comes last, and not before it should have been written long ago:
        so whatever keeps those from it whose it is, it is written.
        """
        if len(self._shares) == 1:
            return await self._due_in_one_place(limit, own)
        part = -(-limit * _MORE // len(self._shares))
        found = await self._due(range(len(self._shares)), part, own)
        full = [share for share, due in found.items() if len(due) == part < limit]
        if full and sum(map(len, found.values())) < limit:
            found |= await self._due(full, limit, own)
        # Those who are left out are taken from the front next time: by then the others are leased.
        ordered = sorted(found, key=lambda share: own is not None and share not in own)
        return (await self._ids([(self._shares[share], found[share]) for share in ordered]))[:limit]

    async def members(self, without: Collection[int] = ()) -> list[int]:
        found = await self._scripts.ask([("ZRANGE", share, 0, -1) for share in self._shares])
        members = await self._ids(zip(self._shares, found, strict=True))
        return [member for member in members if keys.share_of(member) not in without]

    async def parked(self) -> list[int]:
        calls = [((share,), self._horizon[1:]) for share in self._shares]
        parked = await self._answered("parked", calls)
        return await self._ids(zip(self._shares, parked, strict=True))

    async def _due_in_one_place(self, limit: int, own: Collection[int] | None) -> list[int]:
        if own is None or len(own) == keys.SHARES:
            found = await self._scripts.run("due", self._shares, (limit, *self._horizon, 0))
            return await self._ids([(self._shares[0], found)])
        # Of the others' there is as much more as they have shares.
        most = limit * min(_MOST, keys.SHARES // max(1, len(own)) + 1)
        asked = ((most, *self._horizon, 0), (limit, *self._horizon, self._patience))
        found, late = await self._answered("due", [(self._shares, args) for args in asked])
        mine = [each for each in await self._ids([(self._shares[0], found)]) if keys.share_of(each) in own]
        return list(dict.fromkeys([*mine, *await self._ids([(self._shares[0], late)])]))[:limit]

    async def _due(
        self, shares: Sequence[int], limit: int, own: Collection[int] | None
    ) -> dict[int, list[Any]]:
        patience = {share: 0 if own is None or share in own else self._patience for share in shares}
        calls = [((self._shares[share],), (limit, *self._horizon, patience[share])) for share in shares]
        replies = await self._scripts.run_each("due", calls)
        found = zip(shares, replies, strict=True)
        return {share: reply for share, reply in found if not isinstance(reply, SessionStoreDownError)}

    async def _answered(self, script: str, calls: Sequence[tuple[Sequence[str], Sequence[Any]]]) -> list[Any]:
        replies = await self._scripts.run_each(script, calls)
        with redis_errors():
            for reply in replies:
                if isinstance(reply, Exception):
                    raise reply
        return replies

    async def _ids(self, found: Iterable[tuple[str, Sequence[bytes]]]) -> list[int]:
        """Of the members of shares. Who is nobody goes, or would stand in the way for ever."""
        char_ids: list[int] = []
        for share, members in found:
            char_ids += [int(each) for each in members if _is_character(each)]
            if strangers := [each for each in members if not _is_character(each)]:
                log.error("strangers thrown out of the dirty index", members=repr(strangers)[:200])
                await self._scripts.ask([("ZREM", share, *strangers)])
        return char_ids


def _is_character(member: bytes) -> bool:
    return member.isdigit() and member[:1] != b"0" and len(member) <= _DIGITS and int(member) <= MAX_ID
