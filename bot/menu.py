"""The player's one live menu message: edited in place, sent anew when it cannot be."""

import asyncio
from dataclasses import dataclass, field

import structlog
from aiogram import Bot
from aiogram.exceptions import TelegramAPIError, TelegramBadRequest
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from bot.views.screen import Notice, Screen

log = structlog.get_logger(__name__)

_MENU = "menu_message_id"
_UNCHANGED = "message is not modified"
_LATE = "query is too old"


@dataclass(slots=True)
class Menu:
    """One update's access to the menu. With a `query` the answer and the edit leave together."""

    bot: Bot
    state: FSMContext
    chat_id: int
    query: CallbackQuery | None = None
    answered: bool = field(default=False, init=False)

    async def show(self, screen: Screen, notice: Notice | None = None) -> None:
        """Put a screen into the live menu message and stop the button's spinner."""
        message = self.query.message if self.query else None
        if isinstance(message, Message):
            await asyncio.gather(self.answer(notice), self._edit(message, screen))
        else:
            await asyncio.gather(self.answer(notice), self._send(screen))

    async def answer(self, notice: Notice | None = None) -> None:
        """Stop the button's spinner, once; a query that is too old is nobody's fault."""
        if self.query is None or self.answered:
            return
        self.answered = True
        text, alert = (notice.text, notice.alert) if notice else (None, None)
        try:
            await self.bot.answer_callback_query(self.query.id, text=text, show_alert=alert)
        except TelegramBadRequest as error:
            if _LATE not in error.message.lower():
                raise

    async def _edit(self, message: Message, screen: Screen) -> None:
        if screen == Screen(message.html_text, message.reply_markup):
            return
        try:
            await self.bot.edit_message_text(
                screen.text,
                chat_id=message.chat.id,
                message_id=message.message_id,
                reply_markup=screen.keyboard,
            )
        except TelegramBadRequest as error:
            if _UNCHANGED not in error.message.lower():
                log.info("menu cannot be edited, sending a new one", reason=error.message)
                await self._send(screen)

    async def _send(self, screen: Screen) -> None:
        old = await self.state.get_value(_MENU)
        sent = await self.bot.send_message(self.chat_id, screen.text, reply_markup=screen.keyboard)
        await self.state.update_data({_MENU: sent.message_id})
        if old is not None:
            await self._remove(old)

    async def _remove(self, message_id: int) -> None:
        try:
            await self.bot.delete_message(self.chat_id, message_id)
        except TelegramAPIError as error:
            # Too old to delete, or gone: its buttons still answer, they just do not stay in step.
            log.debug("old menu stays", reason=str(error))
