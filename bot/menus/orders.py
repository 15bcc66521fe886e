"""A screen on its way into a player's menu, and the same as bytes, for other processes."""

import json
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from secrets import token_hex

from aiogram import Bot
from aiogram.fsm.context import FSMContext
from aiogram.types import Chat, InlineKeyboardMarkup, Message

from bot.places import Place
from bot.players.user_states import field_of
from bot.turns.contracts import Claim
from bot.views.screen import Screen, have_the_same_buttons

Key = tuple[int, int]
MENU = "menu"


@dataclass(frozen=True, slots=True)
class Order:
    """A screen for a player's menu in a chat; `message` is the one that was tapped, as it was then.

    `farewell`: the last one of a player who goes; nothing is remembered of the menu afterwards. `unshown`:
    what the player is told in private when it cannot be shown. `unasked`: nobody has tapped for it, so it
    goes into the menu that is there, or nowhere.
    """

    bot: Bot
    state: FSMContext
    place: Place
    screen: Screen
    message: Message | None = None
    update_id: int = 0
    farewell: bool = False
    unshown: str = ""
    unasked: bool = False
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
        seen = self.screen.fingerprint if self.unasked or self._is_seen else ""
        return Claim(
            *self.key,
            self.ticket,
            version=self.screen.version,
            update_id=self.update_id,
            seen=seen,
            parked=self.parked,
            anew=self.wants_new,
            memory=field_of(self.memory.key),
        )

    @property
    def wants_new(self) -> bool:
        """Whether it is to come in a new message."""
        return self.message is None and not self.unasked

    @property
    def _is_seen(self) -> bool:
        """Whether the tapped message showed the screen already when it was tapped."""
        message, screen = self.message, self.screen
        # The text last: aiogram puts its tags together again, letter by letter.
        return (
            message is not None
            and have_the_same_buttons(message.reply_markup, screen.keyboard)
            and message.html_text == screen.text
        )

    def after(self, waiting: "Order | None") -> "Order":
        """This one instead of one that waits; a new message that was asked for is still sent."""
        if waiting is not None and self.unasked and not waiting.unasked:
            return replace(self, message=waiting.message, unasked=False)
        return self.anew() if waiting is not None and waiting.wants_new else self

    def anew(self) -> "Order":
        """The same in a new message."""
        return replace(self, message=None, unasked=False)

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
            "unasked": self.unasked,
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
        message and message_in(chat_id, *message),
        farewell=given["farewell"],
        unshown=given["unshown"],
        unasked=given.get("unasked", False),  # the last release knows none
        parked=True,
        ticket=given["ticket"],
    )


def message_in(chat_id: int, message_id: int, kind: str) -> Message:
    """As much of a message as it takes to edit it."""
    return Message(
        message_id=message_id, date=datetime.fromtimestamp(0, UTC), chat=Chat(id=chat_id, type=kind)
    )
