"""Time that a test moves."""

import asyncio
import time


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
