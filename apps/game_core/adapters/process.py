"""Clock and ids from the operating system."""

import asyncio
import secrets
import time

_EPOCH = 1_704_067_200  # 2024-01-01; a 41-bit millisecond count from here lasts until 2093
_COUNTER_BITS = 22


class SystemClock:
    """Implements `Clock`."""

    def now(self) -> float:
        return time.time()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


class RandomIds:
    """Implements `IdMaker`: 41 bits of milliseconds, then a count that starts anywhere and never repeats."""

    def __init__(self) -> None:
        self._count = secrets.randbits(_COUNTER_BITS)

    def item_id(self) -> int:
        self._count = (self._count + 1) % (1 << _COUNTER_BITS)
        milliseconds = int((time.time() - _EPOCH) * 1000)
        return (milliseconds << _COUNTER_BITS) | self._count

    def token(self) -> str:
        return secrets.token_urlsafe(8)


def made_at(item_id: int) -> int:
    """When an id of `RandomIds` was made, in Unix seconds."""
    return (item_id >> _COUNTER_BITS) // 1000 + _EPOCH
