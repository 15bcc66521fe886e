"""Long polling that loses no tap: an update is confirmed only after its handler has finished.

aiogram's own loop confirms an update while its handler still runs and cancels running handlers when it
stops. Here a killed bot gets the unconfirmed updates again (the operation ids make that harmless), and a
stopped one finishes what it has begun.

Nobody waits for a slow handler: while one runs, the messenger is asked again and again for what came after
its update, and answers at once with everything that is unconfirmed, a hundred updates at most.
"""

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeVar

import structlog
from aiogram import Bot, Dispatcher
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramAPIError,
    TelegramConflictError,
    TelegramRetryAfter,
    TelegramUnauthorizedError,
)
from aiogram.methods import GetUpdates
from aiogram.types import Update

from bot.incoming.intake import Identity, Intake, identity_of
from bot.incoming.reading import read_each
from bot.incoming.shelf import NoShelf, Shelf
from bot.lanes import Lanes
from bot.process.factory import ALLOWED_UPDATES

log = structlog.get_logger(__name__)

T = TypeVar("T")
_LONG_POLL = 25
_FIRST_PAUSE = 0.5
_LAST_PAUSE = 15.0
_BATCH = 100  # so many updates the messenger sends at once
_FIRST_RECHECK = 0.02
_LAST_RECHECK = 0.1
_MOST_OPEN = 1_000  # with so many unfinished the messenger may keep the others for us
_LAST_WORDS = 5
_FAILURES = (TimeoutError, TelegramAPIError, ClientDecodeError, OSError)


@dataclass
class Polling:
    """`patience`: seconds that handlers get to finish when it stops.

    `_sent` is what the messenger sent last, and so has not seen confirmed. Its ids are compared with each
    other only: they may start again lower, or jump.
    """

    bot: Bot
    dispatcher: Dispatcher
    patience: float = 5.0
    intake: Intake | None = None
    shelf: Shelf = field(default_factory=NoShelf)
    _taking: Intake = field(init=False)
    _stopping: asyncio.Event = field(default_factory=asyncio.Event, init=False)
    _sent: list[Update] = field(default_factory=list, init=False)
    _aside: set[Identity] = field(default_factory=set, init=False)
    _recheck: float = field(default=_FIRST_RECHECK, init=False)
    _chores: Lanes = field(default_factory=partial(Lanes, 1), init=False)

    def __post_init__(self) -> None:
        self._taking = Intake(self.bot, self.dispatcher) if self.intake is None else self.intake

    def stop(self) -> None:
        """Take in nothing more; `run` returns when what has begun is finished."""
        self._stopping.set()

    async def run(self) -> None:
        """Poll until stopped.

        Raises:
            TelegramUnauthorizedError: the token is not valid (any more).

        """
        for left in await self.shelf.content():
            self._taking.take(left)
            self._forget_when_done(left)
        pause = _FIRST_PAUSE
        while not self._stopping.is_set():
            try:
                sent = await self._unless_stopping(self._fetch())
                pause = _FIRST_PAUSE
            except TelegramUnauthorizedError:
                raise
            except _FAILURES as error:
                conflict = isinstance(error, TelegramConflictError)
                wait = max(pause, error.retry_after if isinstance(error, TelegramRetryAfter) else 0)
                told = {"error": _in_words(error), "another_poller": conflict, "retry_in": wait}
                log.warning("cannot fetch updates", **told)
                await self._unless_stopping(asyncio.sleep(wait))
                pause = min(pause * 2, _LAST_PAUSE)
                continue
            if sent is not None:
                self._sent = sent
                await self._handle()
        await self._finish()

    async def _fetch(self) -> list[Update]:
        request = GetUpdates(offset=self._offset(), timeout=_LONG_POLL, allowed_updates=ALLOWED_UPDATES)
        try:
            return await self.bot(request, request_timeout=_LONG_POLL + 10)
        except ClientDecodeError as error:
            return read_each(error, self.bot)

    def _offset(self) -> int | None:
        """Before this the messenger may forget what it sent; None while there is nothing to forget.

        Where ids do not rise, one of them does not say what came before it: all is confirmed, or nothing.
        """
        ids = [each.update_id for each in self._sent]
        held = [each.update_id for each in self._held()]
        if not ids or held[:1] == ids[:1] or (held and ids != sorted(ids)):
            return None
        return held[0] if held else max(ids) + 1

    def _held(self) -> list[Update]:
        """What must not be confirmed yet."""
        return [
            each
            for each in self._sent
            if self._taking.unfinished(identity_of(each)) and identity_of(each) not in self._aside
        ]

    async def _handle(self) -> None:
        """Begin what is new; returns when all is finished, or when it is time to look for more."""
        news = sum([self._taking.take(each) for each in self._sent])
        stuck = not news and len(self._sent) >= _BATCH
        if stuck and self._recheck > _FIRST_RECHECK and len(self._taking) < _MOST_OPEN:
            await self._put_aside(self._held())
        self._recheck = _FIRST_RECHECK if news else min(2 * self._recheck, _LAST_RECHECK)
        open_ = [self._taking.unfinished(identity_of(each)) for each in self._held()]
        if waiting := [done for done in open_ if done]:
            await asyncio.wait(waiting, timeout=self._recheck)

    async def _put_aside(self, updates: list[Update]) -> None:
        if await self.shelf.keep(updates):
            for each in updates:
                self._forget_when_done(each)

    def _forget_when_done(self, update: Update) -> None:
        identity = identity_of(update)
        self._aside.add(identity)

        def done(ended: asyncio.Future[None]) -> None:
            self._aside.discard(identity)
            if not ended.cancelled():
                self._chores.put("shelf", partial(self.shelf.forget, update))

        if (unfinished := self._taking.unfinished(identity)) is not None:
            unfinished.add_done_callback(done)
        else:
            self._aside.discard(identity)
            self._chores.put("shelf", partial(self.shelf.forget, update))

    async def _finish(self) -> None:
        """Wait for stragglers, then tell Telegram which updates are done."""
        await self._taking.settled(self.patience)
        offset = self._offset()
        await self._taking.close()
        await self._chores.settled(_LAST_WORDS)
        await self._chores.close()
        if offset is None:
            return
        try:
            await self.bot(GetUpdates(offset=offset, timeout=0, limit=1), request_timeout=_LAST_WORDS)
        except _FAILURES as error:
            log.warning("what is done is not confirmed, and will come again", error=_in_words(error))

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


def _in_words(error: Exception) -> str:
    """What could not be decoded is not repeated: players wrote it."""
    return f"not legible: {error.message}" if isinstance(error, ClientDecodeError) else str(error)
