"""Redis brought back from older files, once all that it was told has reached PostgreSQL."""

import asyncio
import shutil
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from redis.asyncio import Redis
from redis.exceptions import RedisError

from apps.embedded.server import Server
from apps.game_core.adapters.redis import keys

_DRAINING = 8.0
_GLANCE = 0.05


@dataclass(frozen=True, slots=True)
class Rollbacks:
    """`folder` is where Redis keeps its files; a copy of an earlier moment lies beside it."""

    server: Server
    redis: Redis
    folder: Path

    async def drained(self) -> bool:
        """Whether nothing waits for the database any more, and no tap is on its way."""
        quiet = 0
        with suppress(TimeoutError):
            async with asyncio.timeout(_DRAINING):
                while quiet < 1 / _GLANCE:
                    await asyncio.sleep(_GLANCE)
                    quiet = quiet + 1 if await self._nothing_dirty() else 0
                return True
        return False

    def roll_back(self) -> None:
        """Blocks until the server answers again."""
        self.server.kill()
        self._swap()
        self.server.start()

    async def _nothing_dirty(self) -> bool:
        with suppress(RedisError, OSError):
            return int(await self.redis.zcard(keys.DIRTY_INDEX)) == 0
        return False

    def _swap(self) -> None:
        """The files of now become the older ones of next time."""
        older, now = self.folder.with_name("redis.older"), self.folder.with_name("redis.now")
        shutil.copytree(self.folder, now)
        if older.exists():
            shutil.rmtree(self.folder)
            older.rename(self.folder)
        now.rename(older)
