import signal
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import quote

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError
from redis.retry import Retry

from apps.embedded.binaries import redis_program
from apps.embedded.folder import DataFolder
from apps.embedded.launcher import Command, Launcher
from apps.embedded.server import Server


@dataclass(frozen=True)
class RedisOptions:
    """`appendonly`: how often the append-only file is synced, None for no persistence at all.

    `port`: also listen there on the loopback address. `config`: any further settings of redis.conf.
    `environment`: variables for the server alone.
    """

    appendonly: Literal["everysec", "always"] | None = "everysec"
    port: int = 0
    config: Mapping[str, str] = field(default_factory=dict)
    environment: Mapping[str, str] = field(default_factory=dict)


class RedisServer(Server):
    name = "redis"
    stop_signal = signal.SIGTERM

    def __init__(self, folder: DataFolder, launcher: Launcher, options: RedisOptions) -> None:
        super().__init__(folder, launcher)
        self.socket = folder.sockets / "redis.sock"
        self._options = options
        self._info: dict[str, Any] = {}

    @property
    def url(self) -> str:
        return f"unix://{quote(str(self.socket))}"

    @property
    def kind(self) -> str:
        """`redis` or `valkey`."""
        return str(self._info.get("server_name", "redis"))

    @property
    def version(self) -> str:
        return str(self._info[f"{self.kind}_version"])

    def _prepare(self) -> None:
        self.folder.subfolder("redis")

    def _command(self) -> Command:
        arguments = [str(redis_program())]
        for name, value in {**self._settings(), **self._options.config}.items():
            arguments += [f"--{name}", value]
        return Command(tuple(arguments), death_signal=self.stop_signal, environment=self._options.environment)

    def _settings(self) -> dict[str, str]:
        return {
            "bind": "127.0.0.1",
            "port": str(self._options.port),
            "unixsocket": str(self.socket),
            "unixsocketperm": "700",
            "dir": str(self.folder.path / "redis"),
            "save": "",
            "appendonly": "yes" if self._options.appendonly else "no",
            "appendfsync": self._options.appendonly or "no",
            "aof-load-truncated": "yes",
        }

    def _answers(self) -> bool:
        """False while it loads its data, too."""
        try:
            with Redis(
                unix_socket_path=str(self.socket), socket_timeout=1, retry=Retry(NoBackoff(), 0)
            ) as client:
                self._info = dict(client.info("server"))
        except (RedisConnectionError, RedisTimeoutError):
            return False
        return True
