"""A master, its replicas and three sentinels that watch over them, on the loopback address."""

import asyncio
import signal
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from apps.embedded import EmbeddedServers, RedisOptions, open_data_folder
from apps.embedded.binaries import redis_program
from apps.embedded.folder import DataFolder
from apps.embedded.launcher import Command, Launcher
from apps.embedded.redis import RedisServer
from apps.embedded.server import Server
from tools.support.patience import PATIENCE
from tools.support.ports import free_ports

SERVICE = "game"
_HOST = "127.0.0.1"
_SENTINELS = 3
_QUORUM = 2
_DOWN_AFTER, _FAILOVER_TIMEOUT = 1_000, 5_000  # milliseconds
_GLANCE = 0.1
Place = tuple[str, int]
"""Host and port."""


class SentinelServer(Server):
    name = "sentinel"
    stop_signal = signal.SIGTERM

    def __init__(self, folder: DataFolder, launcher: Launcher, port: int, master: int) -> None:
        super().__init__(folder, launcher)
        self.port = port
        self._file = folder.path / "sentinel.conf"
        self._master = master

    def _prepare(self) -> None:
        """What it has learned it keeps in the same file."""
        if not self._file.exists():
            self._file.write_text(
                f"port {self.port}\nbind {_HOST}\ndir {self.folder.path}\n"
                f"sentinel monitor {SERVICE} {_HOST} {self._master} {_QUORUM}\n"
                f"sentinel down-after-milliseconds {SERVICE} {_DOWN_AFTER}\n"
                f"sentinel failover-timeout {SERVICE} {_FAILOVER_TIMEOUT}\n",
                encoding="utf-8",
            )

    def _command(self) -> Command:
        return Command((str(redis_program()), str(self._file), "--sentinel"), self.stop_signal)

    def _answers(self) -> bool:
        try:
            with at(self.port) as client:
                return bool(client.ping())
        except RedisError:
            return False


@dataclass(frozen=True, slots=True)
class Watched:
    """`servers` by port; which of them is the master, the sentinels know."""

    servers: Mapping[int, RedisServer]
    sentinels: Sequence[SentinelServer]

    @property
    def url(self) -> str:
        hosts = ",".join(f"{_HOST}:{each.port}" for each in self.sentinels)
        return f"redis+sentinel://{hosts}/{SERVICE}"

    @property
    def master(self) -> RedisServer:
        """As most sentinels have it."""
        named = [self.named_by(each) for each in self.sentinels]
        return self.servers[max(named, key=named.count)]

    def named_by(self, sentinel: SentinelServer) -> int:
        """The master's port; 0 while it does not answer."""
        try:
            with at(sentinel.port) as client:
                return int(client.sentinel_master(SERVICE)["port"])
        except RedisError:
            return 0

    def switch(self, *, coordinated: bool = False) -> None:
        """What an operator does before the master's machine is looked after."""
        with at(self.sentinels[0].port) as client:
            how = ("COORDINATED",) if coordinated else ()
            client.execute_command("SENTINEL FAILOVER", SERVICE, *how)

    async def until_another(self, than: RedisServer) -> None:
        """All sentinels that answer name another master."""
        before = self.port_of(than)
        await _until(lambda: all(self.named_by(each) not in (0, before) for each in self._awake()))

    async def until_one_names_another(self, than: RedisServer) -> None:
        before = self.port_of(than)
        await _until(lambda: any(self.named_by(each) not in (0, before) for each in self._awake()))

    async def until_settled(self) -> None:
        """Every sentinel knows the others, and every replica as one that is in step."""
        await _until(lambda: all(map(self._sees_all, self.sentinels)))

    async def until_followed(self, master: RedisServer) -> None:
        """A replica has all that the master has."""

        def followed() -> bool:
            with at(self.port_of(master)) as client:
                client.publish("step", "")  # which replicas hear, and which changes nothing
                return bool(client.wait(1, 500))

        await _until(followed)

    def port_of(self, server: RedisServer) -> int:
        return next(port for port, each in self.servers.items() if each is server)

    def _awake(self) -> list[SentinelServer]:
        return [each for each in self.sentinels if each.alive]

    def _sees_all(self, sentinel: SentinelServer) -> bool:
        with at(sentinel.port) as client:
            known = client.sentinel_master(SERVICE)
            replicas = client.sentinel_slaves(SERVICE)
        linked = [each for each in replicas if each["master-link-status"] == "ok" and not each["is_sdown"]]
        return known["num-other-sentinels"] == _SENTINELS - 1 and len(linked) == len(self.servers) - 1


@contextmanager
def watched(
    data: Path, *, replicas: int = 2, sentinels: int = _SENTINELS, config: Mapping[str, str] | None = None
) -> Iterator[Watched]:
    """`config`: settings of redis.conf that all of them have."""
    first, *others = ports = free_ports(replicas + 1 + sentinels)
    with ExitStack() as running:
        servers = {port: _redis(running, data, port, config or {}) for port in ports[: replicas + 1]}
        for port in others[:replicas]:
            with at(port) as client:
                client.replicaof(_HOST, str(first))
        watching = [_sentinel(running, data, port, first) for port in others[replicas:]]
        for each in watching:
            each.wait_ready()
        yield Watched(servers, watching)


def _redis(running: ExitStack, data: Path, port: int, config: Mapping[str, str]) -> RedisServer:
    settings = {"repl-diskless-sync-delay": "0", "repl-ping-replica-period": "1", **config}
    options = RedisOptions(appendonly=None, port=port, config=settings)
    one = EmbeddedServers(data / f"redis-{port}", durable=False, postgres=False, redis_options=options)
    return running.enter_context(one).redis


def _sentinel(running: ExitStack, data: Path, port: int, master: int) -> SentinelServer:
    folder = running.enter_context(open_data_folder(data / f"sentinel-{port}"))
    sentinel = SentinelServer(folder, running.enter_context(Launcher(folder.lock_fd)), port, master)
    running.callback(sentinel.stop)
    sentinel.launch()
    return sentinel


def at(port: int) -> Redis:
    return Redis(host=_HOST, port=port, socket_timeout=5, retry=Retry(NoBackoff(), 0), decode_responses=True)


async def _until(there: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not await asyncio.to_thread(there):  # noqa: ASYNC110 - other processes say so
            await asyncio.sleep(_GLANCE)
