"""One update's access to the player's live menu message."""

from dataclasses import dataclass, field
from html import escape

from aiogram import Bot
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, ForceReply, InlineKeyboardMarkup, Message

from bot.menus.board import MenuBoard
from bot.menus.orders import Order
from bot.outgoing.courtesies import Courtesies
from bot.outgoing.side_messages import Said
from bot.places import Place
from bot.views.screen import Notice, Screen


@dataclass(slots=True)
class Menu:
    """With a `query` the answer and the edit leave together. Nothing here waits for the messenger.

    `unshown` is what the player is told in private when a screen cannot be shown in the chat.
    """

    bot: Bot
    board: MenuBoard
    courtesies: Courtesies
    state: FSMContext
    place: Place
    query: CallbackQuery | None = None
    update_id: int = 0
    unshown: str = ""
    answered: bool = field(default=False, init=False)

    async def show(self, screen: Screen, notice: Notice | None = None, *, farewell: bool = False) -> None:
        """Stop the button's spinner; the board puts the screen into the live message meanwhile.

        After a `farewell` nothing is remembered of the player's menus.
        """
        tapped = self.query.message if self.query else None
        message = tapped if isinstance(tapped, Message) else None
        if notice and self.query is None:
            screen = screen.under(notice)
        order = Order(
            self.bot,
            self.state,
            self.place,
            screen,
            message,
            update_id=self.update_id,
            farewell=farewell,
            unshown=self.unshown,
        )
        await self.answer(notice)
        self.board.put(order)

    async def say(self, notice: Notice) -> None:
        """Tell the player something and leave the menu as it is; not again what was said a moment ago."""
        if self.query is not None:
            await self.answer(notice)
        elif self.courtesies.is_news((self.place.chat_id, self.state.key.user_id), notice.text):
            self.tell(escape(notice.text, quote=False))

    def tell(self, html: str, markup: InlineKeyboardMarkup | ForceReply | None = None) -> None:
        """A message of its own; the menu stays what and where it is."""
        self.board.tell(self.bot, self.place, Said(html, markup))

    def ask(self, html: str, placeholder: str) -> None:
        """A question to this player, to be replied to; not again what was asked a moment ago."""
        if self.courtesies.is_news((self.place.chat_id, self.state.key.user_id), html):
            self.tell(html, ForceReply(selective=True, input_field_placeholder=placeholder))

    def take_back(self, question: Message) -> None:
        """A question of the bot's own that was answered need not stand there any longer."""
        self.courtesies.take_back(self.bot, question)

    async def answer(self, notice: Notice | None = None) -> None:
        """Stop the button's spinner, once."""
        if self.query is None or self.answered:
            return
        self.answered = True
        self.courtesies.answer(self.bot, self.query, notice)
