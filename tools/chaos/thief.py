"""Takes one of a session's two keys away, as an eviction or half a flush does."""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass

from redis.asyncio import Redis
from sqlalchemy.ext.asyncio import AsyncEngine

from apps.game_core.adapters.redis import keys
from tools.chaos import books
from tools.chaos.journal import Journal, Taken
from tools.chaos.names import known_as


@dataclass(frozen=True, slots=True)
class Thief:
    """`now`: seconds since the start."""

    redis: Redis
    engine: AsyncEngine
    journal: Journal
    now: Callable[[], float]

    async def steal(self, dice: random.Random) -> str:
        """Which key is gone, in words. Raises what the drivers raise."""
        owners = {row.char_id: row.user_id for row in await books.rows(self.engine)}
        unwritten = [int(each) for each in await self.redis.zrange(keys.DIRTY_INDEX, 0, -1)]
        chosen = sorted(owners.keys() & unwritten) or sorted(owners)
        if not chosen:
            return "nothing"
        char_id = dice.choice(chosen)
        if dice.random() < 0.5:  # noqa: PLR2004 - either key
            gone = await self.redis.delete(keys.session(char_id))
            return f"the document of character {char_id}" if gone else "nothing"
        return await self._steal_control(char_id, owners[char_id])

    async def _steal_control(self, char_id: int, user_id: int) -> str:
        """What it says to be unwritten is lost, unless some process still knows it; the document tells."""
        at, clock = self.now(), time.time()
        async with self.redis.pipeline(transaction=True) as pipeline:
            pipeline.hgetall(keys.control(char_id))
            pipeline.exists(keys.session(char_id))
            pipeline.delete(keys.control(char_id))
            fields, witness, _ = await pipeline.execute()
        if not fields:
            return "nothing"
        pending = books.control_of(char_id, fields).pending
        lost = frozenset((user_id, known_as(entry.op_id)) for entry in pending)
        self.journal.taken.append(Taken(at, clock, lost, frozenset({user_id} if witness else ())))
        return f"the control data of character {char_id}, with {len(lost)} unwritten"
