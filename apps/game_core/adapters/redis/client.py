"""Connections and scripts. Everything else here speaks through them."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import resources
from typing import Any

from redis.asyncio import Redis
from redis.asyncio.connection import AbstractConnection
from redis.commands.core import AsyncScript
from redis.exceptions import NoScriptError, RedisError

from apps.game_core.modules.inventory.errors import SessionStoreDownError

SCRIPTS = (
    "read",
    "save",
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
)


class ServerIdentity:
    """Which server process answers: learnt anew on each connection, since a restart breaks them all."""

    def __init__(self) -> None:
        self.run_id = ""

    async def greet(self, connection: AbstractConnection) -> None:
        await connection.on_connect()
        await connection.send_command("INFO", "server")
        lines = bytes(await connection.read_response()).splitlines()
        marked = (line.removeprefix(b"run_id:") for line in lines if line.startswith(b"run_id:"))
        self.run_id = next(marked, b"").decode()


def connect(
    url: str, *, max_connections: int = 64, timeout: float = 5.0, server: ServerIdentity | None = None
) -> Redis:
    """A pooled client that keeps replies as bytes; documents are JSON already. `timeout` in seconds."""
    return Redis.from_url(
        url,
        max_connections=max_connections,
        decode_responses=False,
        socket_timeout=timeout,
        socket_connect_timeout=timeout,
        redis_connect_func=server.greet if server else None,
    )


@contextmanager
def redis_errors() -> Iterator[None]:
    """The driver's errors as the core's."""
    try:
        yield
    except (RedisError, OSError) as error:
        raise SessionStoreDownError(repr(error)) from error


class Scripts:
    """The Lua scripts by name. A server that lost them (a restart) is given them again on first use."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        folder = resources.files(__package__) / "scripts"
        self._scripts: dict[str, AsyncScript] = {
            name: redis.register_script((folder / f"{name}.lua").read_text(encoding="utf-8"))
            for name in SCRIPTS
        }

    async def run(self, name: str, keys: Sequence[str], args: Sequence[Any]) -> Any:
        with redis_errors():
            return await self._scripts[name](keys=keys, args=args)

    async def run_each(self, name: str, calls: Sequence[tuple[Sequence[str], Sequence[Any]]]) -> list[Any]:
        """One script many times in one round trip. A call that failed answers with its exception."""
        with redis_errors():
            replies = await self._pipelined(name, calls)
            if any(isinstance(reply, NoScriptError) for reply in replies):
                await self._redis.script_load(self._scripts[name].script)
                replies = await self._pipelined(name, calls)
        return replies

    async def _pipelined(self, name: str, calls: Sequence[tuple[Sequence[str], Sequence[Any]]]) -> list[Any]:
        # By hash: a script object inside a pipeline asks SCRIPT EXISTS first, one more round trip.
        async with self._redis.pipeline(transaction=False) as pipeline:
            for keys, args in calls:
                pipeline.evalsha(self._scripts[name].sha, len(keys), *keys, *args)
            return list(await pipeline.execute(raise_on_error=False))
