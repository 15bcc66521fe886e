"""The figures that are held against a baseline, with the least that is accepted and what we are after."""

from dataclasses import dataclass
from enum import Enum


class Better(Enum):
    MORE = "at least"
    LESS = "at most"


@dataclass(frozen=True, slots=True)
class Figure:
    """`what` against which `baseline`; `unit` is empty where the figure is a ratio."""

    number: str
    what: str
    baseline: str
    better: Better
    floor: float
    goal: float
    unit: str = ""


NAIVE = "GET, EXPIRE, GET, EXPIRE, SETEX of whole items as JSON"
_TAP = "Redis round trips before the answer to a whole tap"

EQUIP_CPU = Figure("P1", "equip, 50 players at once, CPU", NAIVE, Better.MORE, 8, 15)
EQUIP_WALL = Figure("P1", "equip, 50 players at once, wall time", NAIVE, Better.MORE, 8, 15)
EQUIP_SCRIPT = Figure(
    "P2",
    "equip, 50 players at once, a second",
    "the same script, called by redis-benchmark as often as it can",
    Better.MORE,
    0.3,
    0.6,
)
TRIPS_CHANGE = Figure("P3", f"{_TAP}: a change", "counted", Better.LESS, 2, 1)
TRIPS_VIEW = Figure("P3", f"{_TAP}: a view", "counted", Better.LESS, 2, 1)
TRIPS_COLD = Figure("P3", f"{_TAP}: a view of what is not loaded", "counted", Better.LESS, 3, 2)
GROWN_EQUIP = Figure("P4", "equip, CPU with 5,000 items", "the same with 50", Better.LESS, 10, 1.5)
GROWN_PAGE = Figure(
    "P4", "a page of the backpack, CPU with 5,000 items", "the same with 50", Better.LESS, 2, 1.5
)
GROWN_CHANGE = Figure(
    "P4", "a tap that changes, CPU with 5,000 items", "the same with 50", Better.LESS, 4, 1.5
)
BYTES_FRESH = Figure("P5", "Redis bytes of a session, fresh", NAIVE, Better.LESS, 0.25, 0.15)
BYTES_AGED = Figure("P5", "Redis bytes of a session after 256 changes", NAIVE, Better.LESS, 0.6, 0.3)
FLUSH_ROWS = Figure(
    "P8",
    "writing 500 sessions with 2 changed rows each",
    "every row by a statement of its own",
    Better.MORE,
    150,
    300,
)
FLUSH_ORM = Figure(
    "P8",
    "writing 500 sessions with 2 changed rows each",
    "an ORM that writes changed rows",
    Better.MORE,
    20,
    40,
)
LOAD = Figure("P9", "loading an inventory into Redis", "the same through an ORM's rows", Better.MORE, 2, 4)
TAP_NAIVE = Figure(
    "P10",
    "a tap that changes, CPU",
    "state and locks in Redis, built keyboards, uncached texts",
    Better.MORE,
    3.5,
    6,
)
TAP_SHARE = Figure(
    "P10", "a tap that changes, CPU", "a handler that only answers and edits", Better.MORE, 0.3, 0.6
)
PAGE_DIALOG = Figure(
    "P12", "a page of 1,000 items, CPU", "the same list in aiogram-dialog", Better.MORE, 8, 20
)
WEBHOOK = Figure(
    "P13", "whole taps over HTTP by webhook, a second of one core", "CPU of a bot", Better.MORE, 400, 800
)
SECOND_BOT = Figure(
    "P13", "the same at two bots, each tap at the next", "one, in wall time", Better.MORE, 1.7, 1.9
)
KEPT = Figure(
    "P14",
    "memory of 50,000 players whom a bot has seen, 62 rows each",
    "measured",
    Better.LESS,
    400,
    150,
    "MB",
)
COLLECTED = Figure("P14", "the longest pause of the garbage collector", "measured", Better.LESS, 20, 5, "ms")
STALLED = Figure("P14", "the longest that anything kept the event loop", "measured", Better.LESS, 20, 5, "ms")
START = Figure("P15", "CPU from start to a bot's first answer", "measured", Better.LESS, 2.5, 1.5, "s")

ALL = tuple(each for each in list(globals().values()) if isinstance(each, Figure))

ELSEWHERE = {
    "P6": "many writers on one character: exact, in run.py test tests/integration/test_many_writers.py",
    "P7": "transactions of a close: exact, in run.py test tests/integration/test_database_writes.py",
    "P11": "taps beside slow answers, over HTTP: run.py neighbours",
}
"""Figures that the specification has and this command has not."""


class Grade(Enum):
    GOAL = "goal"
    FLOOR = "floor"
    MISSED = "MISSED"
    UNSURE = "unsure"


MOST_SPREAD = 0.2


@dataclass(frozen=True, slots=True)
class Finding:
    """`spread`: of the baseline over its repetitions, as a part of its median; `raw` is what both came to."""

    figure: Figure
    value: float
    spread: float = 0.0
    raw: tuple[tuple[float, ...], ...] = ()

    @property
    def verdict(self) -> Grade:
        if self._reaches(self.figure.goal):
            return Grade.GOAL
        if self._reaches(self.figure.floor):
            return Grade.FLOOR
        return Grade.UNSURE if self.spread > MOST_SPREAD else Grade.MISSED

    def _reaches(self, limit: float) -> bool:
        return self.value >= limit if self.figure.better is Better.MORE else self.value <= limit
