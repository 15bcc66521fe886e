"""What players were told, and what was broken when."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field

from bot.chaos.plan import Kind

Key = tuple[int, str]
"""A user and the id of an operation."""


@dataclass(frozen=True, slots=True)
class Entry:
    """`at` in seconds since the start."""

    at: float
    text: str

    def __str__(self) -> str:
        return f"{self.at:7.2f} s  {self.text}"


@dataclass(slots=True)
class Journal:
    """`acknowledged`: when a player was first told that an operation worked. Times as in entries.

    `redis_kills` are the moments when Redis was gone, `worker_deaths` those when a worker was about to die.
    """

    acknowledged: dict[Key, float] = field(default_factory=dict)
    taps: Counter[str] = field(default_factory=Counter)
    answers: Counter[str] = field(default_factory=Counter)
    done: Counter[Kind] = field(default_factory=Counter)
    faults: list[Entry] = field(default_factory=list)
    redis_kills: list[float] = field(default_factory=list)
    worker_deaths: list[float] = field(default_factory=list)
    operations: defaultdict[Key, list[Entry]] = field(default_factory=lambda: defaultdict(list))

    def told(self, key: Key, at: float, text: str) -> None:
        self.acknowledged.setdefault(key, at)
        self.note(key, at, f"told: {text}")

    def note(self, key: Key, at: float, text: str) -> None:
        self.operations[key].append(Entry(at, text))

    def broke(self, kind: Kind, at: float, text: str) -> None:
        self.done[kind] += 1
        self.faults.append(Entry(at, text))
