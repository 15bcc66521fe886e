"""Long polling that loses no tap: an update is confirmed only after its handler has finished.

aiogram's own loop confirms an update while its handler still runs and cancels running handlers when it
stops. Here a killed bot gets the unconfirmed updates again (the operation ids make that harmless), and a
stopped one finishes what it has begun.
"""

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass, field
from typing import Any, TypeVar

import structlog
from aiogram import Bot, Dispatcher
from aiogram.exceptions import TelegramAPIError, TelegramConflictError, TelegramUnauthorizedError
from aiogram.methods import GetUpdates
from aiogram.types import Update

from bot.factory import ALLOWED_UPDATES

log = structlog.get_logger(__name__)

T = TypeVar("T")
_LONG_POLL = 25
_FIRST_PAUSE = 0.5
_LAST_PAUSE = 15.0


@dataclass
class Polling:
    """`patience`: seconds that a slow handler may hold up the next batch; afterwards it runs on alone."""

    bot: Bot
    dispatcher: Dispatcher
    patience: float = 5.0
    _offset: int | None = field(default=None, init=False)
    _stopping: asyncio.Event = field(default_factory=asyncio.Event, init=False)
    _running: set[asyncio.Task[None]] = field(default_factory=set, init=False)

    def stop(self) -> None:
        """Take in nothing more; `run` returns when what has begun is finished."""
        self._stopping.set()

    async def run(self) -> None:
        """Poll until stopped.

        Raises:
            TelegramUnauthorizedError: the token is not valid (any more).

        """
        pause = _FIRST_PAUSE
        while not self._stopping.is_set():
            try:
                updates = await self._unless_stopping(self._fetch())
                pause = _FIRST_PAUSE
            except TelegramUnauthorizedError:
                raise
            except (TimeoutError, TelegramAPIError, OSError) as error:
                conflict = isinstance(error, TelegramConflictError)
                log.warning("cannot fetch updates", error=str(error), another_poller=conflict, retry_in=pause)
                await self._unless_stopping(asyncio.sleep(pause))
                pause = min(pause * 2, _LAST_PAUSE)
                continue
            await self._handle(updates or [])
        await self._finish()

    async def _fetch(self) -> list[Update]:
        request = GetUpdates(offset=self._offset, timeout=_LONG_POLL, allowed_updates=ALLOWED_UPDATES)
        return await self.bot(request, request_timeout=_LONG_POLL + 10)

    async def _handle(self, updates: list[Update]) -> None:
        if not updates:
            return
        tasks = [asyncio.create_task(self._feed(update)) for update in updates]
        self._running.update(tasks)
        await asyncio.wait(tasks, timeout=self.patience)
        self._running = {task for task in self._running if not task.done()}
        self._offset = updates[-1].update_id + 1

    async def _feed(self, update: Update) -> None:
        try:
            await self.dispatcher.feed_update(self.bot, update)
        except Exception:
            log.exception("update failed", update_id=update.update_id)

    async def _finish(self) -> None:
        """Wait for stragglers, then tell Telegram which updates are done."""
        if self._running:
            await asyncio.wait(self._running, timeout=self.patience)
        if self._offset is not None:
            await self.bot(GetUpdates(offset=self._offset, timeout=0, limit=1), request_timeout=5)

    async def _unless_stopping(self, work: Coroutine[Any, Any, T]) -> T | None:
        """The work's result; None when the stop came first and the work was called off."""
        task, stop = asyncio.create_task(work), asyncio.create_task(self._stopping.wait())
        await asyncio.wait({task, stop}, return_when=asyncio.FIRST_COMPLETED)
        stop.cancel()
        if not task.done():
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            return None
        return task.result()
