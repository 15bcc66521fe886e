"""Buying what is for sale, and buying back what was sold."""

from dataclasses import dataclass

from apps.game_core.modules.inventory.contracts import AddItem, Answered, Batch, BatchResult, TakeCoins
from apps.game_core.modules.inventory.errors import InvalidInputError
from apps.game_core.modules.inventory.keeping_errors import NotEnoughCoinsError
from apps.game_core.modules.items.contracts import CatalogEntry
from apps.game_core.modules.merchant import prices
from apps.game_core.modules.merchant.contracts import Bargain, Buy, BuyBack
from apps.game_core.modules.merchant.errors import PriceChangedError, SoldOnError, WareGoneError
from apps.game_core.modules.merchant.ports import BOUGHT, Purchase
from apps.game_core.modules.merchant.purchases import Purchases
from apps.game_core.modules.merchant.sales import Lot, Sales
from apps.game_core.modules.merchant.till import Till

_MOST_PIECES = 10_000


@dataclass(frozen=True, slots=True)
class Buying:
    till: Till
    purchases: Purchases
    sales: Sales

    async def buy(self, context: Buy) -> Bargain:
        if not 1 <= context.quantity <= _MOST_PIECES:
            raise InvalidInputError("quantity", context.quantity)
        catalog, op_id = self.till.catalog.current, f"{BOUGHT}{context.order}"
        ware = next((each for each in catalog.wares if prices.key(each.base_id) == context.ware), None)
        entry = catalog.get(ware.base_id) if ware else None
        if ware is None or entry is None:
            return await self.till.done_before(context.char_id, op_id, WareGoneError())
        if (price := prices.cost(entry, context.quantity)) != context.price:
            return await self.till.done_before(context.char_id, op_id, PriceChangedError(price))
        batch = Batch.of(
            TakeCoins(amount=price, announced=True),
            AddItem(base_id=ware.base_id, quantity=context.quantity, announced=True),
        )
        if ware.stock is None:
            return await self.till.done(context.char_id, op_id, batch, context.since)
        coins = (await self.till.seen(context.char_id)).belongings.coins
        if coins < price:  # nobody else shall wait for pieces that cannot be paid
            refusal = NotEnoughCoinsError(price, coins)
            return await self.till.done_before(context.char_id, op_id, refusal)
        order = Purchase(context.char_id, context.order, ware.base_id, context.quantity)
        return self.till.told(await self.purchases.fill(ware, ware.stock, order, batch, context.since))

    async def buy_back(self, context: BuyBack) -> Bargain:
        last, catalog = await self.sales.last(context.char_id), self.till.catalog.current
        lot, back = next(((lot, back) for lot, back in last if lot.key == context.lot), (None, None))
        if lot is None:
            raise SoldOnError
        if back is not None and isinstance(back.result, BatchResult):
            return self.till.told(Answered(back.result, repeated=True))
        entry = catalog.get(lot.item.base_id)
        if prices.is_new_by_now(lot.item, entry):
            raise SoldOnError
        paid = TakeCoins(amount=lot.price, announced=True)
        batch = Batch.of(paid, _as_it_was(lot, entry), after=lot.sale)
        return await self.till.done(context.char_id, lot.back_id, batch, lot.version)


def _as_it_was(lot: Lot, entry: CatalogEntry | None) -> AddItem:
    item = lot.item
    return AddItem(
        base_id=item.base_id,
        quantity=lot.quantity,
        rarity=item.rarity,
        affixes=item.affixes,
        durability=prices.points_now(item, entry) if entry else None,
        announced=True,
    )
