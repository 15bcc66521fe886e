from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

from apps.embedded.errors import ServerNotRequestedError
from apps.embedded.folder import open_data_folder
from apps.embedded.launcher import Launcher
from apps.embedded.postgres import PostgresOptions, PostgresServer
from apps.embedded.redis import RedisOptions, RedisServer
from apps.embedded.server import Server


class EmbeddedServers:
    """A private PostgreSQL and a private Redis (or Valkey) on one data folder.

    They end with this process, however it ends. Only one process can use a data folder.
    """

    def __init__(
        self,
        data_dir: Path,
        durable: bool,
        postgres: bool = True,
        redis: bool = True,
        *,
        redis_options: RedisOptions | None = None,
        postgres_options: PostgresOptions | None = None,
    ) -> None:
        self._data_dir = data_dir
        self._redis_options = redis_options or RedisOptions(appendonly="everysec" if durable else None)
        self._postgres_options = postgres_options or PostgresOptions(durable)
        self._wanted = (redis, postgres)
        self._redis: RedisServer | None = None
        self._postgres: PostgresServer | None = None
        self._resources = ExitStack()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> Self:
        """Start what was asked for and wait until it answers; nothing happens where it is started already."""
        try:
            if not self._servers():
                self._start()
        except BaseException:
            self.stop()
            raise
        return self

    def stop(self) -> None:
        """Stop what runs and free the folder; safe to call twice."""
        self._resources.close()
        self._redis = self._postgres = None

    @property
    def redis(self) -> RedisServer:
        if self._redis is None:
            raise ServerNotRequestedError("redis")
        return self._redis

    @property
    def postgres(self) -> PostgresServer:
        if self._postgres is None:
            raise ServerNotRequestedError("postgres")
        return self._postgres

    @property
    def redis_url(self) -> str:
        return self.redis.url

    @property
    def database_url(self) -> str:
        return self.postgres.url()

    @property
    def redis_kind(self) -> str:
        return self.redis.kind

    @property
    def redis_version(self) -> str:
        return self.redis.version

    @property
    def postgres_version(self) -> str:
        return self.postgres.version

    def dead(self) -> tuple[str, ...]:
        """Names of the servers that should run and do not."""
        return tuple(server.name for server in self._servers() if server.dead)

    def revive(self) -> tuple[str, ...]:
        """Start those that died and wait for them; their names. Blocks: call it in a thread."""
        return tuple(server.name for server in self._servers() if server.revive())

    def _start(self) -> None:
        redis, postgres = self._wanted
        folder = self._resources.enter_context(open_data_folder(self._data_dir))
        launcher = self._resources.enter_context(Launcher(folder.lock_fd))
        if redis:
            self._redis = RedisServer(folder, launcher, self._redis_options)
        if postgres:
            self._postgres = PostgresServer(folder, launcher, self._postgres_options)
        for server in self._servers():
            self._resources.callback(server.stop)
            server.launch()
        for server in self._servers():
            server.wait_ready()

    def _servers(self) -> tuple[Server, ...]:
        return tuple(server for server in (self._redis, self._postgres) if server is not None)
