"""Time that a test moves."""

import asyncio
import time
from typing import Any

from apps.game_core.adapters.redis import keys


class AdjustableClock:
    """Implements `Clock`: the real time, and what the test added to it."""

    def __init__(self) -> None:
        self._ahead = 0.0

    def now(self) -> float:
        return time.time() + self._ahead

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)

    def advance(self, seconds: float) -> None:
        self._ahead += seconds


class ScaledClock:
    """Time that stands still until the test moves it on; sleepers wake in the order of their times."""

    def __init__(self) -> None:
        self._now = 0.0
        self._sleepers: list[tuple[float, asyncio.Future[None]]] = []

    def now(self) -> float:
        return self._now

    async def sleep(self, seconds: float) -> None:
        woken = asyncio.get_running_loop().create_future()
        sleeper = (self._now + seconds, woken)
        self._sleepers.append(sleeper)
        try:
            await woken
        finally:
            if sleeper in self._sleepers:
                self._sleepers.remove(sleeper)

    async def slept_on(self) -> None:
        """Wait until somebody sleeps."""
        while not self._sleepers:  # noqa: ASYNC110 - whoever goes to sleep tells nobody
            await asyncio.sleep(0)

    @property
    def sleepers(self) -> int:
        return len(self._sleepers)

    def advance(self, seconds: float) -> None:
        self._now += seconds
        due = sorted((each for each in self._sleepers if each[0] <= self._now), key=lambda each: each[0])
        self._sleepers = [each for each in self._sleepers if each[0] > self._now]
        for _, woken in due:
            if not woken.done():
                woken.set_result(None)


async def step_redis_clock(redis: Any, char_id: int, milliseconds: int) -> None:
    """Redis' clock steps so far, as its data see it: every time that is written there lies further back."""
    control = keys.control(char_id)
    if since := await redis.hget(control, "since"):
        await redis.hset(control, "since", int(since) - milliseconds)
    for name, value in (await redis.hgetall(control)).items():
        if name.startswith(b"t:"):
            version, at = value.split()
            await redis.hset(control, name, b"%b %d" % (version, int(at) - milliseconds))
    for member, score in await redis.zrange(keys.DIRTY_INDEX, 0, -1, withscores=True):
        await redis.zadd(keys.DIRTY_INDEX, {member: score - milliseconds})
