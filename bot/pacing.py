"""How often a chat may be written to: what Telegram takes without a 429, and a little less.

Its limits are not published; guidance says one message a second in a chat and 20 a minute in a group, and
short bursts are let through.
"""

import asyncio
from collections import OrderedDict
from dataclasses import dataclass
from typing import Protocol

_REMEMBERED = 10_000


class Clock(Protocol):
    """Time that only moves forward, in seconds, and the right to wait."""

    def now(self) -> float: ...

    async def sleep(self, seconds: float) -> None: ...


class LoopClock:
    """The event loop's time. Implements `Clock`."""

    def now(self) -> float:
        return asyncio.get_running_loop().time()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


@dataclass(frozen=True, slots=True)
class Allowance:
    """`burst` messages at once, and `per_second` after them."""

    burst: int
    per_second: float


PRIVATE = Allowance(burst=16, per_second=0.9)
GROUP = Allowance(burst=16, per_second=18 / 60)


@dataclass(slots=True)
class _Bucket:
    """Below zero are turns that were given out and have not come yet."""

    tokens: float
    filled_at: float

    def spend(self, allowance: Allowance, now: float) -> float:
        """One message. The seconds until its turn comes."""
        earned = (now - self.filled_at) * allowance.per_second
        self.tokens = min(float(allowance.burst), self.tokens + earned) - 1
        self.filled_at = now
        return max(0.0, -self.tokens / allowance.per_second)


class Pacer:
    """Turns at writing to chats, first come, first served."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self._buckets: OrderedDict[int, _Bucket] = OrderedDict()

    async def turn(self, chat_id: int) -> None:
        """Wait until the chat can take one more message or edit; within a burst that is at once."""
        if seconds := self.spend(chat_id):
            await self.clock.sleep(seconds)

    def spend(self, chat_id: int) -> float:
        """Count a message that is sent in any case; returns the seconds that it should wait."""
        allowance, now = GROUP if chat_id < 0 else PRIVATE, self.clock.now()
        bucket = self._buckets.setdefault(chat_id, _Bucket(allowance.burst, now))
        self._buckets.move_to_end(chat_id)
        if len(self._buckets) > _REMEMBERED:
            self._buckets.popitem(last=False)
        return bucket.spend(allowance, now)
