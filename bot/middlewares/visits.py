"""Gives handlers the player who taps or writes, their screens and their menu, as one `Visit`.

Nobody gets a character by the way: only a handler with the flag `BIRTH` makes one, before all others the
player is told that there is none, or that the menu is somebody else's. Whoever was deleted stays so, whatever
they write or tap.
"""

from collections.abc import Awaitable, Callable
from html import escape
from typing import Any

import structlog
from aiogram import BaseMiddleware, Bot
from aiogram.dispatcher.flags import get_flag
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message, TelegramObject, User

from apps.game_core.modules.inventory.errors import InventoryUnavailableError
from apps.game_core.modules.inventory.inventory_gateway import InventoryGateway
from bot.endings import Ending, ends
from bot.menus.board import MenuBoard
from bot.menus.menu import Menu
from bot.outgoing.courtesies import Courtesies
from bot.places import author_of, is_anonymous, is_forwarded_command, place_of
from bot.players.characters import Player, Players
from bot.players.choices import recalled
from bot.players.user_states import CHARACTER
from bot.players.visit import Visit
from bot.views.refusals import refusal
from bot.views.screen import Notice
from bot.views.screens import Screens
from bot.views.ui import Uis

log = structlog.get_logger(__name__)

Handler = Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]]
BIRTH = "birth"


class VisitMiddleware(BaseMiddleware):
    """Wraps handlers: what none of them takes, like chatter in a group, is nobody's visit."""

    def __init__(
        self,
        gateway: InventoryGateway,
        players: Players,
        uis: Uis,
        board: MenuBoard,
        courtesies: Courtesies,
    ) -> None:
        self._gateway = gateway
        self._players = players
        self._uis = uis
        self._board = board
        self._courtesies = courtesies

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        if not isinstance(event, Message | CallbackQuery):
            return None
        menu, user = self._menu(event, data["bot"], data["state"]), author_of(event)
        if user is None:
            ends(Ending.REFUSED)
            await self._tell_nobody(event, menu)
            return None
        menu.update_id = getattr(data.get("event_update"), "update_id", 0)
        told = self._uis.translations.choose(user.language_code)
        if menu.place.chat_id != user.id:  # in private there is nowhere else to say it
            menu.unshown = escape(self._uis.of(told).notice("cannot_write"), quote=False)
        if is_forwarded_command(event):
            ends(Ending.REFUSED)
            await menu.say(Notice(self._uis.of(told).notice("forwarded")))
            return None
        kept = await data["state"].get_data()
        believed = kept.get(CHARACTER)
        try:
            player = await self._player(user, told, believed, born=bool(get_flag(data, BIRTH)))
        except InventoryUnavailableError as error:
            log.warning("player not loaded", user_id=user.id, error=repr(error))
            ends(Ending.UNAVAILABLE)
            await menu.say(refusal(self._uis.of(told), error))
            return None
        if player is None:
            ends(Ending.REFUSED)
            foreign = getattr(data.get("callback_data"), "owner", user.id) != user.id
            why = "not_yours" if foreign else "no_character"
            await menu.say(Notice(self._uis.of(told).notice(why), alert=True))
            return None
        ui = self._uis.of(self._uis.translations.choose(player.language))
        # What was kept for another character has nothing to say to this one.
        theirs = believed in (None, player.char_id)
        screens = Screens(ui, user.id, recalled(kept if theirs else {}))
        state = data["raw_state"] if theirs else None
        data["visit"] = Visit(player, self._gateway, data["core_router"], ui, screens, menu, state)
        return await handler(event, data)

    async def _player(self, user: User, language: str, believed: int | None, *, born: bool) -> Player | None:
        if born:
            return await self._players.ensure(user, language, believed)
        return await self._players.visiting(user.id, believed)

    async def _tell_nobody(self, event: Message | CallbackQuery, menu: Menu) -> None:
        """Whoever writes as a group or channel has no character, and gets a word; bots get nothing."""
        if is_anonymous(event):
            nobody = self._uis.of(self._uis.translations.choose(None))
            await menu.say(Notice(nobody.notice("anonymous")))

    def _menu(self, event: Message | CallbackQuery, bot: Bot, state: FSMContext) -> Menu:
        query = event if isinstance(event, CallbackQuery) else None
        return Menu(bot, self._board, self._courtesies, state, place_of(event), query)
