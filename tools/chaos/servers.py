"""The servers that a plan asks for."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from apps.embedded import EmbeddedServers, RedisOptions
from tools.chaos.clocks import FakedClock
from tools.chaos.plan import Persistence, Plan
from tools.chaos.pooler import Pooler, open_pooler
from tools.chaos.proxy import Proxy, open_proxy
from tools.failover.clustered import Clustered, clustered

# What the runbook says of a cluster; masters change sooner than there, so that they do so often.
_NODES: Mapping[str, str] = {
    "appendonly": "yes",
    "appendfsync": "everysec",
    "cluster-node-timeout": "2500",
    "min-replicas-to-write": "1",
}


@dataclass(frozen=True, slots=True)
class Servers:
    """`embedded`: PostgreSQL, and Redis where that is no `cluster`."""

    embedded: EmbeddedServers
    cluster: Clustered | None
    pooler: Pooler | None
    proxy: Proxy | None

    @property
    def redis_url(self) -> str:
        return self.cluster.url if self.cluster else self.embedded.redis_url

    def revive(self) -> None:
        """Start those that died; blocks until they answer."""
        self.embedded.revive()
        nodes = self.cluster.servers.values() if self.cluster else ()
        for server in (*nodes, self.pooler, self.proxy):
            if server is not None:
                server.revive()


@contextmanager
def open_servers(plan: Plan, data: Path, faked: FakedClock | None) -> Iterator[Servers]:
    """Each has a folder of its own under `data`. `faked`: the clock of a Redis that is one server."""
    options = RedisOptions(
        appendonly="everysec" if plan.persistence is Persistence.AOF else None,
        environment=faked.environment if faked else {},
    )
    with ExitStack() as running:
        embedded = running.enter_context(
            EmbeddedServers(data, durable=False, redis=not plan.clustered, redis_options=options)
        )
        cluster = running.enter_context(clustered(data, config=_NODES)) if plan.clustered else None
        pooler = running.enter_context(open_pooler(embedded.postgres)) if plan.pooled else None
        proxy = running.enter_context(open_proxy(plan.bots, data / "nginx")) if plan.proxied else None
        yield Servers(embedded, cluster, pooler, proxy)
