"""Connections and scripts. Everything else here speaks through them."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import resources
from typing import Any

from redis.asyncio import Redis
from redis.asyncio.client import Pipeline
from redis.commands.core import AsyncScript
from redis.exceptions import RedisError

from apps.game_core.modules.inventory.errors import SessionStoreDownError

SCRIPTS = ("read", "save", "create", "claim", "acknowledge", "forget", "unlock", "due")


def connect(url: str, *, max_connections: int = 64) -> Redis:
    """A pooled client that keeps replies as bytes; documents are JSON already."""
    return Redis.from_url(url, max_connections=max_connections, decode_responses=False)


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
        folder = resources.files(__package__) / "scripts"
        self._scripts: dict[str, AsyncScript] = {
            name: redis.register_script((folder / f"{name}.lua").read_text(encoding="utf-8"))
            for name in SCRIPTS
        }

    async def run(
        self, name: str, keys: Sequence[str], args: Sequence[Any], pipeline: Pipeline | None = None
    ) -> Any:
        with redis_errors():
            return await self._scripts[name](keys=keys, args=args, client=pipeline)
