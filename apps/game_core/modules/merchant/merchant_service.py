"""What the merchant shows, and which deals there are."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import structlog

from apps.game_core.modules.inventory.contracts import (
    Belongings,
    LookAtBackpack,
    LookAtBelongings,
    LookAtJunk,
    LookAtRoom,
    well_formed,
)
from apps.game_core.modules.inventory.errors import InventoryUnavailableError, ItemNotFoundError
from apps.game_core.modules.items.contracts import Ware
from apps.game_core.modules.merchant import prices
from apps.game_core.modules.merchant.buying import Buying
from apps.game_core.modules.merchant.contracts import (
    Buy,
    BuyBack,
    LookAtMerchant,
    LookAtRepairs,
    LookAtSellable,
    LookAtSold,
    LookAtStack,
    LookAtWare,
    LookAtWares,
    MendAll,
    MendOne,
    Purse,
    Repairs,
    Sell,
    Sellable,
    SellJunk,
    SoldLot,
    SoldLots,
    StackCard,
    Stall,
    WareCard,
    WaresView,
    WareView,
)
from apps.game_core.modules.merchant.errors import NotForSaleError, WareGoneError
from apps.game_core.modules.merchant.ports import CatalogProvider, StockKeeper, Supply
from apps.game_core.modules.merchant.purchases import Purchases
from apps.game_core.modules.merchant.reckoning import Reckoning, described, new_pieces
from apps.game_core.modules.merchant.repairing import Repairing
from apps.game_core.modules.merchant.sales import Sales
from apps.game_core.modules.merchant.selling import Selling
from apps.game_core.modules.merchant.till import Till
from apps.game_core.system.core_router import CoreRouter

log = structlog.get_logger(__name__)

_HALF = 2


@dataclass(frozen=True, slots=True)
class MerchantService:
    router: CoreRouter
    stock: StockKeeper
    catalog: CatalogProvider

    def register(self) -> Purchases:
        """Returns what has to be looked after now and then."""
        till, purchases = Till(self.router, self.catalog), Purchases(self.router, self.stock)
        buying = Buying(till, purchases, Sales(self.router))
        selling, repairing = Selling(till), Repairing(till)
        self.router.register(LookAtMerchant, well_formed(self.look))
        self.router.register(LookAtWares, well_formed(self.wares))
        self.router.register(LookAtWare, well_formed(self.ware))
        self.router.register(LookAtSellable, well_formed(self.sellable))
        self.router.register(LookAtStack, well_formed(self.stack))
        self.router.register(LookAtRepairs, well_formed(self.repairs))
        self.router.register(LookAtSold, well_formed(self.sold))
        self.router.register(Buy, well_formed(buying.buy))
        self.router.register(Sell, well_formed(selling.sell))
        self.router.register(SellJunk, well_formed(selling.sell_junk))
        self.router.register(MendOne, well_formed(repairing.mend_one))
        self.router.register(MendAll, well_formed(repairing.mend_all))
        self.router.register(BuyBack, well_formed(buying.buy_back))
        return purchases

    async def look(self, context: LookAtMerchant) -> Stall:
        seen = await self._seen(context.char_id)
        junk = None
        if any(placed.item.junk for placed in seen.belongings.items):
            marked = await self.router.ask(LookAtJunk(context.char_id))
            junk = seen.junk_offer({item.id for item in marked.items})
        return Stall(_purse(seen.belongings), junk, seen.repair_offer())

    async def wares(self, context: LookAtWares) -> WaresView:
        seen = await self._seen(context.char_id)
        return WaresView(_purse(seen.belongings), tuple(await self._shown(self.catalog.current.wares)))

    async def ware(self, context: LookAtWare) -> WareCard:
        wares = [each for each in self.catalog.current.wares if prices.key(each.base_id) == context.ware]
        shown = next(iter(await self._shown(wares)), None)
        if shown is None:
            raise WareGoneError
        seen = await self._seen(context.char_id)
        room = await self.router.ask(LookAtRoom(context.char_id, shown.piece.base_id))
        most = min(room, seen.belongings.coins // shown.price)
        if shown.left is not None:
            most = min(most, shown.left)
        kind = seen.catalog.entries[shown.piece.base_id]
        return WareCard(_purse(seen.belongings), shown, kind, room, most)

    async def sellable(self, context: LookAtSellable) -> Sellable:
        page = await self.router.ask(LookAtBackpack(context.char_id, context.query))
        seen = await self._seen(context.char_id)
        placed = {each.item.id: each for each in seen.belongings.items}
        worth = {row.id: seen.worth(placed[row.id]) for row in page.items if row.id in placed}
        return Sellable(_purse(seen.belongings), page, worth)

    async def stack(self, context: LookAtStack) -> StackCard:
        seen = await self._seen(context.char_id)
        placed = seen.placed(context.item_id)
        if placed is None:
            raise ItemNotFoundError(context.item_id)
        if obstacle := seen.worth(placed).obstacle:
            raise NotForSaleError(obstacle)
        item = placed.item
        amounts = sorted({1, max(1, item.quantity // _HALF), item.quantity})
        brought = {amount: seen.brings(item, amount) for amount in amounts}
        pieces = described(item, item.quantity, seen.catalog)
        return StackCard(_purse(seen.belongings), item.id, pieces, brought)

    async def repairs(self, context: LookAtRepairs) -> Repairs:
        seen = await self._seen(context.char_id)
        return Repairs(_purse(seen.belongings), tuple(seen.repairs()), seen.repair_offer())

    async def sold(self, context: LookAtSold) -> SoldLots:
        last = await Sales(self.router).last(context.char_id)
        seen = await self._seen(context.char_id)
        lots = tuple(
            SoldLot(lot.key, described(lot.item, lot.quantity, seen.catalog), lot.price, lot.at)
            for lot, back in last
            if back is None and not prices.is_new_by_now(lot.item, seen.catalog.get(lot.item.base_id))
        )
        return SoldLots(_purse(seen.belongings), lots)

    async def _seen(self, char_id: int) -> Reckoning:
        return Reckoning(self.catalog.current, await self.router.ask(LookAtBelongings(char_id)))

    async def _shown(self, wares: tuple[Ware, ...] | list[Ware]) -> Iterator[WareView]:
        supplies: Mapping[str, Supply] = {}
        try:
            if any(each.stock is not None for each in wares):
                supplies = await self.stock.supplies(wares)
        except InventoryUnavailableError as error:
            log.warning("limited wares not shown", error=repr(error))
        there = (each for each in wares if each.stock is None or each.base_id in supplies)
        return (self._view(each, supplies.get(each.base_id)) for each in there)

    def _view(self, ware: Ware, supply: Supply | None) -> WareView:
        piece = new_pieces(ware.base_id, 1, self.catalog.current)
        entry = self.catalog.current.entries[ware.base_id]
        key, price = prices.key(ware.base_id), prices.cost(entry, 1)
        if supply is None:
            return WareView(key, piece, price)
        return WareView(key, piece, price, supply.left, supply.restocks_in)


def _purse(belongings: Belongings) -> Purse:
    return Purse(belongings.coins, belongings.version, belongings.stamp)
