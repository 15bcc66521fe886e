"""Connections and scripts. Everything else here speaks through them."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from functools import cache, partial
from hashlib import sha1
from importlib import resources
from typing import Any, Protocol

from redis.asyncio import Redis
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

from apps.game_core.adapters.redis.sentinels import master_pool
from apps.game_core.adapters.redis.server_identity import ServerIdentity
from apps.game_core.adapters.redis.server_pool import Pool, pool_at
from apps.game_core.errors import said
from apps.game_core.modules.inventory.errors import SessionStoreDownError
from apps.game_core.redis_addresses import ClusterAddress, cluster_address, sentinel_address
from apps.redis_cluster.client import Cluster
from apps.redis_cluster.nodes import Place
from apps.redis_connections import Command, Connections, Reading, as_it_is

SCRIPTS = (
    "read",
    "save",
    "lay",
    "create",
    "inspect",
    "adopt",
    "rebase",
    "quarantine",
    "strange",
    "claim",
    "acknowledge",
    "forget",
    "discard",
    "unlock",
    "due",
    "share",
    "fail",
    "parked",
    "release",
    "repair",
    "fight",
    "copy",
)

_COMMON = "_common"
_RETRIES = 3
_LOADS = 3
"""The constants of a script, and with them its hash, may change while it is loaded."""
_SERVER_WIDE = (BusyLoadingError, OutOfMemoryError, ReadOnlyError)
# Redis 6.2 hands on a script's out-of-memory as an ordinary script error; too few replicas have no class.
_SERVER_WIDE_WORDS = ("OOM", "NOREPLICAS")


def connect(
    url: str, *, max_connections: int = 64, timeout: float = 5.0, server: ServerIdentity | None = None
) -> Redis:
    """A pooled client that keeps replies as bytes; documents are JSON already.

    `timeout` in seconds bounds each command, and the wait for a connection when all are taken. In a cluster
    each server has as many connections.
    """
    options = {
        "max_connections": max_connections,
        "timeout": timeout,
        "decode_responses": False,
        "socket_timeout": timeout,
        "socket_connect_timeout": timeout,
    }
    if (cluster := cluster_address(url)) is not None:
        return _cluster(cluster, server or ServerIdentity(), options)
    greet = server.greet if server else None
    pool: Callable[..., Pool] = partial(pool_at, url)
    if (sentinels := sentinel_address(url)) is not None:
        pool = partial(master_pool, sentinels)
        greet = (server or ServerIdentity()).greet_master
    return Redis.from_pool(pool(redis_connect_func=greet, retry=_retry(_RETRIES), **options))


def _cluster(address: ClusterAddress, server: ServerIdentity, options: Mapping[str, Any]) -> Cluster:
    def dial(place: Place) -> Redis:
        greet = server.node(place).greet
        # Whoever does not answer may not be the one to ask any more: that is looked up first.
        url, retry = address.at(*place), _retry(1)
        return Redis.from_pool(pool_at(url, redis_connect_func=greet, retry=retry, **options))

    return Cluster(address.nodes, dial, server.part)


def _retry(times: int) -> Retry:
    """Every script may run twice: the second run finds what the first one did."""
    return Retry(ExponentialWithJitterBackoff(base=0.01, cap=0.2), times)


class _RedisErrors:
    def __enter__(self) -> None:
        """Nothing is kept: one serves all blocks."""

    def __exit__(self, _: object, error: BaseException | None, __: object) -> None:
        if isinstance(error, (RedisError, OSError)):
            raise SessionStoreDownError(said(error)) from error


_redis_errors = _RedisErrors()


def redis_errors() -> AbstractContextManager[None]:
    """The driver's errors as the core's."""
    return _redis_errors


@cache
def sources() -> Mapping[str, str]:
    """The scripts by name, each with what they share."""
    folder = resources.files(__package__) / "scripts"
    texts = {name: (folder / f"{name}.lua").read_text(encoding="utf-8") for name in (_COMMON, *SCRIPTS)}
    common = texts.pop(_COMMON)
    return {name: f"{common}\n{text}" for name, text in texts.items()}


class Identity(Protocol):
    """Which server process it is, and which database stands beside it, in hex digits; '' is not known."""

    @property
    def run_id(self) -> str: ...

    @property
    def generation(self) -> str: ...


class Scripts:
    """The Lua scripts by name, each with the server's run id and the database's generation as constants.

    So each server process knows them by hashes of its own, and a call that was made for another process (a
    restart in between, perhaps from an older file) is refused instead of taken for one of its own.
    """

    def __init__(self, connections: Connections, server: Identity) -> None:
        self._server = server
        self._sources = sources()
        self._hashes: dict[tuple[str, str, str], str] = {}
        self._connections = connections

    def server_of(self, key: str) -> str:  # noqa: ARG002 - where there is one, it has all keys
        return self._server.run_id

    async def run(self, name: str, keys: Sequence[str], args: Sequence[Any]) -> Any:
        with redis_errors():
            for _ in range(_LOADS):
                try:
                    return await self._connections.shared(*self._call(name, keys, args))
                except NoScriptError:
                    await self._load(name)
            return await self._connections.shared(*self._call(name, keys, args))

    async def run_each(
        self, name: str, calls: Sequence[tuple[Sequence[str], Sequence[Any]]], read: Reading = as_it_is
    ) -> list[Any]:
        """One script many times in one round trip. A call that failed answers with its exception.

        What the others answer is `read` while the server works at the next.

        Raises:
            SessionStoreDownError: the server refused them for reasons of its own, not of one call.

        """
        with redis_errors():
            replies = await self._pipelined(name, calls, read)
            for _ in range(_LOADS):
                if not any(isinstance(reply, NoScriptError) for reply in replies):
                    break
                await self._load(name)
                replies = await self._pipelined(name, calls, read)
            for reply in replies:
                if isinstance(reply, ResponseError) and _is_server_wide(reply):
                    raise reply
        return replies

    async def run_before(
        self, command: Command, name: str, keys: Sequence[str], args: Sequence[Any]
    ) -> list[Any]:
        """A script and then a command, on one connection in one round trip: both answers."""
        with redis_errors():
            replies = await self._connections.pipelined([self._call(name, keys, args), command])
            for _ in range(_LOADS):
                if not isinstance(replies[0], NoScriptError):
                    break
                await self._load(name)
                replies = await self._connections.pipelined([self._call(name, keys, args), command])
            for reply in replies:
                if isinstance(reply, Exception):
                    raise reply
        return replies

    async def ask(self, commands: Sequence[Command]) -> list[Any]:
        """Commands that change nothing, in one round trip."""
        with redis_errors():
            replies = await self._connections.pipelined(commands) if commands else []
            for reply in replies:
                if isinstance(reply, Exception):
                    raise reply
        return replies

    async def _pipelined(
        self, name: str, calls: Sequence[tuple[Sequence[str], Sequence[Any]]], read: Reading
    ) -> list[Any]:
        return await self._connections.pipelined([self._call(name, keys, args) for keys, args in calls], read)

    def _call(self, name: str, keys: Sequence[str], args: Sequence[Any]) -> Command:
        return "EVALSHA", self._hash(name), len(keys), *keys, *args

    async def _load(self, name: str) -> None:
        await self._connections.redis.script_load(self._text(name))

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
    return isinstance(error, _SERVER_WIDE) or any(word in str(error) for word in _SERVER_WIDE_WORDS)
