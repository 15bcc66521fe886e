"""Answers what became of an item: from the ledgers of all who had it, and what waits for the database."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from apps.game_core.modules.inventory.foresight import ElsewhereReader
from apps.game_core.modules.inventory.input_checks import identity
from apps.game_core.modules.inventory.inventory.logic.history.known import KnownPast
from apps.game_core.modules.inventory.inventory.logic.history.ledger_lines import LedgerLines
from apps.game_core.modules.inventory.inventory.logic.history.life import Telling, in_order, owner, told_of
from apps.game_core.modules.inventory.inventory.logic.sessions.elsewhere import in_trades, unreceived
from apps.game_core.modules.inventory.inventory.logic.sessions.traded import gives_of
from apps.game_core.modules.inventory.lives import Awaited, ItemLife, TraceItem
from apps.game_core.modules.inventory.oversight_ports import ItemTraces
from apps.game_core.modules.inventory.ports import CatalogProvider, LedgerEntry
from apps.game_core.system.core_router import CoreRouter


@dataclass(frozen=True, slots=True)
class LifeService:
    """Opens no session. Raises CharacterNotFoundError, InventoryUnavailableError, InvalidInputError, too."""

    traces: ItemTraces
    known: KnownPast
    absent: ElsewhereReader
    catalog: CatalogProvider

    def register(self, router: CoreRouter) -> None:
        router.register(TraceItem, self.trace)

    async def trace(self, context: TraceItem) -> ItemLife:
        item_id = identity("item_id", context.item_id)
        named = {identity("char_ids", each) for each in context.char_ids}
        found = await self.traces.inventories(item_id)
        lines = LedgerLines(self.catalog.current)
        pasts = {char_id: await self.known.of(char_id) for char_id in sorted(named.union(found))}
        told = [told_of(Telling(item_id, *past, lines)) for past in pasts.values()]
        events = tuple(in_order(each.events for each in told))
        unread = tuple(each.unread for each in told if each.unread)
        has_it = owner(told, events)
        pending = {char_id: unwritten for char_id, (_, unwritten) in pasts.items()}
        awaited = None if has_it else await self._awaited(item_id, pending)
        return ItemLife(item_id, events, has_it, unread, awaited)

    async def _awaited(self, item_id: int, pending: Mapping[int, Sequence[LedgerEntry]]) -> Awaited | None:
        for char_id, unwritten in pending.items():
            trades = [give.trade for give in gives_of(unwritten)]
            elsewhere = await self.absent.elsewhere(char_id, trades)
            for given in in_trades(elsewhere, unwritten):
                if any(item.id == item_id for item in given.items):
                    return Awaited(char_id, given.trade, given=True)
            for parcel in (row.parcel for row in unreceived(elsewhere, unwritten) if row.parcel):
                if any(item.id == item_id for item in parcel.items):
                    return Awaited(char_id, parcel.trade, given=False)
        return None
