"""Connections and scripts. Everything else here speaks through them."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from hashlib import sha1
from importlib import resources
from typing import Any

from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.connection import AbstractConnection, RedisSSLContext, SSLConnection
from redis.asyncio.retry import Retry
from redis.backoff import ExponentialWithJitterBackoff
from redis.exceptions import (
    BusyLoadingError,
    NoScriptError,
    OutOfMemoryError,
    ReadOnlyError,
    RedisError,
    ResponseError,
)

from apps.game_core.adapters.redis.line import Line
from apps.game_core.errors import said
from apps.game_core.modules.inventory.errors import SessionStoreDownError
from apps.redis_connections import KEPT, Command, Connections

SCRIPTS = (
    "read",
    "save",
    "lay",
    "create",
    "inspect",
    "adopt",
    "rebase",
    "quarantine",
    "claim",
    "acknowledge",
    "forget",
    "unlock",
    "due",
    "fail",
    "parked",
    "release",
    "repair",
    "fight",
)

_COMMON = "_common"
_RETRIES = 3
_LOADS = 3
"""The constants of a script, and with them its hash, may change while it is loaded."""
_SERVER_WIDE = (BusyLoadingError, OutOfMemoryError, ReadOnlyError)


class ServerIdentity:
    """Which server process answers: learnt anew on each connection, since a restart breaks them all.

    `generation` names the database beside it, as hex digits; empty while that is not known.
    """

    def __init__(self) -> None:
        self.run_id = ""
        self.generation = ""

    async def greet(self, connection: AbstractConnection) -> None:
        await connection.on_connect()
        await connection.send_command("INFO", "server")
        lines = bytes(await connection.read_response()).splitlines()
        marked = (line.removeprefix(b"run_id:") for line in lines if line.startswith(b"run_id:"))
        self.run_id = bytes.fromhex(next(marked, b"").decode()).hex()


class _SharedTLS(SSLConnection):
    """Connections that share what TLS needs: to read all authorities for each one would hold up everybody."""

    def __init__(self, *, tls: RedisSSLContext, **options: Any) -> None:
        super().__init__(**options)
        self.ssl_context = tls


def connect(
    url: str, *, max_connections: int = 64, timeout: float = 5.0, server: ServerIdentity | None = None
) -> Redis:
    """A pooled client that keeps replies as bytes; documents are JSON already.

    `timeout` in seconds bounds each command, and the wait for a connection when all are taken.
    """
    pool = BlockingConnectionPool.from_url(
        url,
        max_connections=max_connections,
        timeout=timeout,
        decode_responses=False,
        socket_timeout=timeout,
        socket_connect_timeout=timeout,
        redis_connect_func=server.greet if server else None,
        # Every script may run twice: the second run finds what the first one did.
        retry=Retry(ExponentialWithJitterBackoff(base=0.01, cap=0.2), _RETRIES),
    )
    if pool.connection_class is SSLConnection:
        tls = SSLConnection(**pool.connection_kwargs).ssl_context
        pool.connection_class = _SharedTLS
        pool.connection_kwargs["tls"] = tls
    return Redis.from_pool(pool)


@contextmanager
def redis_errors() -> Iterator[None]:
    """The driver's errors as the core's."""
    try:
        yield
    except (RedisError, OSError) as error:
        raise SessionStoreDownError(said(error)) from error


@cache
def sources() -> Mapping[str, str]:
    """The scripts by name, each with what they share."""
    folder = resources.files(__package__) / "scripts"
    texts = {name: (folder / f"{name}.lua").read_text(encoding="utf-8") for name in (_COMMON, *SCRIPTS)}
    common = texts.pop(_COMMON)
    return {name: f"{common}\n{text}" for name, text in texts.items()}


class Scripts:
    """The Lua scripts by name, each with the server's run id and the database's generation as constants.

    So each server process knows them by hashes of its own, and a call that was made for another process (a
    restart in between, perhaps from an older file) is refused instead of taken for one of its own.
    """

    def __init__(self, redis: Redis, server: ServerIdentity) -> None:
        self._redis = redis
        self._server = server
        self._sources = sources()
        self._hashes: dict[tuple[str, str, str], str] = {}
        self._connections = Connections(redis, KEPT)
        self._line = Line(self._connections)

    async def run(self, name: str, keys: Sequence[str], args: Sequence[Any]) -> Any:
        with redis_errors():
            for _ in range(_LOADS):
                try:
                    return await self._line.call(self._call(name, keys, args))
                except NoScriptError:
                    await self._load(name)
            return await self._line.call(self._call(name, keys, args))

    async def run_each(self, name: str, calls: Sequence[tuple[Sequence[str], Sequence[Any]]]) -> list[Any]:
        """One script many times in one round trip. A call that failed answers with its exception.

        Raises:
            SessionStoreDownError: the server refused them for reasons of its own, not of one call.

        """
        with redis_errors():
            replies = await self._pipelined(name, calls)
            for _ in range(_LOADS):
                if not any(isinstance(reply, NoScriptError) for reply in replies):
                    break
                await self._load(name)
                replies = await self._pipelined(name, calls)
            for reply in replies:
                if isinstance(reply, ResponseError) and _is_server_wide(reply):
                    raise reply
        return replies

    async def _pipelined(self, name: str, calls: Sequence[tuple[Sequence[str], Sequence[Any]]]) -> list[Any]:
        return await self._connections.pipelined([self._call(name, keys, args) for keys, args in calls])

    def _call(self, name: str, keys: Sequence[str], args: Sequence[Any]) -> Command:
        return "EVALSHA", self._hash(name), len(keys), *keys, *args

    async def _load(self, name: str) -> None:
        await self._redis.script_load(self._text(name))

    def _text(self, name: str) -> str:
        server = self._server
        constants = f"local RUN, GENERATION = '{server.run_id}', '{server.generation}'"
        return f"{constants}\n{self._sources[name]}"

    def _hash(self, name: str) -> str:
        key = (name, self._server.run_id, self._server.generation)
        if key not in self._hashes:
            self._hashes[key] = sha1(self._text(name).encode(), usedforsecurity=False).hexdigest()
        return self._hashes[key]


def _is_server_wide(error: ResponseError) -> bool:
    # Redis 6.2 hands on a script's out-of-memory as an ordinary script error.
    return isinstance(error, _SERVER_WIDE) or "OOM" in str(error)
