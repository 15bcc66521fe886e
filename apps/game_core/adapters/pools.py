"""How many connections to the two stores are in use, read when somebody asks."""

from collections.abc import Iterator
from typing import Any

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from redis.asyncio import Redis
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.pool import QueuePool

from apps.redis_cluster.client import pools_of


class Pools(Collector):
    """Asks neither server."""

    def __init__(self, redis: Redis, engine: AsyncEngine) -> None:
        self._redis = redis
        self._engine = engine

    def collect(self) -> Iterator[GaugeMetricFamily]:
        now = GaugeMetricFamily("store_connections", "Open connections", labels=["store", "state"])
        most = GaugeMetricFamily("store_connections_limit", "Connections allowed", labels=["store"])
        pools = pools_of(self._redis)
        idle, busy = (sum(each) for each in zip(*map(_idle_and_busy, pools), strict=True))
        now.add_metric(["redis", "idle"], idle)
        now.add_metric(["redis", "busy"], busy)
        most.add_metric(["redis"], sum(pool.max_connections for pool in pools))
        if isinstance(postgres := self._engine.pool, QueuePool):
            now.add_metric(["postgres", "idle"], postgres.checkedin())
            now.add_metric(["postgres", "busy"], postgres.checkedout())
            most.add_metric(["postgres"], postgres.size())
        yield now
        yield most


def _idle_and_busy(pool: Any) -> tuple[int, int]:
    (idle, _), (busy, _) = pool.get_connection_count()
    return idle, busy
