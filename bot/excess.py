"""What becomes of updates that are too many: a word, and nothing else."""

from dataclasses import dataclass
from html import escape

from aiogram import Bot
from aiogram.enums import ChatType
from aiogram.types import Update

from bot.courtesies import Courtesies
from bot.menu_board import MenuBoard
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
        user = event.from_user if event else None
        if user is None:
            return
        text = self.uis.of(self.uis.translations.choose(user.language_code)).notice("too_fast")
        if update.callback_query:
            self.courtesies.answer(self.bot, update.callback_query, Notice(text, alert=True))
        elif update.message and update.message.chat.type == ChatType.PRIVATE:
            self._tell(user.id, text)

    def _tell(self, user_id: int, text: str) -> None:
        if self.courtesies.is_news((user_id, user_id), text):
            self.board.tell(self.bot, user_id, escape(text, quote=False))
