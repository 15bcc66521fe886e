"""A Redis Cluster on the loopback address: three masters that share the slots, each with a replica."""

import asyncio
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from apps.embedded import EmbeddedServers, RedisOptions
from apps.embedded.redis import RedisServer
from tools.failover.watched import at
from tools.support.patience import PATIENCE
from tools.support.ports import free_ports

_HOST = "127.0.0.1"
SLOTS = 16_384
_MASTERS = 3
_NODE_TIMEOUT = 1_000  # milliseconds
_GLANCE = 0.02


@dataclass(frozen=True, slots=True)
class Clustered:
    """`servers` by port; which of them is whose master, they know."""

    servers: Mapping[int, RedisServer]

    @property
    def url(self) -> str:
        return f"redis+cluster://{','.join(f'{_HOST}:{port}' for port in self.servers)}"

    def owner(self, slot: int) -> int:
        """The port of the slot's master; 0 while those that are awake do not agree."""
        named = {_owner(port, slot) for port in self.awake}
        return named.pop() if len(named) == 1 else 0

    def agreed_owner(self, slot: int) -> int:
        """As soon as they agree."""
        until(lambda: self.owner(slot) != 0)
        return self.owner(slot)

    @property
    def awake(self) -> list[int]:
        return [port for port, server in self.servers.items() if server.alive]

    @property
    def masters(self) -> set[int]:
        """Of all slots, as one that is awake has it."""
        with at(self.awake[0]) as client:
            return {int(port) for _, _, (_, port, *_), *_ in client.execute_command("CLUSTER SLOTS")}

    def replica_of(self, port: int) -> int:
        return next(each for each in self.awake if _master_of(each) == port)

    @property
    def master(self) -> RedisServer:
        """Of the first slots: one of several."""
        return self.servers[self.owner(0)]

    def switch(self, *, coordinated: bool = False) -> None:
        """What an operator does before the master's machine is looked after, with its help or past it."""
        with at(self.replica_of(self.owner(0))) as replica:
            replica.execute_command("CLUSTER FAILOVER", *(() if coordinated else ("TAKEOVER",)))

    async def until_another(self, than: RedisServer) -> None:
        """Another master has the first slots, as all others have it: this one may stand still."""
        before = next(port for port, server in self.servers.items() if server is than)
        others = [port for port in self.awake if port != before]
        await asyncio.to_thread(until, lambda: all(_owner(port, 0) not in (0, before) for port in others))

    async def until_settled(self) -> None:
        await asyncio.to_thread(self.until_well)

    def until_moved(self, slot: int, than: int) -> None:
        """Another master has the slot, and whoever is awake takes that for well."""
        until(lambda: self.owner(slot) not in (0, than) and self.is_well())

    def until_well(self) -> None:
        until(self.is_well)

    def is_well(self) -> bool:
        return all(_is_well(port) for port in self.awake)

    def until_followed(self, port: int) -> None:
        """A replica has all that the master has."""

        def followed() -> bool:
            with at(port) as client:
                client.publish("step", "")  # which replicas hear, and which changes nothing
                return bool(client.wait(1, 500))

        until(followed)

    def hand_over(self, slot: int) -> None:
        """The slot's master and its replica change places."""
        before = self.owner(slot)
        with at(self.replica_of(before)) as replica:
            replica.execute_command("CLUSTER FAILOVER")
        self.until_moved(slot, than=before)

    def move(self, slot: int, source: int, target: int) -> None:
        """The slot as a whole, which Valkey has since 9."""
        with at(target) as client:
            name = client.execute_command("CLUSTER MYID")
        with at(source) as client:
            client.execute_command("CLUSTER MIGRATESLOTS", "SLOTSRANGE", slot, slot, "NODE", name)
        until(lambda: self.owner(slot) == target)

    @contextmanager
    def moving(self, slot: int, source: int, target: int) -> Iterator[None]:
        """The slot is on its way; at the end it is there."""
        with at(source) as old, at(target) as new:
            names = [each.execute_command("CLUSTER MYID") for each in (old, new)]
            new.execute_command("CLUSTER SETSLOT", slot, "IMPORTING", names[0])
            old.execute_command("CLUSTER SETSLOT", slot, "MIGRATING", names[1])
            yield
            for each in (new, old):
                each.execute_command("CLUSTER SETSLOT", slot, "NODE", names[1])

    def carry(self, slot: int, source: int, target: int) -> None:
        """The keys of a slot that is on its way."""
        with at(source) as client:
            names = client.execute_command("CLUSTER GETKEYSINSLOT", slot, 1_000)
            client.migrate(_HOST, target, names, 0, 5_000)


