"""What becomes of updates that are too many: a word, and nothing else."""

from dataclasses import dataclass
from html import escape

from aiogram import Bot
from aiogram.enums import ChatType
from aiogram.types import Update

from bot.menus.board import MenuBoard
from bot.outgoing.courtesies import Courtesies
from bot.outgoing.side_messages import Said
from bot.places import Place, author_of, place_of
from bot.views.screen import Notice
from bot.views.ui import Uis


@dataclass(frozen=True, slots=True)
class TurnAway:
    """Stops a tap's spinner, and tells a writer now and then; groups are not told who writes too much."""

    bot: Bot
    uis: Uis
    courtesies: Courtesies
    board: MenuBoard

    def __call__(self, update: Update) -> None:
        event = update.callback_query or update.message
        user = author_of(event) if event else None
        if event is None or user is None:
            return
        text = self.uis.of(self.uis.translations.choose(user.language_code)).notice("too_fast")
        if update.callback_query:
            self.courtesies.answer(self.bot, update.callback_query, Notice(text, alert=True))
        elif update.message and update.message.chat.type == ChatType.PRIVATE:
            self._tell(place_of(event), text)

    def _tell(self, place: Place, text: str) -> None:
        if self.courtesies.is_news((place.chat_id, place.chat_id), text):
            self.board.tell(self.bot, place, Said(escape(text, quote=False)))
