"""One update of one player: who it is, what they see, and the inventory behind it."""

import time
from collections.abc import Coroutine
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import structlog
from aiogram.fsm.state import State
from aiogram.types import ForceReply, InlineKeyboardMarkup

from apps.game_core.modules.inventory.contracts import Outcome, Result, Wish
from apps.game_core.modules.inventory.errors import InventoryUnavailableError
from apps.game_core.modules.inventory.inventory_gateway import InventoryGateway
from apps.game_core.modules.trade.contracts import LookAtTable, NoTableError, TableState, TableView
from apps.game_core.modules.training.contracts import FightView, GiveUpFight, LookAtFight, NoFightError
from apps.game_core.system.core_router import CoreRouter
from bot.menus.menu import Menu
from bot.players.characters import Player
from bot.players.choices import BackpackChoice, remember
from bot.players.states import TRADING_STATES, Lobby, Trading, Training
from bot.players.tables import link_to, looks_at
from bot.views.fitting import fit
from bot.views.screen import Notice, Screen
from bot.views.screens import Screens
from bot.views.trading import TradeScreens
from bot.views.ui import Ui

log = structlog.get_logger(__name__)
R = TypeVar("R", bound=Result)


@dataclass(frozen=True, slots=True)
class Visit:
    """`state` is the player's as the update found it."""

    player: Player
    gateway: InventoryGateway
    router: CoreRouter
    ui: Ui
    screens: Screens
    menu: Menu
    state: str | None

    @property
    def char_id(self) -> int:
        return self.player.char_id

    @property
    def choice(self) -> BackpackChoice:
        return self.screens.choice

    @property
    def trading(self) -> TradeScreens:
        return TradeScreens(self.ui, self.screens.owner, self.screens.choice)

    def speaking(self, player: Player, ui: Ui) -> "Visit":
        """The same visit in another language."""
        return replace(self, player=player, ui=ui, screens=replace(self.screens, ui=ui))

    def perform(self, wish: Wish[R], op_id: str) -> Coroutine[Any, Any, Outcome[R]]:
        return self.gateway.perform(self.char_id, wish, op_id=op_id)

    async def choose(self, choice: BackpackChoice) -> Screens:
        """Remember what the player wants to see; returns the screens that follow it."""
        if choice != self.choice:
            await remember(self.menu.state, choice)
        return replace(self.screens, choice=choice)

    async def home(self, *, new: bool = False) -> Screen:
        """Where a player comes back to: the fight that goes on, or else the lobby."""
        fight = await self.fight()
        return await self.lobby(new=new) if fight is None else self.screens.fight(fight)

    async def lobby(self, *, new: bool = False) -> Screen:
        """The player is in the lobby from now on, and a search is over."""
        await self.choose(self.choice.with_search(""))
        if self.state != Lobby.idle.state:
            await self.menu.state.set_state(Lobby.idle)
        return self.screens.lobby(self.player.character, new=new)

    async def fight(self) -> FightView | None:
        """The fight that goes on."""
        if self.state != Training.fighting.state:
            return None
        try:
            view = await self.router.ask(LookAtFight(self.char_id))
        except NoFightError:
            return None
        return None if view.fight.is_over else view

    async def at_table(self, state: State = Trading.sitting) -> None:
        """That is where the player is from now on."""
        if self.state != state.state:
            await self.menu.state.set_state(state)

    async def table(self, view: TableView) -> Screen:
        """The player looks at it, or at how it ended."""
        await self.at_table()
        return self.trading.table(view, await link_to(self.menu.bot, view), time.time())

    async def table_or_home(self, trade: int | None = None) -> Screen:
        """The table as it is now, or how it ended; without `trade` the one they sit at, if any."""
        try:
            view = await self.router.ask(LookAtTable(self.char_id, trade))
        except NoTableError:
            return await self.home()
        is_gone = trade is None and view.state is TableState.LEFT
        return await self.home() if is_gone else await self.table(view)

    async def leave_game(self) -> bool:
        """Give up a fight, write the inventory and leave.

        False: it could not be written yet and waits for the worker.
        """
        await self.choose(self.choice.with_search(""))
        try:
            await self.router.ask(GiveUpFight(self.char_id))
            await self.gateway.sync_inventory(self.char_id, leaving=True)
        except InventoryUnavailableError as error:
            log.warning("inventory not written on leaving", char_id=self.char_id, error=repr(error))
            return False
        finally:
            await self.menu.state.set_state(Lobby.away)
        return True

    async def tell(
        self, template: str, markup: InlineKeyboardMarkup | ForceReply | None = None, **values: Any
    ) -> None:
        """A message of its own, beside the menu; what is too long is cut. No buttons are no markup."""
        if isinstance(markup, InlineKeyboardMarkup) and not markup.inline_keyboard:
            markup = None
        self.menu.tell(fit(self.ui.html(template, **values)), markup)

    async def ask(self, template: str, placeholder: str) -> None:
        """A question of its own that only this player shall answer; its `user` is to be mentioned in it."""
        self.menu.ask(self.ui.html(template, user=self.player), placeholder)

    async def show(self, screen: Screen, notice: Notice | None = None) -> None:
        """Who sees a table is shown what becomes of it, until they see something else."""
        if screen.table or self.state in TRADING_STATES:
            await looks_at(self.menu.state, screen.table)
        await self.menu.show(screen, notice)
