"""What is broken, and when: drawn from a seed, so that a failing seed has the same schedule again."""

import random
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum


class Persistence(StrEnum):
    """What the campaign's Redis keeps when it is killed."""

    AOF = "aof"
    NONE = "none"


class Kind(StrEnum):
    KILL_BOT = "kill bot"
    KILL_WORKER = "kill worker"
    KILL_REDIS = "kill redis"
    KILL_POSTGRES = "kill postgres"
    STOP_BOT = "stop bot"
    STOP_WORKER = "stop worker"
    STOP_REDIS = "stop redis"
    STOP_POSTGRES = "stop postgres"
    CUT_REDIS = "cut redis"
    CUT_POSTGRES = "cut postgres"
    ROLL_BACK_REDIS = "roll back redis"
    TOUCH_ROWS = "touch rows"
    TELEGRAM = "telegram"
    STEP_CLOCK = "step clock"
    LOSE_KEY = "lose key"
    BACK_UP = "back up"
    RESTORE = "restore"
    KILL_POOLER = "kill pooler"
    STOP_POOLER = "stop pooler"


_KILLS = (Kind.KILL_BOT, Kind.KILL_WORKER, Kind.KILL_REDIS, Kind.KILL_POSTGRES)
_RESTORING = (Kind.BACK_UP, Kind.RESTORE)
_POOLER = (Kind.KILL_POOLER, Kind.STOP_POOLER)
# The promise for a Redis without memory is about Redis and a worker; with PostgreSQL away there is none.
_DECKS: Mapping[Persistence, Sequence[Kind]] = {
    Persistence.AOF: (*(kind for kind in Kind if kind not in {*_RESTORING, *_POOLER}), *_KILLS),
    Persistence.NONE: (
        *(Kind.KILL_BOT, Kind.KILL_WORKER, Kind.KILL_REDIS, Kind.KILL_REDIS),
        *(Kind.STOP_BOT, Kind.CUT_REDIS, Kind.TOUCH_ROWS, Kind.TELEGRAM),
    ),
}
_LEAST_PAUSE = 0.8
_MOST_PAUSE = 3.8
LEAST_A_MINUTE = 12  # operations of each player; a quiet machine with two cores does twice that
LEAST_TRADES_A_MINUTE = 2.1  # for each player: more than 2,000 in 20 minutes of 48
LEAST_DEALS_A_MINUTE = 0.5
_QUIET = 1.0
_LONGEST = 0.9
_A_RESTORE_EVERY = 600.0


@dataclass(frozen=True, slots=True)
class Step:
    """One fault. Seconds: `at` since the start, `lasts` until it is mended. `draw` picks among targets."""

    at: float
    kind: Kind
    lasts: float
    draw: int

    def __str__(self) -> str:
        return f"{self.at:7.2f} s  {self.kind} for {self.lasts:.2f} s (draw {self.draw})"


@dataclass(frozen=True, slots=True)
class Plan:
    """`seconds` of play; `players` tap at random from the same seed, at so many `bots`.

    `strict`: written before it is told. `pooled`: the bot reaches PostgreSQL through a pooler.
    """

    seed: int
    seconds: float
    players: int
    persistence: Persistence
    steps: tuple[Step, ...]
    strict: bool = False
    bots: int = 2
    pooled: bool = False

    @property
    def least(self) -> int:
        """How many operations must be acknowledged for the campaign to mean anything."""
        return round(LEAST_A_MINUTE * self.players * self.seconds / 60)

    @property
    def least_trades(self) -> int:
        """How many trades must be settled, likewise."""
        return round(LEAST_TRADES_A_MINUTE * self.players * self.seconds / 60)

    @property
    def least_deals(self) -> int:
        return round(LEAST_DEALS_A_MINUTE * self.players * self.seconds / 60)

    def planned(self) -> Counter[Kind]:
        return Counter(step.kind for step in self.steps)


def draw_plan(
    seed: int,
    seconds: float,
    players: int,
    persistence: Persistence,
    *,
    strict: bool = False,
    bots: int = 2,
    pooled: bool = False,
) -> Plan:
    """Every kind as often as every other (kills twice), in random order, at random moments.

    A restore of PostgreSQL, minutes after its backup, comes once in ten minutes, and once in any campaign.
    """
    dice = random.Random(seed)  # noqa: S311 - a schedule, not a secret
    steps: list[Step] = []
    deck: list[Kind] = []
    at = _QUIET
    while at < seconds - _QUIET:
        if not deck:
            deck = [*_DECKS[persistence], *(_POOLER if pooled and persistence is Persistence.AOF else ())]
            dice.shuffle(deck)
        steps.append(Step(at, deck.pop(), dice.uniform(0.05, _LONGEST), dice.getrandbits(31)))
        at += dice.uniform(_LEAST_PAUSE, _MOST_PAUSE)
    if persistence is Persistence.AOF:
        steps += _restores(dice, seconds)
    steps.sort(key=lambda step: step.at)
    return Plan(seed, seconds, players, persistence, tuple(steps), strict, bots, pooled)


def _restores(dice: random.Random, seconds: float) -> Iterator[Step]:
    times = max(1, round(seconds / _A_RESTORE_EVERY))
    for number in range(times):
        for kind, earliest, latest in ((Kind.BACK_UP, 0.25, 0.45), (Kind.RESTORE, 0.55, 0.75)):
            at = (number + dice.uniform(earliest, latest)) * seconds / times
            yield Step(at, kind, 0.0, dice.getrandbits(31))
