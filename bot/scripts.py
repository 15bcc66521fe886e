"""Lua scripts of the bot, by their hashes."""

from collections.abc import Sequence
from hashlib import sha1
from typing import Any

from redis.exceptions import NoScriptError

from apps.redis_connections import Connections


class Script:
    """A script by its hash; a server that does not know it is told."""

    def __init__(self, connections: Connections, source: str) -> None:
        self._connections = connections
        self._source = source
        self._hash = sha1(source.encode(), usedforsecurity=False).hexdigest()

    async def __call__(self, keys: Sequence[str], args: Sequence[Any]) -> Any:
        try:
            return await self._connections.call("EVALSHA", self._hash, len(keys), *keys, *args)
        except NoScriptError:
            return await self._connections.call("EVAL", self._source, len(keys), *keys, *args)
