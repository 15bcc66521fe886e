"""From two confirmations of one table to what both have of it."""

from dataclasses import dataclass

from apps.game_core.modules.inventory.contracts import Perform, stamped
from apps.game_core.modules.inventory.errors import InventoryUnavailableError
from apps.game_core.modules.inventory.keeping_errors import NotConfirmedError
from apps.game_core.modules.inventory.tables import DeliverTo, FindGive, GiveHalf, Half, WriteTogether
from apps.game_core.modules.trade.errors import DoesNotFitError
from apps.game_core.modules.trade.halves import Side
from apps.game_core.modules.trade.ports import TradeUnitOfWorkFactory
from apps.game_core.modules.trade.seating import Seating
from apps.game_core.modules.trade.tradable import require_tradable
from apps.game_core.system.core_router import CoreRouter


@dataclass(frozen=True, slots=True)
class Exchanging:
    router: CoreRouter
    seating: Seating
    unit_of_work: TradeUnitOfWorkFactory

    async def of(self, one: Side, other: Side) -> None:
        """Both give what both have confirmed; whoever finds that does it, however often.

        Raises DatabaseDownError, NotTradableError and DoesNotFitError: nothing has moved then.
        """
        async with self.unit_of_work() as unit:
            await unit.ping()
        for side, opposite in ((one, other), (other, one)):
            await self._require(side, opposite.half)
        if await self.give(one) and await self.give(other):
            await self.finish(one.char_id, other.char_id)

    async def answer(self, side: Side) -> bool:
        """Give, too, where the partner has given for the very table that is confirmed here."""
        half, partner = side.half, side.half.partner
        if half.confirmed is None or partner is None:
            return False
        given = await self.router.ask(FindGive(partner, half.trade))
        if given is None:
            async with self.unit_of_work() as unit:
                row = await unit.trades.find(half.trade)
            waiting = row.gifts.get(partner) if row else None
            marks = (waiting.own_mark, waiting.other_mark) if waiting else None
        else:
            marks = (given.own_mark, given.other_mark)
        if marks != (half.confirmed.mark, half.mark) or not await self.give(side):
            return False
        await self.finish(side.char_id, partner)
        return True

    async def give(self, side: Side) -> bool:
        """False: they have changed the table, or left it."""
        half = side.half
        if half.confirmed is None:
            return False
        wish = GiveHalf(trade=half.trade, own_mark=half.mark, other_mark=half.confirmed.mark)
        op_id = stamped(half.confirmed.stamp, f"give:{half.trade}")
        try:
            await self.router.ask(Perform(side.char_id, wish, op_id))
        except NotConfirmedError:
            return False
        return True

    async def finish(self, *char_ids: int) -> None:
        """Write it and bring what comes of it; what cannot be done now the worker does."""
        try:
            await self.router.ask(WriteTogether(char_ids))
            await self.router.ask(DeliverTo(char_ids))
        except InventoryUnavailableError:
            return

    async def _require(self, side: Side, opposite: Half) -> None:
        """What comes fits once what goes is gone. Who has given by now was looked at before."""
        own = await self.seating.own(side.char_id)
        if own.half != side.half:
            return
        require_tradable(own, side.half)
        if lack := own.bag.lacking(side.half, opposite):
            raise DoesNotFitError(side.char_id, lack.slots, lack.weight, lack.coins)