@contextmanager
def clustered(
    data: Path,
    *,
    replicas: int = 1,
    config: Mapping[str, str] | None = None,
    environment: Mapping[str, str] | None = None,
) -> Iterator[Clustered]:
    """`config`: settings of redis.conf that all of them have. `environment`: variables of the first alone."""
    count = _MASTERS * (1 + replicas)
    free = free_ports(2 * count)
    ports, buses = free[:count], free[count:]
    with ExitStack() as running:
        servers = {
            port: running.enter_context(
                _node(
                    data / f"node-{port}",
                    port,
                    {"cluster-port": str(bus), **(config or {})},
                    environment or {} if port == ports[0] else {},
                )
            ).redis
            for port, bus in zip(ports, buses, strict=True)
        }
        masters = ports[:_MASTERS]
        _share_out(masters)
        with at(masters[0]) as client:
            for port, bus in zip(ports[1:], buses[1:], strict=True):
                client.execute_command("CLUSTER MEET", _HOST, port, bus)
        until(lambda: all(_known(port) == len(ports) for port in ports))
        for number, port in enumerate(ports[_MASTERS:]):
            with at(masters[number % _MASTERS]) as master, at(port) as replica:
                replica.execute_command("CLUSTER REPLICATE", master.execute_command("CLUSTER MYID"))
        made = Clustered(servers)
        made.until_well()
        yield made


def until(there: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while True:
        began = time.monotonic()
        if there():
            return
        if (now := time.monotonic()) > deadline:
            raise TimeoutError
        time.sleep(max(_GLANCE, now - began))  # looking costs those that are looked at as much


def _node(
    data: Path, port: int, config: Mapping[str, str], environment: Mapping[str, str]
) -> EmbeddedServers:
    settings = {
        "cluster-enabled": "yes",
        "cluster-node-timeout": str(_NODE_TIMEOUT),
        "cluster-replica-validity-factor": "0",
        "cluster-require-full-coverage": "no",
        "repl-diskless-sync-delay": "0",
        **config,
    }
    options = RedisOptions(appendonly=None, port=port, config=settings, environment=environment)
    return EmbeddedServers(data, durable=False, postgres=False, redis_options=options)


def _share_out(masters: list[int]) -> None:
    for number, port in enumerate(masters):
        begin, end = (SLOTS * each // len(masters) for each in (number, number + 1))
        with at(port) as client:
            client.execute_command("CLUSTER SET-CONFIG-EPOCH", number + 1)
            client.execute_command("CLUSTER ADDSLOTSRANGE", begin, end - 1)


def _known(port: int) -> int:
    with at(port) as client:
        return int(client.execute_command("CLUSTER INFO")["cluster_known_nodes"])


def _owner(port: int, slot: int) -> int:
    """As this server has it."""
    with at(port) as client:
        for begin, end, (_, owner, *_), *_ in client.execute_command("CLUSTER SLOTS"):
            if begin <= slot <= end:
                return int(owner)
    return 0


def _master_of(port: int) -> int:
    """The port of its master; 0 for a master."""
    with at(port) as client:
        return int(client.info("replication").get("master_port", 0))


def _is_well(port: int) -> bool:
    with at(port) as client:
        linked = client.info("replication").get("master_link_status", "up") == "up"
        return linked and str(client.execute_command("CLUSTER INFO")["cluster_state"]) == "ok"
