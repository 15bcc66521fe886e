"""One update of one player: who it is, what they see, and the inventory behind it."""

from dataclasses import dataclass, replace
from typing import Any

import structlog

from apps.game_core.modules.inventory.errors import InventoryUnavailableError
from apps.game_core.modules.inventory.inventory_gateway import InventoryGateway
from bot.choices import BackpackChoice, remember
from bot.menu import Menu
from bot.players import Player
from bot.states import Lobby
from bot.views.fitting import fit
from bot.views.screen import Notice, Screen
from bot.views.screens import Screens
from bot.views.ui import Ui

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Visit:
    player: Player
    gateway: InventoryGateway
    ui: Ui
    screens: Screens
    menu: Menu

    @property
    def char_id(self) -> int:
        return self.player.char_id

    @property
    def choice(self) -> BackpackChoice:
        return self.screens.choice

    async def choose(self, choice: BackpackChoice) -> Screens:
        """Remember what the player wants to see; returns the screens that follow it."""
        if choice != self.choice:
            await remember(self.menu.state, choice)
        return replace(self.screens, choice=choice)

    async def leave_game(self) -> bool:
        """Write the inventory and leave. False: it could not be written yet and waits for the worker."""
        try:
            await self.gateway.sync_inventory(self.char_id, leaving=True)
        except InventoryUnavailableError as error:
            log.warning("inventory not written on leaving", char_id=self.char_id, error=repr(error))
            return False
        finally:
            await self.menu.state.set_state(Lobby.away)
        return True

    async def tell(self, template: str, **values: Any) -> None:
        """A message of its own, beside the menu; what is too long is cut."""
        await self.menu.tell(fit(self.ui.html(template, **values)))

    async def show(self, screen: Screen, notice: Notice | None = None) -> None:
        await self.menu.show(screen, notice)
