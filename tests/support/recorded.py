"""Two stretches of an exporter's life, minute by minute, as `promtool test rules` takes them."""

import math
import time
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from aiogram.types import Chat, Message, Update
from prometheus_client import CollectorRegistry
from redis.asyncio import Redis

from apps.game_core.adapters.metrics import PrometheusMetrics
from apps.game_core.adapters.pools import Pools
from apps.game_core.adapters.postgres.engine import make_engine
from apps.game_core.adapters.redis.client import connect
from apps.game_core.modules.inventory.metrics import SessionSample
from bot.endings import Ending, ends
from bot.process.metrics import BotMetrics
from tests.support.messenger import tap

MINUTES = 20
"""Of each stretch: longer than any alert looks back."""
_OF_A_MACHINE = 'instance="bot-1:9100",job="node"'
_OF_A_PROCESS = 'instance="bot-1:9108",job="game"'
_MOST_CONNECTIONS = 10


@dataclass
class Exporter:
    """A process's metrics, the real ones."""

    core: PrometheusMetrics = field(default_factory=PrometheusMetrics)
    redis: Redis = field(
        default_factory=lambda: connect("redis://localhost:1", max_connections=_MOST_CONNECTIONS)
    )
    up: bool = True
    starts: int = 0
    """What Prometheus sees of a process that nobody in it can know."""
    bot: BotMetrics = field(init=False)
    textfile: CollectorRegistry = field(default_factory=CollectorRegistry)
    """What node_exporter reads beside it."""

    def __post_init__(self) -> None:
        self.bot = BotMetrics(self.core)
        self.core.registry.register(Pools(self.redis, make_engine("postgresql://localhost:1/x")))

    def tapped(self, ending: Ending = Ending.DONE, waited: float = 0.0) -> None:
        with self.bot.handling(tap(1), waited):
            ends(ending)

    def written(self, seconds_ago: float = 0.0) -> None:
        sent = datetime.now(UTC) - timedelta(seconds=seconds_ago)
        message = Message(message_id=1, date=sent, chat=Chat(id=1, type="private"), text="hello")
        with self.bot.handling(Update(update_id=1, message=message), 0.0):
            pass

    def sampled(self, oldest: float = 1.0, parked: int = 0) -> None:
        self.core.speaks(math.inf)
        self.core.sampled(SessionSample(10, 1, parked, 900.0, oldest))


Minute = Callable[[Exporter], None]


def recorded(calm: Minute, fault: Minute) -> Mapping[str, str]:
    """The values of each series: `calm` each minute, and then `fault`."""
    exporter, found = Exporter(), defaultdict[str, list[str]](list)
    clock = _Clock()
    for minute in range(2 * MINUTES):
        (calm if minute < MINUTES else fault)(exporter)
        now = dict(_seen(exporter, clock, minute))
        for name in found.keys() | now.keys():
            values = found[name]
            values += ["_"] * (minute - len(values))
            values.append(now.get(name, "_"))
    return {name: " ".join(values) for name, values in found.items()}


@dataclass
class _Clock:
    """Turns moments of this machine into those of `promtool`, whose first minute is 0."""

    moments: dict[tuple[str, float], float] = field(default_factory=dict)

    def told(self, name: str, moment: float, minute: int) -> float:
        """A moment that has not moved on since then stays where it was."""
        return self.moments.setdefault((name, moment), minute * 60 - max(0.0, time.time() - moment))


def _seen(exporter: Exporter, clock: _Clock, minute: int) -> Mapping[str, str]:
    beside = _sampled(exporter.textfile, _OF_A_MACHINE, clock, minute)
    up = f"up{{{_OF_A_PROCESS}}}"
    if not exporter.up:
        return {**beside, up: "0"}
    seen = _sampled(exporter.core.registry, _OF_A_PROCESS, clock, minute)
    started = f"process_start_time_seconds{{{_OF_A_PROCESS}}}"
    seen[started] = f"{float(seen[started]) + exporter.starts:f}"
    return {**beside, **seen, up: "1"}


def _sampled(registry: CollectorRegistry, whose: str, clock: _Clock, minute: int) -> dict[str, str]:
    seen = {}
    for family in registry.collect():
        for sample in family.samples:
            labels = ",".join([whose, *(f'{key}="{value}"' for key, value in sample.labels.items())])
            value = sample.value
            if sample.name.endswith("_timestamp_seconds"):
                value = clock.told(sample.name, value, minute)
            seen[f"{sample.name}{{{labels}}}"] = f"{value:f}"
    return seen
