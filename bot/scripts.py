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
        call = ("EVALSHA", self._hash, len(keys), *keys, *args)
        try:
            return await self._connections.shared(*call)
        except NoScriptError:
            # Not EVAL: the least rights are without it.
            answers = await self._connections.pipelined([("SCRIPT", "LOAD", self._source), call])
            for each in answers:
                if isinstance(each, Exception):
                    raise each from None
            return answers[-1]
