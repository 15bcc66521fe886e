"""Answers what became of an item: from the ledgers of all who had it, and what waits for the database."""

from dataclasses import dataclass

from apps.game_core.modules.inventory.input_checks import identity
from apps.game_core.modules.inventory.inventory.logic.history.known import KnownPast
from apps.game_core.modules.inventory.inventory.logic.history.ledger_lines import LedgerLines
from apps.game_core.modules.inventory.inventory.logic.history.life import Telling, in_order
from apps.game_core.modules.inventory.lives import ItemLife, LifeEvent, TraceItem
from apps.game_core.modules.inventory.oversight_ports import ItemTraces
from apps.game_core.modules.inventory.ports import CatalogProvider
from apps.game_core.system.core_router import CoreRouter


@dataclass(frozen=True, slots=True)
class LifeService:
    """Opens no session. Raises CharacterNotFoundError, InventoryUnavailableError, InvalidInputError, too."""

    traces: ItemTraces
    known: KnownPast
    catalog: CatalogProvider

    def register(self, router: CoreRouter) -> None:
        router.register(TraceItem, self.trace)

    async def trace(self, context: TraceItem) -> ItemLife:
        item_id = identity("item_id", context.item_id)
        named = {identity("char_ids", each) for each in context.char_ids}
        found = await self.traces.inventories(item_id)
        lives = [await self._told(item_id, char_id) for char_id in sorted(named.union(found))]
        events = tuple(in_order(lives))
        last = events[-1] if events else None
        return ItemLife(item_id, events, last.char_id if last and last.after else None)

    async def _told(self, item_id: int, char_id: int) -> list[LifeEvent]:
        return list(
            Telling(item_id, *await self.known.of(char_id), LedgerLines(self.catalog.current)).events()
        )
