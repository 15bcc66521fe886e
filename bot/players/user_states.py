"""What the bot keeps of a user between updates: one Redis hash each, so that it goes as a whole.

States and data of all chats are its fields, beside the character that they belong to. Nothing is written for
whom no character was admitted: whatever still comes in for a user who was deleted, by whichever process,
leaves no trace.
"""

import json
from collections.abc import AsyncIterator, Awaitable, Mapping
from contextvars import ContextVar
from typing import Any, Literal, cast

import structlog
from aiogram.exceptions import DataNotDictLikeError
from aiogram.fsm.state import State
from aiogram.fsm.storage.base import BaseStorage, DefaultKeyBuilder, StateType, StorageKey
from redis.asyncio import Redis
from redis.exceptions import RedisError

from apps.redis_cluster.client import Cluster, connections_to
from apps.redis_connections import Connections
from bot.scripts import Script
from bot.settings import STATE_TTL

log = structlog.get_logger(__name__)

CHARACTER = "character"
"""In a user's data: the id of the character that was admitted. Read only."""
LEAVING = "leaving"
"""Beside it, as soon as that character is being deleted."""
MOST_FIELDS = 600
_BATCH = 500
# Menu ids are kept under a destiny of their own.
_FIELDS = DefaultKeyBuilder(with_destiny=True)

_READ = """
local found = redis.call('HMGET', KEYS[1], unpack(ARGV, 2))
redis.call('EXPIRE', KEYS[1], ARGV[1])
return found
"""
# A chat too many makes the user forget all others: everybody is in the lobby there then.
_WRITE = f"""
local states, field, value, ttl = KEYS[1], ARGV[1], ARGV[2], ARGV[3]
if redis.call('EXISTS', states) == 0 then return 0 end
if value == '' then
    redis.call('HDEL', states, field)
else
    if redis.call('HLEN', states) >= {MOST_FIELDS} and redis.call('HEXISTS', states, field) == 0 then
        local character = redis.call('HGET', states, '{CHARACTER}')
        redis.call('DEL', states)
        if character then redis.call('HSET', states, '{CHARACTER}', character) end
    end
    redis.call('HSET', states, field, value)
end
return redis.call('EXPIRE', states, ttl)
"""
_ADMIT = f"""
local known = redis.call('HGET', KEYS[1], '{CHARACTER}')
if known and known ~= ARGV[1] then redis.call('DEL', KEYS[1]) end
redis.call('HSET', KEYS[1], '{CHARACTER}', ARGV[1])
return redis.call('EXPIRE', KEYS[1], ARGV[2])
"""
_PART = f"""
if redis.call('HGET', KEYS[1], '{CHARACTER}') ~= ARGV[1] then return 0 end
return redis.call('HSET', KEYS[1], '{LEAVING}', ARGV[1])
"""

_along: ContextVar[tuple[BaseStorage, StorageKey, bytes | None, bytes | None] | None] = ContextVar(
    "data that was read along with a state", default=None
)


