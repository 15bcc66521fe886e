"""Answers what became of an item: from the ledgers of all who had it, and what waits for the database."""

from dataclasses import dataclass

from apps.game_core.modules.inventory.input_checks import identity
from apps.game_core.modules.inventory.inventory.logic.history.known import KnownPast
from apps.game_core.modules.inventory.inventory.logic.history.ledger_lines import LedgerLines
from apps.game_core.modules.inventory.inventory.logic.history.life import Telling, in_order, owner, told_of
from apps.game_core.modules.inventory.lives import ItemLife, TraceItem
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
        lines = LedgerLines(self.catalog.current)
        told = [
            told_of(Telling(item_id, *await self.known.of(char_id), lines))
            for char_id in sorted(named.union(found))
        ]
        events = tuple(in_order(each.events for each in told))
        unread = tuple(each.unread for each in told if each.unread)
        return ItemLife(item_id, events, owner(told, events), unread)
