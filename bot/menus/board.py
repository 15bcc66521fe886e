"""Live menu messages: one a player and chat, edited in place, sent anew when that cannot be.

Edits share a narrow budget at Telegram, so no handler waits for one: while a menu is being drawn or waits for
its chat's turn, only the latest of the screens that come for it is kept, by whichever process of the bot they
come. What has to wait long is put by where all processes find it.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import structlog
from aiogram import Bot
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramAPIError,
    TelegramForbiddenError,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramServerError,
)

from apps.game_core.system.nursery import Nursery
from bot.menus import message as menu_message
from bot.menus.message import NoMenuThereError
from bot.menus.orders import Key, Order
from bot.outgoing.pacing import LoopClock, SteadyClock, pause
from bot.outgoing.side_messages import Said, SideMessages
from bot.places import Place
from bot.turns.contracts import Claim, Draw, Past, Turns, Wait
from bot.turns.local import LocalTurns

log = structlog.get_logger(__name__)

_TRIES = 4
_AGAIN_AFTER = 0.5
_PARKED_FROM = 5.0
_SURE_AFTER = 30.0
_DRAWN_AT_ONCE = 0.0


@dataclass(slots=True)
class _Desk:
    """One menu's work in this process: the screen that comes next, if any."""

    order: Order | None
    newer: asyncio.Event = field(default_factory=asyncio.Event)
    resting: bool = False
    failures: int = 0
    drawing: Order | None = None

    def take(self, order: Order) -> None:
        self.order = order.after(self.order)
        self.resting = False
        self.newer.set()

    def drop(self, order: Order) -> None:
        if self.order is order:
            self.order = None

    def failed(self, order: Order) -> None:
        self.failures += 1
        if self.failures < _TRIES:
            self.give_back(order)

    def give_back(self, order: Order) -> None:
        self.order = order if self.order is None else self.order.after(order)


class MenuBoard:
    """`turns` are shared with other processes, or are this one's alone."""

    def __init__(self, clock: SteadyClock | None = None, turns: Turns | None = None) -> None:
        self._clock = clock or LoopClock()
        self.turns = turns or LocalTurns(self._clock)
        self._desks: dict[Key, _Desk] = {}
        self._beside = SideMessages(self.turns, self._clock)
        self._nursery = Nursery()
        self._idle = asyncio.Event()
        self._idle.set()

    def put(self, order: Order) -> None:
        """Draw the screen soon. Returns at once."""
        if desk := self._desks.get(order.key):
            desk.take(order)
        else:
            self._desks[order.key] = desk = _Desk(order)
            self._idle.clear()
            self._nursery.start("menu", self._draw(order.key, desk))

    def put_again(self, order: Order) -> None:
        """Draw a screen that was put by, unless something newer is at work here."""
        if order.key not in self._desks:
            self.put(order)

    def tell(self, bot: Bot, place: Place, said: Said) -> None:
        """Send a message of its own soon. Returns at once."""
        self._beside.put(bot, place, said)

    @property
    def busy(self) -> bool:
        """Whether anything is at work that does not wait for the clock."""
        return any(not desk.resting for desk in self._desks.values())

    async def settled(self, within: float) -> None:
        """Wait until everything is drawn and told, but not forever."""
        try:
            async with asyncio.timeout(within):
                await self._idle.wait()
                await self._beside.settled()  # what cannot be drawn is told of
        except TimeoutError:
            log.warning("menus left undrawn", count=len(self._desks))

    async def close(self) -> None:
        """What is not drawn yet is left to other processes, if there may be any."""
        for desk in tuple(self._desks.values()):
            if order := desk.order or desk.drawing:
                await self.turns.park(order.claim, order.packed(), _DRAWN_AT_ONCE)
        await self._beside.close()
        await self._nursery.close()

    async def _draw(self, key: Key, desk: _Desk) -> None:
        try:
            while order := desk.order:
                await self._step(desk, order)
        finally:
            del self._desks[key]
            if not self._desks:
                self._idle.set()

    async def _step(self, desk: _Desk, order: Order) -> None:
        desk.newer.clear()
        claim = order.claim
        match await self.turns.ask(claim):
            case Past():
                desk.drop(order)
            case Wait(seconds):
                await self._wait(desk, order, seconds)
            case Draw(unsure, anew, memory):
                desk.drop(order)
                if unsure:
                    # Whoever wakes up and draws what it had, too late, has this one drawn over it.
                    await self.turns.park(claim, order.packed(), _SURE_AFTER)
                await self._deliver(desk, order.anew() if anew else order, claim, memory)

    async def _wait(self, desk: _Desk, order: Order, seconds: float) -> None:
        """Nothing sleeps here for long, if there is a place to put the screen by."""
        if seconds > _PARKED_FROM and await self.turns.park(order.claim, order.packed(), seconds):
            desk.drop(order)
            return
        desk.resting = not desk.newer.is_set()
        await pause(self._clock, seconds, desk.newer)
        desk.resting = False

    async def _deliver(self, desk: _Desk, order: Order, claim: Claim, memory: bytes | None) -> None:
        drawn = ""
        desk.drawing = order
        try:
            async with self._kept(claim):
                if await self._is_put(desk, order, memory):
                    drawn = order.screen.fingerprint
        finally:
            await self.turns.done(claim, drawn)
        desk.drawing = None
        if drawn and order.farewell:
            await menu_message.forget(order)
            await self.turns.forget(order.state.key.user_id)
        if desk.failures:
            await self._clock.sleep(_AGAIN_AFTER * desk.failures)

    async def _is_put(self, desk: _Desk, order: Order, memory: bytes | None) -> bool:
        """False: what is shown is something else or unknown; what can still be done waits at the desk."""
        try:
            instead = await menu_message.put(order, memory)
        except NoMenuThereError:
            instead = None
        except (TelegramNetworkError, TelegramServerError, ClientDecodeError) as error:
            log.warning("menu not drawn yet", chat_id=order.chat_id, error=str(error))
            desk.failed(order)
            return False
        except TelegramForbiddenError:
            # Blocked or thrown out: the player has left, and leaving writes the inventory.
            await order.state.set_state(None)
            instead = None
        except TelegramRetryAfter as error:
            await self.turns.flooded(order.chat_id, error.retry_after)
            instead = order
        except TelegramAPIError as error:
            # A closed topic, a group in which we may not write, a thread that is gone.
            log.warning("menu not drawn", chat_id=order.chat_id, error=str(error))
            self._tell_in_private(order)
            instead = None
        else:
            desk.failures = 0
            if instead is None:
                return True
        if instead is not None:
            desk.give_back(instead)
        desk.failures = 0
        return False

    def _tell_in_private(self, order: Order) -> None:
        person = order.state.key.user_id
        if order.unshown and person != order.chat_id:
            self.tell(order.bot, Place(person), Said(order.unshown))

    @asynccontextmanager
    async def _kept(self, claim: Claim) -> AsyncIterator[None]:
        """Other processes know that we are still at it; by the real time, which networks need."""
        nursery = Nursery()
        every = self.turns.keep_every
        # Most are drawn long before: then there is no task to be made, switched to and called off.
        begin = asyncio.get_running_loop().call_later(
            every, lambda: nursery.start("menu kept", self._keep(claim, every))
        )
        try:
            yield
        finally:
            begin.cancel()
            await nursery.close()

    async def _keep(self, claim: Claim, every: float) -> None:
        while True:
            await self.turns.keep(claim)
            await asyncio.sleep(every)
