"""How far a long piece of play is, for those who watch it."""

import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Elapsed:
    """Seconds since play began."""

    began: float

    def __call__(self) -> float:
        return time.monotonic() - self.began


@dataclass(slots=True)
class Standing:
    """What goes on, and the seconds that were played."""

    phase: str = "starting"
    clock: Callable[[], float] = lambda: 0.0

    def seconds(self) -> int:
        return int(self.clock())
