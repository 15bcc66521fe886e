"""The trade: two players lay things on a table, confirm the same, and have what the other laid."""

from dataclasses import dataclass
from typing import Self

from apps.game_core.modules.inventory.contracts import (
    FindDone,
    Item,
    ItemDetails,
    Perform,
    SplitStack,
    well_formed,
)
from apps.game_core.modules.inventory.errors import ItemNotFoundError
from apps.game_core.modules.inventory.keeping_errors import NotEnoughCoinsError
from apps.game_core.modules.inventory.tables import Half, OwnHalf
from apps.game_core.modules.trade.confirming import Confirming
from apps.game_core.modules.trade.contracts import (
    Confirm,
    Invite,
    Lay,
    LayCoins,
    LayPart,
    Leave,
    LookAtLaid,
    LookAtTable,
    Sit,
    TableView,
    TakeAway,
)
from apps.game_core.modules.trade.drawing import Drawing
from apps.game_core.modules.trade.errors import NotTradableError, TableFullError
from apps.game_core.modules.trade.exchanging import Exchanging
from apps.game_core.modules.trade.halves import MAX_LAID
from apps.game_core.modules.trade.oversight import TradeOversight
from apps.game_core.modules.trade.seating import Seating
from apps.game_core.modules.trade.tradable import to_lay
from apps.game_core.system.core_router import CoreRouter
from apps.game_core.value import replace


@dataclass(frozen=True, slots=True)
class TradeService:
    seating: Seating
    confirming: Confirming

    @classmethod
    def over(cls, exchange: Exchanging) -> Self:
        drawing = Drawing(exchange.router, exchange.unit_of_work)
        return cls(exchange.seating, Confirming(exchange.seating, exchange, drawing))

    def register(self, router: CoreRouter) -> None:
        router.register(Invite, well_formed(self.invite))
        router.register(Sit, well_formed(self.sit))
        router.register(Lay, well_formed(self.lay))
        router.register(LayPart, well_formed(self.lay_part))
        router.register(TakeAway, well_formed(self.take_away))
        router.register(LayCoins, well_formed(self.lay_coins))
        router.register(Confirm, well_formed(self.confirm))
        router.register(Leave, well_formed(self.leave))
        router.register(LookAtTable, well_formed(self.look))
        router.register(LookAtLaid, well_formed(self.look_at_laid))
        TradeOversight(self.confirming.exchange).register(router)

    async def invite(self, context: Invite) -> TableView:
        trade = await self.seating.invite(context.char_id, context.partner)
        return await self.confirming.look(context.char_id, trade)

    async def sit(self, context: Sit) -> TableView:
        await self.seating.sit(context.char_id, context.trade, context.inviter)
        return await self.confirming.look(context.char_id, context.trade)

    async def lay(self, context: Lay) -> TableView:
        def laid(own: OwnHalf, half: Half) -> Half:
            if any(item.id == context.item_id for item in half.items):
                return half
            return replace(half, items=(*half.items, _one_more(own, half, context.item_id)))

        trade = await self.seating.change(context.char_id, context.trade, laid)
        return await self.confirming.look(context.char_id, trade)

    async def lay_part(self, context: LayPart) -> TableView:
        router = self.seating.router
        own = await self.seating.own(context.char_id)
        try:
            _one_more(own, self.seating.require(own, context.trade), context.item_id)
        except (TableFullError, NotTradableError, ItemNotFoundError):
            # What was set apart before may lie there by now, and be what fills the table.
            if await router.ask(FindDone(context.char_id, context.op_id)) is None:
                raise
        wish = SplitStack(item_id=context.item_id, quantity=context.quantity)
        apart = (await router.ask(Perform(context.char_id, wish, context.op_id))).new_item
        return await self.lay(Lay(context.char_id, apart.id, context.trade))

    async def take_away(self, context: TakeAway) -> TableView:
        def without(_: OwnHalf, half: Half) -> Half:
            return replace(half, items=tuple(item for item in half.items if item.id != context.item_id))

        trade = await self.seating.change(context.char_id, context.trade, without)
        return await self.confirming.look(context.char_id, trade)

    async def lay_coins(self, context: LayCoins) -> TableView:
        def with_coins(own: OwnHalf, half: Half) -> Half:
            if context.coins > own.coins:
                raise NotEnoughCoinsError(context.coins, own.coins)
            return replace(half, coins=context.coins)

        trade = await self.seating.change(context.char_id, context.trade, with_coins)
        return await self.confirming.look(context.char_id, trade)

    async def confirm(self, context: Confirm) -> TableView:
        return await self.confirming.confirm(context.char_id, context.fingerprint, context.trade)

    async def leave(self, context: Leave) -> bool:
        return await self.seating.leave(context.char_id, context.trade)

    async def look(self, context: LookAtTable) -> TableView:
        return await self.confirming.look(context.char_id, context.trade)

    async def look_at_laid(self, context: LookAtLaid) -> ItemDetails:
        own = await self.seating.own(context.char_id)
        self.seating.require(own, None)
        mine, theirs = await self.seating.sides(own)
        laid = (*mine.half.items, *(theirs.half.items if theirs else ()))
        item = next((item for item in laid if item.id == context.item_id), None)
        if item is None:
            raise ItemNotFoundError(context.item_id)
        return own.bag.card(item)


def _one_more(own: OwnHalf, half: Half, item_id: int) -> Item:
    """Raises TableFullError, and what `to_lay` raises."""
    if len(half.items) >= MAX_LAID:
        raise TableFullError(MAX_LAID)
    return to_lay(own, item_id)
