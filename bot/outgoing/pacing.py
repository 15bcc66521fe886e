"""How often a chat, and the whole bot, may write: what Telegram takes without a 429, and a little less.

Its limits are not published; guidance says one message a second in a chat, 20 a minute in a group and about
30 a second in all, and short bursts are let through.
"""

import asyncio
from dataclasses import dataclass
from typing import Protocol

from bot.lately import Lately


class SteadyClock(Protocol):
    """Time that only moves forward, in seconds, and the right to wait."""

    def now(self) -> float: ...

    async def sleep(self, seconds: float) -> None: ...


class LoopClock:
    """The event loop's time. Implements `SteadyClock`."""

    def now(self) -> float:
        return asyncio.get_running_loop().time()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


async def pause(clock: SteadyClock, seconds: float, unless: asyncio.Event) -> None:
    """Sleep, but not longer than until the event."""
    sleeping = asyncio.ensure_future(clock.sleep(seconds))
    woken = asyncio.ensure_future(unless.wait())
    try:
        await asyncio.wait({sleeping, woken}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        sleeping.cancel()
        woken.cancel()


@dataclass(frozen=True, slots=True)
class Allowance:
    """`burst` messages at once, and `per_second` after them."""

    burst: int
    per_second: float


PRIVATE = Allowance(burst=16, per_second=0.9)
GROUP = Allowance(burst=16, per_second=18 / 60)


def allowance_of(chat_id: int) -> Allowance:
    return GROUP if chat_id < 0 else PRIVATE


def whole_bot(per_second: int) -> Allowance | None:
    """What all chats share; None for no limit, which 0 stands for."""
    return Allowance(burst=max(1, per_second * 2 // 3), per_second=per_second * 0.9) if per_second else None


WHOLE_BOT = whole_bot(30)


@dataclass(slots=True)
class Bucket:
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
    """Turns at writing, first come, first served: each chat's, and those that all chats share."""

    def __init__(self, clock: SteadyClock, everybody: Allowance | None = WHOLE_BOT) -> None:
        self.clock = clock
        self.everybody = everybody
        self._chats: Lately[Bucket] = Lately()
        self._all = Bucket(everybody.burst if everybody else 0, float("-inf"))

    def chat(self, chat_id: int) -> float:
        """Take one of the chat's turns. The seconds until it comes."""
        allowance, now = allowance_of(chat_id), self.clock.now()
        bucket = self._chats.get(chat_id) or Bucket(allowance.burst, now)
        self._chats.set(chat_id, bucket)
        return bucket.spend(allowance, now)

    def all(self) -> float:
        """Take one of the turns that all chats share. The seconds until it comes."""
        return self._all.spend(self.everybody, self.clock.now()) if self.everybody else 0.0

    def spend(self, chat_id: int) -> float:
        """Count a message that is sent in any case; returns the seconds that it should wait."""
        return max(self.chat(chat_id), self.all())
