"""FSM states in Redis that do without Redis for a while: everybody is in the lobby then."""

from collections.abc import Mapping
from typing import Any

import structlog
from aiogram.fsm.storage.base import StateType, StorageKey
from aiogram.fsm.storage.redis import RedisStorage
from redis.exceptions import RedisError

log = structlog.get_logger(__name__)


class ForgivingRedisStorage(RedisStorage):
    """Losing a state is an inconvenience, losing a tap is not: a server that is away stops no handler."""

    async def set_state(self, key: StorageKey, state: StateType = None) -> None:
        try:
            await super().set_state(key, state)
        except (RedisError, OSError) as error:
            log.warning("state not kept", user_id=key.user_id, error=repr(error))

    async def get_state(self, key: StorageKey) -> str | None:
        try:
            return await super().get_state(key)
        except (RedisError, OSError) as error:
            log.warning("state unknown", user_id=key.user_id, error=repr(error))
            return None

    async def set_data(self, key: StorageKey, data: Mapping[str, Any]) -> None:
        try:
            await super().set_data(key, data)
        except (RedisError, OSError) as error:
            log.warning("data not kept", user_id=key.user_id, error=repr(error))

    async def get_data(self, key: StorageKey) -> dict[str, Any]:
        try:
            return await super().get_data(key)
        except (RedisError, OSError) as error:
            log.warning("data unknown", user_id=key.user_id, error=repr(error))
            return {}
