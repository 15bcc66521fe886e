"""Live menu messages: one a player and chat, edited in place, sent anew when that cannot be.

Edits share a narrow budget at Telegram, so no handler waits for one: while a menu is being drawn or waits for
its chat's turn, only the latest of the screens that come for it is kept.
"""

import asyncio
from collections import OrderedDict
from dataclasses import dataclass, replace

import structlog
from aiogram import Bot
from aiogram.enums import ChatType
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramAPIError,
    TelegramBadRequest,
    TelegramForbiddenError,
    TelegramMigrateToChat,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramServerError,
)
from aiogram.fsm.context import FSMContext
from aiogram.types import Message

from apps.game_core.system.nursery import Nursery
from bot.pacing import Clock, LoopClock, Pacer
from bot.views.screen import Screen

log = structlog.get_logger(__name__)

Key = tuple[int, int]
MENU = "menu"
_MESSAGE = "message_id"
_UNCHANGED = "message is not modified"
_REMEMBERED = 10_000
_TRIES = 4
_AGAIN_AFTER = 0.5


@dataclass(frozen=True, slots=True)
class Order:
    """A screen for a player's menu in a chat; `message` is the one that was tapped, as it was then."""

    bot: Bot
    state: FSMContext
    chat_id: int
    screen: Screen
    message: Message | None = None

    @property
    def key(self) -> Key:
        return self.chat_id, self.state.key.user_id

    @property
    def memory(self) -> FSMContext:
        """Where the menu's message id is kept, apart from what handlers write."""
        return FSMContext(self.state.storage, replace(self.state.key, destiny=MENU))


class MenuBoard:
    def __init__(self, clock: Clock | None = None) -> None:
        self._pacer = Pacer(clock or LoopClock())
        self._waiting: dict[Key, Order | None] = {}
        self._drawn: OrderedDict[Key, int] = OrderedDict()
        self._nursery = Nursery()
        self._idle = asyncio.Event()
        self._idle.set()

    def put(self, order: Order) -> None:
        """Draw the screen soon. Returns at once."""
        if order.key in self._waiting:
            self._waiting[order.key] = _merged(self._waiting[order.key], order)
        elif not self._is_drawn(order):
            self._waiting[order.key] = order
            self._idle.clear()
            self._nursery.start("menu", self._draw(order.key))

    def spend(self, chat_id: int) -> None:
        """Something else is sent to the chat, out of the same budget."""
        self._pacer.spend(chat_id)

    async def settled(self, within: float) -> None:
        """Wait until everything is drawn, but not forever: a screen that is lost is drawn by the next tap."""
        try:
            await asyncio.wait_for(self._idle.wait(), within)
        except TimeoutError:
            log.warning("menus left undrawn", count=len(self._waiting))

    async def close(self) -> None:
        await self._nursery.close()

    async def _draw(self, key: Key) -> None:
        try:
            failures = 0
            while self._waiting[key]:
                await self._pacer.turn(key[0])
                order, self._waiting[key] = self._waiting[key], None
                if order is None or await self._deliver(order):
                    failures = 0
                    continue
                failures += 1
                await self._pacer.clock.sleep(_AGAIN_AFTER * failures)
                if failures < _TRIES:
                    self._waiting[key] = self._waiting[key] or order
        finally:
            del self._waiting[key]
            if not self._waiting:
                self._idle.set()

    async def _deliver(self, order: Order) -> bool:
        """False: the messenger was not reached or did not take it now, and may take it later."""
        self._drawn.pop(order.key, None)  # what is shown is not known until it has answered
        try:
            await self._edit_or_send(order)
        except TelegramForbiddenError:
            # Blocked or thrown out: the player has left, and leaving writes the inventory.
            await order.state.set_state(None)
        except (TelegramNetworkError, TelegramServerError, TelegramRetryAfter, ClientDecodeError) as error:
            log.warning("menu not drawn yet", chat_id=order.chat_id, error=str(error))
            return False
        except TelegramAPIError as error:
            log.warning("menu not drawn", chat_id=order.chat_id, error=str(error))
        return True

    async def _edit_or_send(self, order: Order) -> None:
        live = await order.memory.get_value(_MESSAGE)
        message = order.message
        if message is None or (message.chat.type != ChatType.PRIVATE and message.message_id != live):
            # In a group a message that is not this player's own menu may be somebody else's.
            await self._send(order, live)
        elif not await _edited(order, message):
            await self._pacer.turn(order.chat_id)
            await self._send(order, live)
        else:
            self._remember(order)
            if live != message.message_id:
                await self._replace(order, live, message.message_id)

    async def _send(self, order: Order, live: int | None) -> None:
        try:
            sent = await _sent(order, order.chat_id)
        except TelegramMigrateToChat as moved:
            sent = await _sent(order, moved.migrate_to_chat_id)
        self._remember(order)
        await self._replace(order, live, sent.message_id)

    async def _replace(self, order: Order, old: int | None, new: int) -> None:
        await order.memory.update_data({_MESSAGE: new})
        if old is None:
            return
        try:
            await order.bot.delete_message(order.chat_id, old)
        except TelegramAPIError as error:
            # Too old to delete, or gone: its buttons still answer.
            log.debug("old menu stays", reason=str(error))

    def _is_drawn(self, order: Order) -> bool:
        """Whether the tapped message shows the screen already, and nothing was drawn since the tap."""
        message = order.message
        if message is None or order.screen != Screen(message.html_text, message.reply_markup):
            return False
        return self._drawn.get(order.key) == order.screen.fingerprint

    def _remember(self, order: Order) -> None:
        self._drawn[order.key] = order.screen.fingerprint
        self._drawn.move_to_end(order.key)
        if len(self._drawn) > _REMEMBERED:
            self._drawn.popitem(last=False)


def _merged(waiting: Order | None, latest: Order) -> Order:
    """The latest screen; a new message that was asked for is still sent."""
    wants_new = waiting is not None and waiting.message is None
    return replace(latest, message=None) if wants_new else latest


async def _edited(order: Order, message: Message) -> bool:
    try:
        await order.bot.edit_message_text(
            order.screen.text,
            chat_id=message.chat.id,
            message_id=message.message_id,
            reply_markup=order.screen.keyboard,
        )
    except TelegramBadRequest as error:
        if _UNCHANGED in error.message.lower():
            return True
        log.info("menu cannot be edited, sending a new one", reason=error.message)
        return False
    return True


async def _sent(order: Order, chat_id: int) -> Message:
    return await order.bot.send_message(chat_id, order.screen.text, reply_markup=order.screen.keyboard)
