"""Every metric there is, each made to show itself once: what pages, alerts and pictures may name."""

import math
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

from aiogram.exceptions import TelegramRetryAfter
from aiogram.methods import GetMe
from aiogram.types import Chat, Message, Update
from prometheus_client import CollectorRegistry, Metric

from apps.game_core.adapters.metrics import PrometheusMetrics
from apps.game_core.adapters.pools import Pools
from apps.game_core.adapters.postgres.engine import make_engine
from apps.game_core.adapters.redis.client import connect
from apps.game_core.modules.inventory.inventory.logic.history.economy import EDIT, Economy
from apps.game_core.modules.inventory.metrics import LoadReason, Phase, SessionSample, SyncFailure
from bot.cli.economy_file import as_metrics
from bot.endings import Ending
from bot.process.metrics import STATUSES, BotMetrics

_KINDS_OF_SERIES = {"counter": ("_total",), "histogram": ("_bucket", "_sum", "_count"), "gauge": ("",)}

LABEL_VALUES: Mapping[str, frozenset[str]] = {
    "ending": frozenset(Ending),
    "status": STATUSES,
    "kind": frozenset({"tap", "message"}),
    "phase": frozenset(Phase),
    "reason": frozenset(LoadReason),
    "what": frozenset(SyncFailure),
    "how": frozenset({"told", "brought_back"}),
    "result": frozenset({"hit", "miss"}),
    "store": frozenset({"redis", "postgres"}),
    "state": frozenset({"busy", "idle"}),
    "job": frozenset({"game"}),
}
"""Labels with values that are known beforehand."""


def everything() -> PrometheusMetrics:
    metrics = PrometheusMetrics()
    metrics.registry.register(
        Pools(connect("redis://localhost:1"), make_engine("postgresql://localhost:1/x"))
    )
    metrics.speaks(math.inf)
    metrics.sampled(SessionSample(1, 1, 0, 1.0, 1.0))
    metrics.round_ended()
    metrics.loaded(LoadReason.COLD)
    metrics.subscribed("codex")
    metrics.behind("codex", 0.0)
    for phase in Phase:
        with metrics.timed(phase):
            pass
    bot = BotMetrics(metrics)
    bot.called("sendMessage", TelegramRetryAfter(GetMe(), "wait", 1))
    message = Message(message_id=1, date=datetime.now(UTC), chat=Chat(id=1, type="private"), text="hello")
    with bot.handling(Update(update_id=1, message=message), 0.0):
        pass
    return metrics


def counted(
    ran_at: float = 0.0, unexplained: int = 1, by_sql: int = 1, ungiven: int = 1
) -> CollectorRegistry:
    """What `admin economy` leaves for node_exporter."""
    edits = Counter({(0, "bread", EDIT): by_sql})
    whole = Economy(1, edits, unexplained=Counter(bread=unexplained), ungiven=Counter(bread=ungiven))
    return as_metrics(whole, ran_at)


def _collected() -> Iterator[Metric]:
    yield from everything().registry.collect()
    yield from counted().collect()


def families() -> Mapping[str, frozenset[str]]:
    """The labels of each metric, by its name as pages and `TYPE` lines have it."""
    found = {}
    for each in _collected():
        name = f"{each.name}_total" if each.type == "counter" else each.name
        labels = {label for sample in each.samples for label in sample.labels}
        found[name] = frozenset(labels - {"le"})
    return found


def series() -> Mapping[str, frozenset[str]]:
    """The labels of each name that an expression may ask for."""
    found: dict[str, frozenset[str]] = {}
    for each in _collected():
        for ending in _KINDS_OF_SERIES[each.type]:
            name = f"{each.name}{ending}"
            samples = [sample for sample in each.samples if sample.name == name]
            found[name] = frozenset(label for sample in samples for label in sample.labels)
    return found