class UserStates(BaseStorage):
    """Implements `Homes`. Each read and write is one round trip, and moves the end of all to `ttl` from now.

    A state and then its data are one read together.

    Raises RedisError and OSError, but where it says otherwise.
    """

    def __init__(self, redis: Redis, ttl: int = STATE_TTL, connections: Connections | None = None) -> None:
        self._redis = redis
        self._ttl = ttl
        connections = connections or connections_to(redis)
        scripts = (Script(connections, each) for each in (_READ, _WRITE, _ADMIT, _PART))
        self._read, self._write, self._admit, self._part = scripts

    async def set_state(self, key: StorageKey, state: StateType = None) -> None:
        value = state.state if isinstance(state, State) else state
        await self._put(key, "state", value or "")

    async def get_state(self, key: StorageKey) -> str | None:
        """Reads the data along: who asks for it next, in the same task, is spared the round trip."""
        fields = [_FIELDS.build(key, "state"), field_of(key), CHARACTER]
        state, data, character = await self._get(key.user_id, fields)
        _along.set((self, key, data, character))
        return None if state is None else state.decode()

    async def set_data(self, key: StorageKey, data: Mapping[str, Any]) -> None:
        if not isinstance(data, dict):
            raise DataNotDictLikeError(f"Data must be a dict, not {type(data).__name__}")
        kept = {name: value for name, value in data.items() if name != CHARACTER}
        await self._put(key, "data", json.dumps(kept) if kept else "")

    async def get_data(self, key: StorageKey) -> dict[str, Any]:
        """With `CHARACTER` beside what was set in this chat."""
        match _along.get():
            case (whose, where, data, character) if whose is self and where == key:
                _along.set(None)  # good for once: what is read later may have changed
            case _:
                data, character = await self._get(key.user_id, [field_of(key), CHARACTER])
        kept = kept_in(data)
        return kept if character is None else kept | {CHARACTER: int(character)}

    async def close(self) -> None:
        """The connection is somebody else's."""

    async def admit(self, user_id: int, char_id: int) -> None:
        """Keep states for this character from now on; those of another are forgotten. Raises nothing."""
        _along.set(None)
        try:
            await self._admit(keys=[states_of(user_id)], args=[char_id, self._ttl])
        except (RedisError, OSError) as error:
            log.warning("no states are kept", user_id=user_id, error=repr(error))

    async def part(self, user_id: int, char_id: int) -> None:
        """Raises nothing."""
        try:
            await self._part(keys=[states_of(user_id)], args=[char_id])
        except (RedisError, OSError) as error:
            log.warning("not noted who leaves", user_id=user_id, error=repr(error))

    async def misses(self, user_id: int, char_id: int) -> bool:
        kept = await cast(
            "Awaitable[list[bytes | None]]", self._redis.hmget(states_of(user_id), [CHARACTER, LEAVING])
        )
        return kept == [b"%d" % char_id, None]

    async def forget(self, user_id: int) -> None:
        _along.set(None)
        await self._redis.unlink(states_of(user_id))

    async def adopt(self) -> None:
        """Take over states that an older version kept in a key each, without an end. Raises nothing.

        No such version has known clusters.
        """
        if isinstance(self._redis, Cluster):
            return
        try:
            async for keys in self._old_keys():
                await self._take_over(keys)
        except (RedisError, OSError) as error:
            log.warning("old states are not taken over", error=repr(error))

    async def _old_keys(self) -> AsyncIterator[list[bytes]]:
        cursor = -1
        while cursor:
            cursor, keys = await self._redis.scan(max(cursor, 0), "fsm:*:*:*:*", _BATCH, "STRING")
            yield [key for key in keys if _user_of(key) is not None]

    async def _take_over(self, keys: list[bytes]) -> None:
        if not keys:
            return
        values = await self._redis.mget(keys)
        async with self._redis.pipeline(transaction=True) as pipeline:
            for key, value in zip(keys, values, strict=True):
                states = states_of(_user_of(key) or 0)
                if value:
                    pipeline.hsetnx(states, key.decode(), value)
                    pipeline.expire(states, self._ttl)
                pipeline.unlink(key)
            await pipeline.execute()

    async def _get(self, user_id: int, fields: list[str]) -> list[bytes | None]:
        values = await self._read(keys=[states_of(user_id)], args=[self._ttl, *fields])
        return cast("list[bytes | None]", values)

    async def _put(self, key: StorageKey, part: Literal["state", "data"], value: str) -> None:
        _along.set(None)
        field = _FIELDS.build(key, part)
        await self._write(keys=[states_of(key.user_id)], args=[field, value, self._ttl])


def kept_in(data: bytes | None) -> dict[str, Any]:
    """What a field with data says; nothing for one that is not there."""
    kept: dict[str, Any] = json.loads(data) if data else {}
    return kept


def field_of(key: StorageKey) -> str:
    """Where in a user's hash the data of a key are."""
    return _FIELDS.build(key, "data")


def states_of(user_id: int) -> str:
    return f"states:{user_id:d}"


def _user_of(old_key: bytes) -> int | None:
    """None for a key that never held a user's state."""
    *_, user, _, part = old_key.split(b":")
    return int(user) if user.isdigit() and part in (b"state", b"data") else None
