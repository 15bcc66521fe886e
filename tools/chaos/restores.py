"""PostgreSQL put back to a backup of minutes ago, while nobody is at work; then everybody is told."""

import asyncio
import shutil
import time
from collections.abc import AsyncIterator, Callable, Collection
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

from redis.asyncio import Redis
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from apps.embedded.server import Server
from apps.game_core.adapters.postgres.generation import PostgresGeneration
from tools.chaos import books
from tools.chaos.fleet import Fleet
from tools.chaos.journal import Journal, Taken
from tools.support.patience import PATIENCE

_GLANCE = 0.1
AFTERMATH = 2.0
"""Seconds in which nothing else breaks after something was taken away: whoever can tell shall notice."""


@dataclass(slots=True)
class Backups:
    """`folder` is PostgreSQL's data; a cold copy of it lies beside it. `now`: seconds since the start.

    `still` is held while everybody must stand still who is no process of the fleet. `players` are in it:
    whose character a restore takes away keeps on playing it until somebody notices.
    """

    server: Server
    folder: Path
    engine: AsyncEngine
    redis: Redis
    fleet: Fleet
    journal: Journal
    now: Callable[[], float]
    still: asyncio.Lock
    players: int
    exists: bool = field(default=False, init=False)

    async def make(self) -> None:
        """Once everybody is born."""
        async with asyncio.timeout(3 * PATIENCE):
            while await self._born() < self.players:  # noqa: ASYNC110 - other processes bear them
                await asyncio.sleep(_GLANCE)
        await asyncio.to_thread(self._replace, self.folder, self._copy)
        self.exists = True

    async def _born(self) -> int:
        with suppress(SQLAlchemyError, OSError):
            return len(await books.rows(self.engine))
        return 0

    async def restore(self) -> None:
        """Bring the copy back; bots and workers stand still meanwhile, and go on where they were."""
        async with self.still, self._standstill():
            before, grants = await books.ledger(self.engine), await books.grants(self.engine)
            self.journal.conflicts |= await books.conflicts(self.engine)
            await asyncio.to_thread(self._replace, self._copy, self.folder)
            at, clock = self.now(), time.time()
            lost = before - await books.ledger(self.engine)
            self.journal.grants_gone |= grants - await books.grants(self.engine)
            self.journal.forget_grants(await books.grant_keys(self.engine))
            taken = Taken(at, clock, lost, await self._witnesses({user for user, _ in lost}), restore=True)
            await PostgresGeneration(self.engine).announce(uuid4().hex)
        self.journal.taken.append(taken)

    @property
    def _copy(self) -> Path:
        return self.folder.with_name("pg.backup")

    def _replace(self, source: Path, target: Path) -> None:
        self.server.kill()
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(source, target, symlinks=True)
        (target / "postmaster.pid").unlink(missing_ok=True)
        self.server.start()

    async def _witnesses(self, users: Collection[int]) -> frozenset[int]:
        """Whose sessions stand on rows that are no more, and live on until somebody looks."""
        rows = await books.rows(self.engine)
        versions = {row.user_id: row.version for row in rows}
        served = await books.sessions(self.redis, [row for row in rows if row.user_id in users])
        return frozenset(
            user
            for user, (state, left) in served.items()
            if left == float("inf") and state.base.version > versions[user]
        )

    @asynccontextmanager
    async def _standstill(self) -> AsyncIterator[None]:
        running = [member for member in self.fleet if not member.held]
        for member in running:
            member.freeze()
        try:
            yield
        finally:
            for member in running:
                member.thaw()
