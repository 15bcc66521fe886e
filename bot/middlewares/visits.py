"""Gives handlers the player who taps or writes, their screens and their menu, as one `Visit`."""

from collections.abc import Awaitable, Callable
from typing import Any

from aiogram import BaseMiddleware, Bot
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message, TelegramObject, User

from apps.game_core.modules.inventory.inventory_gateway import InventoryGateway
from bot.menu import Menu
from bot.players import Players
from bot.views.screens import Screens
from bot.views.ui import Uis
from bot.visit import Visit

Handler = Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]]


class VisitMiddleware(BaseMiddleware):
    def __init__(self, gateway: InventoryGateway, players: Players, uis: Uis) -> None:
        self._gateway = gateway
        self._players = players
        self._uis = uis

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        user: User | None = getattr(event, "from_user", None)
        if user is None or user.is_bot:
            return None
        player = await self._players.ensure(user, self._uis.translations.choose(user.language_code))
        ui = self._uis.of(self._uis.translations.choose(player.language))
        menu = _menu(event, user, data["bot"], data["state"])
        data["visit"] = Visit(player, self._gateway, ui, Screens(ui, user.id), menu)
        return await handler(event, data)


def _menu(event: TelegramObject, user: User, bot: Bot, state: FSMContext) -> Menu:
    if isinstance(event, CallbackQuery):
        return Menu(bot, state, event.message.chat.id if event.message else user.id, event)
    return Menu(bot, state, event.chat.id if isinstance(event, Message) else user.id)
