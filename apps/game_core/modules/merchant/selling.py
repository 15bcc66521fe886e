"""Selling pieces of a stack, and all junk at once."""

from dataclasses import dataclass

from apps.game_core.modules.inventory.contracts import AddCoins, Batch, LookAtJunk, TakeItem
from apps.game_core.modules.inventory.errors import ItemNotFoundError
from apps.game_core.modules.inventory.keeping_errors import OtherJunkError
from apps.game_core.modules.merchant import prices
from apps.game_core.modules.merchant.contracts import Bargain, Sell, SellJunk
from apps.game_core.modules.merchant.errors import NotForSaleError, PriceChangedError
from apps.game_core.modules.merchant.reckoning import Reckoning
from apps.game_core.modules.merchant.sales import SOLD
from apps.game_core.modules.merchant.till import Refusal, Till, as_seen


@dataclass(frozen=True, slots=True)
class Selling:
    till: Till

    async def sell(self, context: Sell) -> Bargain:
        op_id = f"{SOLD}{context.order}"

        async def attempt() -> Bargain:
            seen = await self.till.seen(context.char_id)
            if refusal := _unsold(seen, context):
                return await self.till.done_before(context.char_id, op_id, refusal)
            sold = _sold(context.item_id, context.quantity, context.price)
            batch = Batch.of(*sold, expected=seen.belongings.version)
            return await self.till.done(context.char_id, op_id, batch, context.since)

        return await as_seen(attempt)

    async def sell_junk(self, context: SellJunk) -> Bargain:
        op_id = f"{SOLD}{context.order}"

        async def attempt() -> Bargain:
            seen = await self.till.seen(context.char_id)
            # Looked at afterwards: where the mark has gone meanwhile, the version that is expected has, too.
            junk = await self.till.router.ask(LookAtJunk(context.char_id))
            items = seen.junk({item.id for item in junk.items})
            if not items or prices.fingerprint(items) != context.shown:
                return await self.till.done_before(context.char_id, op_id, OtherJunkError())
            each = [(item, seen.brings(item, item.quantity)) for item in items]
            if (price := sum(brought for _, brought in each)) != context.price:
                return await self.till.done_before(context.char_id, op_id, PriceChangedError(price))
            parts = [part for item, brought in each for part in _sold(item.id, item.quantity, brought)]
            batch = Batch.of(*parts, expected=seen.belongings.version)
            return await self.till.done(context.char_id, op_id, batch, context.since)

        return await as_seen(attempt)


def _unsold(seen: Reckoning, context: Sell) -> Refusal | None:
    """Why not."""
    placed = seen.placed(context.item_id)
    if placed is None:
        return ItemNotFoundError(context.item_id)
    if obstacle := seen.worth(placed).obstacle:
        return NotForSaleError(obstacle)
    price = seen.brings(placed.item, context.quantity)
    return None if price == context.price else PriceChangedError(price)


def _sold(item_id: int, quantity: int, price: int) -> tuple[TakeItem, AddCoins]:
    taken = TakeItem(item_id=item_id, quantity=quantity, announced=True)
    return taken, AddCoins(amount=price, announced=True)
