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
_BATCH = 100  # so many updates the messenger sends at once
_RECHECK = 0.25


@dataclass
class Polling:
    """`patience`: seconds that a slow handler may hold up the next batch; afterwards it runs on alone.

    `_running` has the unfinished updates by id, `_done` the finished ones that cannot be confirmed yet.
    """

    bot: Bot
    dispatcher: Dispatcher
    patience: float = 5.0
    _offset: int | None = field(default=None, init=False)
    _stopping: asyncio.Event = field(default_factory=asyncio.Event, init=False)
    _running: dict[int, asyncio.Task[None]] = field(default_factory=dict, init=False)
    _done: set[int] = field(default_factory=set, init=False)

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
        fresh = [each for each in updates if each.update_id not in self._running.keys() | self._done]
        begun = {each.update_id: asyncio.create_task(self._feed(each)) for each in fresh}
        self._running |= begun
        if begun:
            await asyncio.wait(begun.values(), timeout=self.patience)
        elif self._running:
            # What is not confirmed is sent again and again: look less often than it comes.
            await asyncio.wait(self._running.values(), timeout=_RECHECK, return_when=asyncio.FIRST_COMPLETED)
        crowded = len(updates) >= _BATCH and not fresh
        self._settle(updates[-1].update_id if crowded else 0)

    def _settle(self, given_up: int = 0) -> None:
        """Confirm up to the first update that is not finished.

        Up to `given_up` in any case: a batch full of unfinished ones would keep all others out.
        """
        finished = {number for number, task in self._running.items() if task.done()}
        self._done |= finished
        self._running = {number: task for number, task in self._running.items() if number not in finished}
        if known := self._done | self._running.keys():
            unfinished = (number for number in self._running if number > given_up)
            self._offset = max(self._offset or 0, min(unfinished, default=max(known) + 1))
            self._done = {number for number in self._done if number >= self._offset}

    async def _feed(self, update: Update) -> None:
        try:
            await self.dispatcher.feed_update(self.bot, update)
        except Exception:
            log.exception("update failed", update_id=update.update_id)

    async def _finish(self) -> None:
        """Wait for stragglers, then tell Telegram which updates are done."""
        if self._running:
            await asyncio.wait(self._running.values(), timeout=self.patience)
            self._settle()
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
