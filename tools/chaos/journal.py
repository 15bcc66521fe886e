"""What players were told, and what was broken when."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

from tools.chaos.masters import MasterChange
from tools.chaos.plan import Kind

Key = tuple[int, str]
"""A user and the id of an operation."""


@dataclass(frozen=True, slots=True)
class Entry:
    """`at` in seconds since the start."""

    at: float
    text: str

    def __str__(self) -> str:
        return f"{self.at:7.2f} s  {self.text}"


@dataclass(frozen=True, slots=True)
class Word:
    """An acknowledgement: of a tap sent at `sent`, heard at `at`; `repeated`: that it was done before."""

    sent: float
    at: float
    repeated: bool


@dataclass(frozen=True, slots=True)
class Conflict:
    """What a player is told that will not be. `told` in Unix seconds."""

    user_id: int
    op_id: str
    kind: str
    told: float


@dataclass(frozen=True, slots=True)
class Grant:
    """What another module gives away."""

    user_id: int
    base_id: str
    quantity: int


@dataclass(frozen=True, slots=True)
class Taken:
    """What a fault took away at `at` that nobody promises to keep; `clock`: the same in Unix seconds.

    Whoever of `must_hear` lacks something in the end must have been told that something is lost.
    `restore`: the database became an older one, so that later words may be given up, too, and told.
    """

    at: float
    clock: float
    keys: frozenset[Key]
    must_hear: frozenset[int]
    restore: bool = False


@dataclass(slots=True)
class Journal:
    """`words`: each time a player was told that an operation works. Times as in entries.

    `redis_kills` are the moments when Redis was gone, `worker_deaths` and `bot_deaths` those when one was
    about to die. `master_changes` are those in a cluster of which no master handed over.
    `conflicts` and `grants_gone` are those that a restored database no longer has. `redelivered` counts the
    answers to taps on what had been acknowledged, `oldest` is the greatest time in between, in seconds.
    `trades` are those that anybody was told are settled, `deals` what the merchant was told to have dealt;
    `off` says when a player was last told that a trade came to nothing, `sat` when they sat down at it.
    `granted` are the grants that are in the database by their keys, `doubtful` those of which nobody knows.
    """

    words: defaultdict[Key, list[Word]] = field(default_factory=lambda: defaultdict(list))
    taps: Counter[str] = field(default_factory=Counter)
    answers: Counter[str] = field(default_factory=Counter)
    redelivered: Counter[str] = field(default_factory=Counter)
    oldest: float = 0.0
    done: Counter[Kind] = field(default_factory=Counter)
    faults: list[Entry] = field(default_factory=list)
    redis_kills: list[float] = field(default_factory=list)
    worker_deaths: list[float] = field(default_factory=list)
    bot_deaths: list[float] = field(default_factory=list)
    master_changes: list[MasterChange] = field(default_factory=list)
    taken: list[Taken] = field(default_factory=list)
    conflicts: set[Conflict] = field(default_factory=set)
    trades: set[int] = field(default_factory=set)
    deals: Counter[str] = field(default_factory=Counter)
    off: dict[Key, float] = field(default_factory=dict)
    sat: dict[Key, float] = field(default_factory=dict)
    granted: dict[str, Grant] = field(default_factory=dict)
    doubtful: dict[str, Grant] = field(default_factory=dict)
    grants_gone: set[int] = field(default_factory=set)
    operations: defaultdict[Key, list[Entry]] = field(default_factory=lambda: defaultdict(list))

    @property
    def dealt(self) -> int:
        return sum(self.deals.values())

    def told(self, key: Key, word: Word, text: str) -> None:
        self.words[key].append(word)
        self.note(key, word.at, f"told: {text}")

    def note(self, key: Key, at: float, text: str) -> None:
        self.operations[key].append(Entry(at, text))

    def broke(self, kind: Kind, at: float, text: str) -> None:
        self.done[kind] += 1
        self.faults.append(Entry(at, text))

    def forget_grants(self, left: Collection[str]) -> None:
        """The database became an older one, with these; of none that was made before anything is known."""
        self.granted = {key: grant for key, grant in self.granted.items() if key in left}

    def went_with_a_master(self, word: Word) -> bool:
        return any(each.took(word.sent, word.at, self.bot_deaths) for each in self.master_changes)

    def takings(self, key: Key, since: float, until: float) -> Iterator[Taken]:
        """The faults that may have taken this operation away in between."""
        return (each for each in self.taken if key in each.keys and since <= each.at <= until)
