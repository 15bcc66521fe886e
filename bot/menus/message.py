"""How a screen gets into a chat: the player's live menu message is edited, or replaced by a new one."""

import json
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from secrets import token_hex

import structlog
from aiogram import Bot
from aiogram.enums import ChatType
from aiogram.exceptions import TelegramAPIError, TelegramBadRequest, TelegramMigrateToChat
from aiogram.fsm.context import FSMContext
from aiogram.types import Chat, InlineKeyboardMarkup, Message

from bot.outgoing.edits import EditMenu
from bot.places import Place
from bot.players.user_states import field_of, kept_in
from bot.turns.contracts import Claim
from bot.views.screen import Screen

log = structlog.get_logger(__name__)

Key = tuple[int, int]
MENU = "menu"
_MESSAGE = "message_id"
_PLACE = "place"
_UNCHANGED = "message is not modified"


@dataclass(frozen=True, slots=True)
class Order:
    """A screen for a player's menu in a chat; `message` is the one that was tapped, as it was then.

    `farewell`: the last one of a player who goes; nothing is remembered of the menu afterwards. `unshown`:
    what the player is told in private when it cannot be shown.
    """

    bot: Bot
    state: FSMContext
    place: Place
    screen: Screen
    message: Message | None = None
    update_id: int = 0
    farewell: bool = False
    unshown: str = ""
    parked: bool = False
    ticket: str = field(default_factory=lambda: token_hex(8))

    @property
    def chat_id(self) -> int:
        return self.place.chat_id

    @property
    def key(self) -> Key:
        return self.chat_id, self.state.key.user_id

    @property
    def memory(self) -> FSMContext:
        """Where the menu's message id is kept, apart from what handlers write."""
        return FSMContext(self.state.storage, replace(self.state.key, destiny=MENU))

    @property
    def claim(self) -> Claim:
        seen = self.screen.fingerprint if self._is_seen else ""
        return Claim(
            *self.key,
            self.ticket,
            version=self.screen.version,
            update_id=self.update_id,
            seen=seen,
            parked=self.parked,
            anew=self.message is None,
            memory=field_of(self.memory.key),
        )

    @property
    def _is_seen(self) -> bool:
        """Whether the tapped message showed the screen already when it was tapped."""
        message, screen = self.message, self.screen
        # The text last: aiogram puts its tags together again, letter by letter.
        return (
            message is not None
            and message.reply_markup == screen.keyboard
            and message.html_text == screen.text
        )

    def after(self, waiting: "Order | None") -> "Order":
        """This one instead of one that waits; a new message that was asked for is still sent."""
        wants_new = waiting is not None and waiting.message is None
        return self.anew() if wants_new else self

    def anew(self) -> "Order":
        """The same in a new message."""
        return replace(self, message=None)

    def packed(self) -> bytes:
        """All that another process needs to draw the screen."""
        keyboard, message = self.screen.keyboard, self.message
        content = {
            "ticket": self.ticket,
            "text": self.screen.text,
            "keyboard": keyboard and keyboard.model_dump(mode="json", exclude_none=True),
            "message": message and [message.message_id, message.chat.type],
            "farewell": self.farewell,
            "place": self.place.packed(),
            "unshown": self.unshown,
        }
        return json.dumps(content, ensure_ascii=False).encode()


def unpacked(content: bytes, bot: Bot, state: FSMContext) -> Order:
    """A parked screen as an order again. Raises ValueError, KeyError or TypeError for what is none."""
    given = json.loads(content)
    keyboard, chat_id, message = given["keyboard"], state.key.chat_id, given["message"]
    return Order(
        bot,
        state,
        Place.unpacked(chat_id, given["place"]),
        Screen(given["text"], keyboard and InlineKeyboardMarkup.model_validate(keyboard)),
        message and _message(chat_id, *message),
        farewell=given["farewell"],
        unshown=given["unshown"],
        parked=True,
        ticket=given["ticket"],
    )


def _message(chat_id: int, message_id: int, kind: str) -> Message:
    return Message(
        message_id=message_id, date=datetime.fromtimestamp(0, UTC), chat=Chat(id=chat_id, type=kind)
    )


async def put(order: Order, memory: bytes | None = None) -> Order | None:
    """Edit or send. Returns what is to be done instead, if the message cannot be edited any more.

    `memory`: what is kept of the menu, if that has been read. Raises what the messenger says.
    """
    kept = await order.memory.get_data() if memory is None else kept_in(memory)
    live, message = kept.get(_MESSAGE), order.message
    if not order.place.known and _PLACE in kept:
        order = replace(order, place=Place.unpacked(order.chat_id, kept[_PLACE]))
    if message is None or (message.chat.type != ChatType.PRIVATE and message.message_id != live):
        # In a group a message that is not this player's own menu may be somebody else's.
        await _send(order, live)
    elif not await _edited(order, message):
        return order.anew()
    elif live != message.message_id:
        await _replace(order, live, message.message_id)
    return None


async def forget(order: Order) -> None:
    await order.memory.set_data({})


async def _edited(order: Order, message: Message) -> bool:
    try:
        await order.bot(
            EditMenu(
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
