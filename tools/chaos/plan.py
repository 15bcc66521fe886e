"""What is broken, and when: drawn from a seed, so that a failing seed has the same schedule again."""

import random
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
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
    KILL_PROXY = "kill proxy"
    KILL_NODE = "kill node"
    STOP_NODE = "stop node"
    KILL_MASTER = "kill master"
    FAIL_OVER = "fail over"


_KILLS = (Kind.KILL_BOT, Kind.KILL_WORKER, Kind.KILL_REDIS, Kind.KILL_POSTGRES)
_RESTORING = (Kind.BACK_UP, Kind.RESTORE)
_POOLER = (Kind.KILL_POOLER, Kind.STOP_POOLER)
_PROXY = (Kind.KILL_PROXY,)
_CLUSTER = (Kind.KILL_NODE, Kind.STOP_NODE, Kind.KILL_MASTER, Kind.FAIL_OVER)
# What needs the files, the clock or the names of a Redis that is one server.
_ONE_SERVER = (Kind.KILL_REDIS, Kind.STOP_REDIS, Kind.ROLL_BACK_REDIS, Kind.STEP_CLOCK, Kind.LOSE_KEY)
_SOME = (*_RESTORING, *_POOLER, *_PROXY, *_CLUSTER)
# The promise for a Redis without memory is about Redis and a worker; with PostgreSQL away there is none.
_DECKS: Mapping[Persistence, Sequence[Kind]] = {
    Persistence.AOF: (*(kind for kind in Kind if kind not in _SOME), *_KILLS),
    Persistence.NONE: (
        *(Kind.KILL_BOT, Kind.KILL_WORKER, Kind.KILL_REDIS, Kind.KILL_REDIS),
        *(Kind.STOP_BOT, Kind.CUT_REDIS, Kind.TOUCH_ROWS, Kind.TELEGRAM),
    ),
}
_LEAST_PAUSE = 0.8
_MOST_PAUSE = 3.8
WORKERS = 2
ANSWERS_WITHIN = 15.0
LEAST_A_MINUTE = 12  # operations of each player; a quiet machine with two cores does twice that
LEAST_TRADES_A_MINUTE = 2.1  # for each player: more than 2,000 in 20 minutes of 48
LEAST_DEALS_A_MINUTE = 0.5
_QUIET = 1.0
_LONGEST = 0.9
_A_RESTORE_EVERY = 600.0
# From so many seconds on a campaign that has not shown enough is prolonged with its faults, by this share.
_LONG, _OVERTIME = 300.0, 0.5


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
    """`seconds` of play; `players` tap at random from the same seed, at so many `bots` beside `workers`.

    `steps` go on through the `overtime` of a campaign that has not shown enough by then.
    `strict`: written before it is told. `pooled`: the bot reaches PostgreSQL through a pooler.
    `proxied`: nginx stands before the bots. `clustered`: Redis is a cluster. `answers_within`: for so many
    seconds the messenger takes the answer to a tap.
    """

    seed: int
    seconds: float
    players: int
    persistence: Persistence
    steps: tuple[Step, ...]
    strict: bool = False
    bots: int = 2
    pooled: bool = False
    workers: int = WORKERS
    proxied: bool = False
    clustered: bool = False
    answers_within: float = ANSWERS_WITHIN

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


def overtime(seconds: float) -> float:
    """None in a short campaign: what that lacks on a busy machine comes without faults."""
    return _OVERTIME * seconds if seconds >= _LONG else 0.0


def draw_plan(
    seed: int,
    seconds: float,
    players: int,
    persistence: Persistence,
    *,
    strict: bool = False,
    bots: int = 2,
    pooled: bool = False,
    proxied: bool = False,
    clustered: bool = False,
) -> Plan:
    """Every kind as often as every other (kills twice), in random order, at random moments.

    A restore of PostgreSQL, minutes after its backup, comes once in ten minutes, and once in any campaign
    but one on a cluster.
    """
    plan = Plan(
        *(seed, seconds, players, persistence, (), strict, bots, pooled),
        proxied=proxied,
        clustered=clustered,
    )
    dice = random.Random(seed)  # noqa: S311 - a schedule, not a secret
    steps: list[Step] = []
    deck: list[Kind] = []
    at = _QUIET
    while at < seconds + overtime(seconds) - _QUIET:
        if not deck:
            deck = offered(plan)
            dice.shuffle(deck)
        steps.append(Step(at, deck.pop(), dice.uniform(0.05, _LONGEST), dice.getrandbits(31)))
        at += dice.uniform(_LEAST_PAUSE, _MOST_PAUSE)
    if persistence is Persistence.AOF and not clustered:
        steps += _restores(dice, seconds)
    steps.sort(key=lambda step: step.at)
    return replace(plan, steps=tuple(steps))


def offered(plan: Plan) -> list[Kind]:
    """What can be broken where it is played, restores aside; kills twice."""
    deck = list(_DECKS[plan.persistence])
    if plan.persistence is Persistence.AOF:
        deck += [*(_POOLER * plan.pooled), *(_PROXY * plan.proxied)]
    if plan.clustered:
        deck = [kind for kind in deck if kind not in _ONE_SERVER] + [*_CLUSTER]
    return deck


def _restores(dice: random.Random, seconds: float) -> Iterator[Step]:
    times = max(1, round(seconds / _A_RESTORE_EVERY))
    for number in range(times):
        for kind, earliest, latest in ((Kind.BACK_UP, 0.25, 0.45), (Kind.RESTORE, 0.55, 0.75)):
            at = (number + dice.uniform(earliest, latest)) * seconds / times
            yield Step(at, kind, 0.0, dice.getrandbits(31))
