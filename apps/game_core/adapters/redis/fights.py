"""Fights in Redis: one a character, forgotten after a while."""

from collections.abc import Awaitable
from dataclasses import replace
from typing import cast
from uuid import uuid4

import msgspec
from redis.asyncio import Redis

from apps.game_core.adapters.redis import keys
from apps.game_core.adapters.redis.client import redis_errors
from apps.game_core.adapters.redis.cluster_scripts import scripts_on
from apps.game_core.adapters.redis.server_identity import ServerIdentity
from apps.game_core.modules.training.fight import Fight

_decoder = msgspec.json.Decoder(Fight)


class RedisFights:
    """Implements `FightStore`. `ttl` in seconds."""

    def __init__(self, redis: Redis, server: ServerIdentity, ttl: float) -> None:
        self._redis = redis
        self._names = keys.names_in(redis)
        self._scripts = scripts_on(redis, server)
        self._ttl = round(ttl * 1000)

    async def load(self, char_id: int) -> Fight | None:
        with redis_errors():
            found = self._redis.hget(self._names.fight(char_id), "document")
            document = await cast("Awaitable[bytes | None]", found)
        return None if document is None else _decoder.decode(document)

    async def save(self, fight: Fight) -> Fight | None:
        written = replace(fight, rev=uuid4().hex)
        args = (fight.rev, written.rev, msgspec.json.encode(written), self._ttl)
        return (
            written if await self._scripts.run("fight", (self._names.fight(fight.char_id),), args) else None
        )

    async def forget(self, char_id: int) -> None:
        with redis_errors():
            await self._redis.delete(self._names.fight(char_id))
