"""How a screen gets into a chat: the player's live menu message is edited, or replaced by a new one."""

from dataclasses import replace

import structlog
from aiogram.enums import ChatType
from aiogram.exceptions import TelegramAPIError, TelegramBadRequest, TelegramMigrateToChat
from aiogram.types import Message

from bot.menus.orders import Order, message_in
from bot.outgoing.edits import EditMenu
from bot.places import Place
from bot.players.user_states import kept_in
from bot.unchecked import made

log = structlog.get_logger(__name__)

_MESSAGE = "message_id"
_PLACE = "place"
_UNCHANGED = "message is not modified"


class NoMenuThereError(Exception):
    """The player has no menu in the chat that could be edited."""


async def put(order: Order, memory: bytes | None = None) -> Order | None:
    """Edit or send. Returns what is to be done instead, if the message cannot be edited any more.

    `memory`: what is kept of the menu, if that has been read. Raises NoMenuThereError for a screen that
    nobody asked for, and what the messenger says.
    """
    kept = await order.memory.get_data() if memory is None else kept_in(memory)
    live, message = kept.get(_MESSAGE), order.message
    if order.unasked:
        message = _menu_there(order, live)
    if not order.place.known and _PLACE in kept:
        order = replace(order, place=Place.unpacked(order.chat_id, kept[_PLACE]))
    if message is None or (message.chat.type != ChatType.PRIVATE and message.message_id != live):
        # In a group a message that is not this player's own menu may be somebody else's.
        await _send(order, live)
    elif not await _edited(order, message):
        if order.unasked:
            raise NoMenuThereError
        return order.anew()
    elif live != message.message_id:
        await _replace(order, live, message.message_id)
    return None


def _menu_there(order: Order, live: int | None) -> Message:
    if live is None:
        raise NoMenuThereError
    kind = ChatType.PRIVATE if order.chat_id == order.state.key.user_id else ChatType.GROUP
    return message_in(order.chat_id, live, kind)


async def forget(order: Order) -> None:
    await order.memory.set_data({})


async def _edited(order: Order, message: Message) -> bool:
    try:
        await order.bot(
            made(
                EditMenu,
                text=order.screen.text,
                message_id=message.message_id,
                reply_markup=order.screen.keyboard,
                **order.place.for_editing,
            )
        )
    except TelegramBadRequest as error:
        if _UNCHANGED in error.message.lower():
            return True
        log.info("menu cannot be edited, sending a new one", reason=error.message)
        return False
    return True


async def _send(order: Order, live: int | None) -> None:
    try:
        sent = await _sent(order, order.place)
    except TelegramMigrateToChat as moved:
        sent = await _sent(order, order.place.moved_to(moved.migrate_to_chat_id))
    await _replace(order, live, sent.message_id)


async def _sent(order: Order, place: Place) -> Message:
    screen = order.screen
    return await order.bot.send_message(text=screen.text, reply_markup=screen.keyboard, **place.for_sending)


async def _replace(order: Order, old: int | None, new: int) -> None:
    place = {_PLACE: order.place.packed()} if order.place.topic or order.place.direct_topic else {}
    await order.memory.set_data({_MESSAGE: new} | place)
    if old is None:
        return
    try:
        await order.bot.delete_message(order.chat_id, old)
    except TelegramAPIError as error:
        # Too old to delete, or gone: its buttons still answer.
        log.debug("old menu stays", reason=str(error))
