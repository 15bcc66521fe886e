"""One user's way through the screens, for the camera."""

from collections.abc import Mapping
from dataclasses import dataclass

from aiogram.filters.callback_data import CallbackData

from apps.game_core.modules.inventory.contracts import InventoryView
from bot.callbacks.buttons import Do, Open, ScreenName
from bot.callbacks.makers import Acts, Opens
from bot.running import Process
from bot.views.ui import Ui
from telegram_sandbox.client import Player, SandboxClient


@dataclass(frozen=True, slots=True)
class Walk:
    """Taps by intent, whatever the buttons are called."""

    client: SandboxClient
    process: Process
    user_id: int

    language: str

    @property
    def ui(self) -> Ui:
        return self.process.uis.of(self.language)

    @property
    def player(self) -> Player:
        return Player(self.client, self.user_id)

    async def say(self, text: str) -> None:
        await self.player.send(text)
        await self.player.menu()

    async def tap(self, data: CallbackData) -> None:
        menu = await self.player.menu()
        await self.client.tap(self.user_id, self.user_id, menu.message_id, data.pack())

    @property
    def opens(self) -> Opens:
        return Opens(self.user_id)

    async def open(self, screen: ScreenName, item: int = 0, page: int = 0) -> None:
        await self.tap(Open(screen=screen, owner=self.user_id, item=item, page=page))

    async def acts(self) -> Acts:
        """On the inventory as it is now."""
        reader = await self.process.core.gateway.open(await self.char_id())
        return Acts(self.user_id, reader.stamp)

    async def view(self) -> InventoryView:
        return await self.process.core.gateway.view(await self.char_id())

    async def char_id(self) -> int:
        player = await self.process.players.find(self.user_id)
        if player is None:
            raise LookupError(self.user_id)
        return player.char_id

    async def dress(self) -> Mapping[str, int]:
        """Enter the game, put on some things, fill a quick slot; item ids by kind."""
        await self.say("/start")
        view = await self.view()
        ids = {item.base_id: item.id for item in view.backpack}
        for base_id in ("iron_sword", "iron_shield", "leather_armor", "copper_ring"):
            await self.tap((await self.acts()).item(Do.EQUIP, ids[base_id]))
        await self.tap((await self.acts()).quick_slot(Do.TO_QUICK, ids["health_potion"], 0))
        return ids
