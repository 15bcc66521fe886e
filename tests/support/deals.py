"""Two players at a table, as they sit there: by what the trade is asked through the router."""

from dataclasses import dataclass
from typing import Any

from apps.game_core.modules.trade.contracts import (
    Confirm,
    Invite,
    Lay,
    LayCoins,
    Leave,
    LookAtTable,
    Sit,
    TableView,
    TakeAway,
)
from tests.support.seats import rich
from tests.support.world import World


@dataclass
class Deal:
    """`first` has laid bread and 30 coins, `second` ore."""

    world: World
    first: int
    second: int
    trade: int

    @property
    def both(self) -> tuple[int, int]:
        return self.first, self.second

    async def ask(self, context: Any, by: World | None = None) -> Any:
        return await (by or self.world).core.router.ask(context)

    async def look(self, char_id: int, by: World | None = None) -> TableView:
        view: TableView = await self.ask(LookAtTable(char_id, self.trade), by)
        return view

    async def confirm(self, char_id: int, shown: int | None = None, by: World | None = None) -> TableView:
        """What is shown now, or was `shown` before."""
        if shown is None:
            shown = (await self.look(char_id, by)).fingerprint
            assert shown is not None
        view: TableView = await self.ask(Confirm(char_id, shown, self.trade), by)
        return view

    async def lay(self, char_id: int, base_id: str) -> TableView:
        item = await self.world.item(char_id, base_id)
        view: TableView = await self.ask(Lay(char_id, item.id, self.trade))
        return view

    async def take_away(self, char_id: int, base_id: str) -> TableView:
        item = await self.world.item(char_id, base_id)
        view: TableView = await self.ask(TakeAway(char_id, item.id, self.trade))
        return view

    async def coins(self, char_id: int, coins: int) -> TableView:
        view: TableView = await self.ask(LayCoins(char_id, coins, self.trade))
        return view

    async def leave(self, char_id: int) -> bool:
        return bool(await self.ask(Leave(char_id)))


async def bare(world: World, first: int | None = None, second: int | None = None) -> Deal:
    """Both sit there, and nothing lies on the table."""
    one = await rich(world) if first is None else first
    two = await rich(world) if second is None else second
    trade = (await world.core.router.ask(Invite(one))).trade
    await world.core.router.ask(Sit(two, trade, one))
    return Deal(world, one, two, trade)


async def dealing(world: World, first: int | None = None, second: int | None = None) -> Deal:
    deal = await bare(world, first, second)
    await deal.lay(deal.first, "bread")
    await deal.coins(deal.first, 30)
    await deal.lay(deal.second, "iron_ore")
    return deal
