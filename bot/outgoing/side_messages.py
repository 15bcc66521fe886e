"""What is said beside the menu: in order, out of the chat's one budget, and never in a handler's time."""

import asyncio
from collections import deque
from dataclasses import dataclass

import structlog
from aiogram import Bot
from aiogram.exceptions import TelegramAPIError, TelegramRetryAfter
from aiogram.types import ForceReply, InlineKeyboardMarkup

from apps.game_core.system.nursery import Nursery
from bot.outgoing.pacing import SteadyClock
from bot.places import Place
from bot.turns.contracts import Turns

log = structlog.get_logger(__name__)

_MOST = 20
_TRIES = 3
_LONGEST_WAIT = 60.0


@dataclass(frozen=True, slots=True)
class Said:
    """A message of its own: HTML, and what comes with it.

    `elsewhere`: what is said where, when it cannot be said in its place.
    """

    html: str
    markup: InlineKeyboardMarkup | ForceReply | None = None
    elsewhere: "tuple[Place, Said] | None" = None


class SideMessages:
    """One queue a chat. What would come much too late, or is one too many, is not sent."""

    def __init__(self, turns: Turns, clock: SteadyClock) -> None:
        self._turns = turns
        self._clock = clock
        self._queues: dict[int, deque[tuple[Place, Said]]] = {}
        self._nursery = Nursery()
        self._idle = asyncio.Event()
        self._idle.set()

    def put(self, bot: Bot, place: Place, said: Said) -> None:
        """Send it soon. Returns at once."""
        chat_id = place.chat_id
        queue = self._queues.get(chat_id)
        if queue is None:
            self._queues[chat_id] = deque([(place, said)], maxlen=_MOST)
            self._idle.clear()
            self._nursery.start("messages", self._empty(bot, chat_id))
        elif len(queue) < _MOST:
            queue.append((place, said))
        else:
            log.warning("not told", chat_id=chat_id, error="too much at once")

    async def settled(self) -> None:
        await self._idle.wait()

    async def close(self) -> None:
        await self._nursery.close()

    async def _empty(self, bot: Bot, chat_id: int) -> None:
        queue = self._queues[chat_id]
        try:
            while queue:
                await self._tell(bot, *queue[0])
                queue.popleft()
        finally:
            del self._queues[chat_id]
            if not self._queues:
                self._idle.set()

    async def _tell(self, bot: Bot, place: Place, said: Said) -> None:
        chat_id = place.chat_id
        for _ in range(_TRIES):
            pause = await self._turns.spend(chat_id)
            if wait := self._turns.wait_of(chat_id):
                if wait > _LONGEST_WAIT:
                    break
                await self._clock.sleep(wait)
                continue
            if pause:
                await self._clock.sleep(pause)
            try:
                await bot.send_message(text=said.html, reply_markup=said.markup, **place.for_sending)
            except TelegramRetryAfter as error:
                await self._turns.flooded(chat_id, error.retry_after)
            except TelegramAPIError as error:
                log.warning("not told", chat_id=chat_id, error=str(error))
                if instead := _instead_of(place, said):
                    self.put(bot, *instead)
                return
            else:
                return
        log.warning("not told", chat_id=chat_id, error="the chat must be left alone")


def _instead_of(place: Place, said: Said) -> tuple[Place, Said] | None:
    """A question would be answered where nobody has asked."""
    if said.elsewhere or place.person in (None, place.chat_id) or isinstance(said.markup, ForceReply):
        return said.elsewhere
    return Place(place.person), said
