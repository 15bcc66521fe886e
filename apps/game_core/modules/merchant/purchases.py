"""Limited wares: whoever dies in the middle of a purchase, no more is sold than there is.

A purchase reserves its pieces (PostgreSQL), then pays for them and takes them (the inventory, once for its
operation id), and then says so. Of one that was cut short the inventory is asked by that id: either it was
bought, or the id is used up, and once that is written down for good the pieces may be somebody else's.
"""

from contextlib import suppress
from dataclasses import dataclass

import structlog

from apps.game_core.modules.inventory.contracts import (
    Answered,
    Batch,
    BatchResult,
    FindDone,
    Forgo,
    Perform,
    PerformOnce,
    SyncInventory,
)
from apps.game_core.modules.inventory.errors import (
    InventoryError,
    InventoryUnavailableError,
    OperationIdTakenError,
    OperationRefusedError,
    OverruledError,
)
from apps.game_core.modules.items.contracts import Ware
from apps.game_core.modules.merchant.errors import OrderLapsedError, SoldOutError
from apps.game_core.modules.merchant.ports import Purchase, PurchaseState, StockKeeper
from apps.game_core.system.core_router import CoreRouter

log = structlog.get_logger(__name__)

_PATIENCE = 60
"""Seconds after which nobody waits any more for whoever has reserved something."""
_AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class Purchases:
    router: CoreRouter
    stock: StockKeeper

    async def fill(
        self, ware: Ware, most: int, order: Purchase, batch: Batch, since: int
    ) -> Answered[BatchResult]:
        """Do the purchase of limited pieces, of which there are `most` each period.

        Raises SoldOutError, OrderLapsedError, and what the inventory says.
        """
        state = await self._reserved(ware, most, order)
        if state is PurchaseState.LAPSED:
            raise OrderLapsedError
        try:
            asked = PerformOnce(order.char_id, batch, order.op_id, since)
            answered = await self.router.ask(asked)
        except OperationRefusedError as refusal:
            await self._settle_if_possible(order)
            if isinstance(refusal, OperationIdTakenError) and refusal.kind == Forgo.kind:
                raise OrderLapsedError from refusal
            raise
        with suppress(InventoryUnavailableError):  # a worker finds out later
            await self.stock.settle(order, PurchaseState.DONE)
        return answered

    async def settle(self, order: Purchase) -> None:
        """Find out what became of a reserved order, and see to it that it stays so."""
        if await self._bought(order):
            await self.stock.settle(order, PurchaseState.DONE)
        elif await self._forgone(order):
            await self.stock.settle(order, PurchaseState.LAPSED)

    async def round(self) -> int:
        """Settle what somebody has left behind; returns how many orders that were. A worker's chore."""
        return await self._tidy_up(None)

    async def _reserved(self, ware: Ware, most: int, order: Purchase) -> PurchaseState:
        state = await self.stock.reserve(order, most, ware.every)
        if state is None and await self._tidy_up(ware.base_id):
            state = await self.stock.reserve(order, most, ware.every)
        if state is None:
            supply = (await self.stock.supplies([ware]))[ware.base_id]
            raise SoldOutError(supply.left, supply.restocks_in)
        return state

    async def _tidy_up(self, ware: str | None) -> int:
        orders = await self.stock.unsettled(ware, _PATIENCE, _AT_ONCE)
        for order in orders:
            await self._settle_if_possible(order)
        return len(orders)

    async def _settle_if_possible(self, order: Purchase) -> None:
        """One that cannot be asked now must not hold up others; its turn comes again."""
        try:
            await self.settle(order)
        except InventoryError as error:
            log.warning("order not settled yet", char_id=order.char_id, error=repr(error))

    async def _bought(self, order: Purchase) -> bool:
        """Otherwise it never will be."""
        try:
            await self.router.ask(Perform(order.char_id, Forgo(), order.op_id))
        except OperationIdTakenError:
            return True
        except OverruledError:
            # It could not be kept, but may be on another state of the database: the pieces stay sold.
            return True
        return False

    async def _forgone(self, order: Purchase) -> bool:
        """Whether that is written: what Redis alone knows may be lost, and the purchase come after all."""
        await self.router.ask(SyncInventory(order.char_id))
        return await self.router.ask(FindDone(order.char_id, order.op_id)) is not None
