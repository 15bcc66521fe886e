"""One run of the whole bot process: opened on the stores, fed with updates, closed or killed."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiogram.methods import GetUpdates
from aiogram.types import Update

from apps.game_core.settings import CoreSettings
from apps.game_core.system.nursery import Nursery
from bot.process.factory import ALLOWED_UPDATES
from bot.process.lifetime import drain
from bot.running import Process, open_process
from telegram_sandbox.in_process import InProcessSession
from telegram_sandbox.world.world import World
from tools.walk.trail import Trail, on
from tools.walk.witness import Witness

TOKEN = "1000:walk-token-walk-token-walk-token-walk"  # noqa: S105 - opens nothing
_DRAWING = 5.0
_HANDLING = 10.0
_BETWEEN_TAPS = 5.0  # in a walk's own time: nobody who writes so rarely is left without an answer


class Hasty:
    """Time for players who never wait: whoever sleeps is awake at once, and it is later then."""

    def __init__(self) -> None:
        self._now = 0.0

    def now(self) -> float:
        return self._now

    async def sleep(self, seconds: float) -> None:
        self.advance(seconds)
        await asyncio.sleep(0)

    def advance(self, seconds: float) -> None:
        self._now += seconds


@dataclass(slots=True)
class Stage:
    """`trail_of` tells whose walk a user is on. As in `Polling`, what was not finished is delivered again."""

    process: Process
    nursery: Nursery
    witness: Witness
    trail_of: Callable[[int], Trail]
    clock: Hasty
    _offset: int | None = field(default=None, init=False)

    async def take(self, doubled: frozenset[int] = frozenset()) -> None:
        """Handle all updates there are, at once, and the `doubled` ones twice."""
        self.clock.advance(_BETWEEN_TAPS)
        request = GetUpdates(offset=self._offset, timeout=0, allowed_updates=ALLOWED_UPDATES)
        updates = await self.process.bot(request)
        fed = [each for each in updates for _ in range(1 + (each.update_id in doubled))]
        await self._handled({asyncio.create_task(self._feed(update)) for update in fed})
        await self.process.courtesies.settled(_DRAWING)
        if updates:
            self._offset = updates[-1].update_id + 1

    async def settle(self) -> None:
        await self.process.settled(_DRAWING)

    async def rest(self) -> None:
        """Let the worker deliver what still waits, and then nothing more."""
        await self.nursery.close()
        for _ in range(2):
            for chore in self.process.core.worker.chores:
                await chore.round()

    async def finish(self) -> None:
        """Tell Telegram which updates are done."""
        await self.process.bot(GetUpdates(offset=self._offset, timeout=0, limit=1))

    async def kill(self, turns: int) -> None:
        """Die in the middle of handling updates, after some turns of the event loop."""
        handling = asyncio.create_task(self.take())
        for _ in range(turns):
            await asyncio.sleep(0)
        self.witness.deaf = True
        await self.process.bot.session.close()
        handling.cancel()
        await asyncio.gather(handling, return_exceptions=True)
        await self.process.courtesies.close()
        await self.process.board.close()

    async def _handled(self, handlers: set[asyncio.Task[None]]) -> None:
        """Whatever still runs after a time is a finding; when we are cancelled, handlers are, too."""
        try:
            await _ended(handlers)
            for task in (task for task in handlers if not task.done()):
                self.witness.loose.found(f"a handler hangs in {_where(task)}")
        finally:
            for task in handlers:
                task.cancel()
            await _ended(handlers)
            for task in (task for task in handlers if not task.done()):
                self.witness.loose.found(f"a handler does not end in {_where(task)}")

    async def _feed(self, update: Update) -> None:
        trail = self.trail_of(_user_of(update))
        with on(trail):
            try:
                await self.process.dispatcher.feed_update(self.process.bot, update)
            except Exception as error:  # noqa: BLE001 - whatever it is, it is a finding
                trail.found(f"the dispatcher raised {error!r}")


@asynccontextmanager
async def open_stage(
    settings: CoreSettings, world: World, witness: Witness, trail_of: Callable[[int], Trail]
) -> AsyncIterator[Stage]:
    """The process with its worker, as `run_bot` has them; it drains unless it was killed."""
    witness.deaf = False
    session, clock = InProcessSession(world), Hasty()
    async with open_process(settings, TOKEN, "", session=session, clock=clock) as process:
        session.middleware(witness)
        nursery = Nursery()
        nursery.start("sync worker", process.core.worker.run())
        nursery.start("events", process.core.events.run())
        yield Stage(process, nursery, witness, trail_of, clock)
        await nursery.close()
        if not witness.deaf:
            await drain(process.core, settings.shutdown_sync_timeout)


def _user_of(update: Update) -> int:
    event = update.callback_query or update.message
    user = event.from_user if event else None
    return user.id if user else 0


async def _ended(tasks: set[asyncio.Task[None]]) -> None:
    if tasks:
        await asyncio.wait(tasks, timeout=_HANDLING)


def _where(task: asyncio.Task[None]) -> str:
    """The innermost frames of what the task waits for."""
    frames = list[str]()
    waiting: object = task.get_coro()
    while frame := getattr(waiting, "cr_frame", None):
        frames.append(f"{frame.f_code.co_qualname}:{frame.f_lineno}")
        waiting = getattr(waiting, "cr_await", None)
    return " < ".join(reversed(frames[-8:]))
