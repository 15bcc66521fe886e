"""Updates that are confirmed before they are finished, kept where a killed bot finds them again.

The messenger shows a hundred unconfirmed updates and none behind them: when one of these takes its time, the
others are seen only if it is confirmed. Here it waits instead, until it is handled.
"""

from collections.abc import Awaitable, Sequence
from typing import Protocol, cast

import structlog
from aiogram import Bot
from aiogram.types import Update
from pydantic import ValidationError
from redis.asyncio import Redis
from redis.exceptions import RedisError

from apps.redis_cluster.client import connections_to

log = structlog.get_logger(__name__)

_KEPT_FOR = 24 * 60 * 60  # as long as the messenger keeps one


class Shelf(Protocol):
    async def keep(self, updates: Sequence[Update]) -> bool:
        """Whether they are safe now, all of them."""
        ...

    async def forget(self, update: Update) -> None:
        """It is handled."""
        ...

    async def content(self) -> list[Update]:
        """What an earlier process left, oldest first."""
        ...


class NoShelf:
    """Nothing is kept, so nothing is confirmed early. Implements `Shelf`."""

    async def keep(self, updates: Sequence[Update]) -> bool:  # noqa: ARG002 - the protocol's
        return False

    async def forget(self, update: Update) -> None:
        """Nothing is kept."""

    async def content(self) -> list[Update]:
        return []


class RedisShelf:
    """One hash a bot. While Redis is away nothing is put there. Implements `Shelf`."""

    def __init__(self, redis: Redis, bot: Bot) -> None:
        self._redis = redis
        self._bot = bot
        self._key = f"bot:shelf:{bot.id}"

    async def keep(self, updates: Sequence[Update]) -> bool:
        written = [part for each in updates for part in (str(each.update_id), _written(each))]
        if not written:
            return True
        try:
            for reply in await connections_to(self._redis).pipelined(
                [
                    ("HSET", self._key, *written),
                    ("EXPIRE", self._key, _KEPT_FOR),
                ]
            ):
                if isinstance(reply, Exception):
                    raise reply
        except (RedisError, OSError) as error:
            log.warning("updates not put aside", error=repr(error))
            return False
        return True

    async def forget(self, update: Update) -> None:
        try:
            await cast("Awaitable[int]", self._redis.hdel(self._key, str(update.update_id)))
        except (RedisError, OSError) as error:
            # It comes once more after the next start, and does nothing then.
            log.warning("update stays put aside", update_id=update.update_id, error=repr(error))

    async def content(self) -> list[Update]:
        try:
            kept = await cast("Awaitable[list[bytes]]", self._redis.hvals(self._key))
        except (RedisError, OSError) as error:
            log.warning("cannot look for updates put aside", error=repr(error))
            return []
        updates = [update for each in kept if (update := self._read(each))]
        return sorted(updates, key=lambda update: update.update_id)

    def _read(self, written: bytes) -> Update | None:
        try:
            return Update.model_validate_json(written, context={"bot": self._bot})
        except ValidationError as error:
            # Without what was written: players' words stay out of logs.
            log.warning("an update put aside cannot be read", errors=error.error_count())
            return None


def _written(update: Update) -> str:
    # What was not told may be one of aiogram's defaults, which no JSON has.
    return update.model_dump_json(by_alias=True, exclude_none=True, exclude_unset=True)
