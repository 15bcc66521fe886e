"""Making whole what is worn out, for coins: one piece, or all that there is."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from apps.game_core.modules.inventory.contracts import Batch, RepairItem, TakeCoins
from apps.game_core.modules.inventory.keeping_errors import NothingToMendError
from apps.game_core.modules.merchant.contracts import Bargain, MendAll, MendOne
from apps.game_core.modules.merchant.errors import PriceChangedError
from apps.game_core.modules.merchant.reckoning import MOST_REPAIRS, Reckoning
from apps.game_core.modules.merchant.till import Till, as_seen

_MENDED = "merchant:mend:"
_NONE = 0


@dataclass(frozen=True, slots=True)
class Repairing:
    till: Till

    async def mend_one(self, context: MendOne) -> Bargain:
        def asked(seen: Reckoning) -> tuple[Sequence[int], int]:
            placed = seen.placed(context.item_id)
            price = seen.mending(placed) if placed else None
            return ((context.item_id,), price) if price else ((), 0)

        return await self._mend(context, context.item_id, asked)

    async def mend_all(self, context: MendAll) -> Bargain:
        def asked(seen: Reckoning) -> tuple[Sequence[int], int]:
            repairs = seen.repairs()[:MOST_REPAIRS]
            return [each.item_id for each in repairs], sum(each.price for each in repairs)

        return await self._mend(context, _NONE, asked)

    async def _mend(
        self,
        context: MendOne | MendAll,
        item_id: int,
        asked: Callable[[Reckoning], tuple[Sequence[int], int]],
    ) -> Bargain:
        op_id = f"{_MENDED}{context.order}"

        async def attempt() -> Bargain:
            seen = await self.till.seen(context.char_id)
            ids, price = asked(seen)
            if not ids:
                return await self.till.done_before(context.char_id, op_id, NothingToMendError(item_id))
            if price != context.price:
                return await self.till.done_before(context.char_id, op_id, PriceChangedError(price))
            paid = TakeCoins(amount=price, announced=True)
            repairs = (RepairItem(item_id=each) for each in ids)
            batch = Batch.of(paid, *repairs, expected=seen.belongings.version)
            return await self.till.done(context.char_id, op_id, batch, context.since)

        return await as_seen(attempt)
