"""Answers how inventories stood: what the database has, and what waits for it."""

from dataclasses import dataclass

from apps.game_core.modules.inventory.input_checks import identity, integer
from apps.game_core.modules.inventory.inventory.limits import MAX_ID, Within
from apps.game_core.modules.inventory.inventory.logic.history.known import KnownPast
from apps.game_core.modules.inventory.inventory.logic.history.ledger_lines import LedgerLines
from apps.game_core.modules.inventory.inventory.logic.history.past import Stood, difference, stood_at
from apps.game_core.modules.inventory.inventory.model import BACKPACK, QUICK_SLOT
from apps.game_core.modules.inventory.oversight import ComparePasts, Difference, LookAtPast, PastInventory
from apps.game_core.modules.inventory.ports import CatalogProvider
from apps.game_core.modules.items.contracts import Slot
from apps.game_core.system.core_router import CoreRouter

_TIME = Within(0, MAX_ID)


@dataclass(frozen=True, slots=True)
class PastService:
    """Opens no session. Raises CharacterNotFoundError, InventoryUnavailableError, InvalidInputError, too."""

    known: KnownPast
    catalog: CatalogProvider

    def register(self, router: CoreRouter) -> None:
        router.register(LookAtPast, self.look)
        router.register(ComparePasts, self.compare)

    async def look(self, context: LookAtPast) -> PastInventory:
        known = await self.known.of(identity("char_id", context.char_id))
        stood = stood_at(*known, integer(_TIME, "at", context.at))
        return self._shown(stood, context.at)

    async def compare(self, context: ComparePasts) -> Difference:
        since, until = integer(_TIME, "since", context.since), integer(_TIME, "until", context.until)
        known = await self.known.of(identity("char_id", context.char_id))
        before, after = stood_at(*known, since), stood_at(*known, until)
        came, went = map(self._lines().summed, difference(before, after))
        return Difference(context.since, context.until, came, went, after.coins - before.coins)

    def _shown(self, stood: Stood, at: int) -> PastInventory:
        lines = self._lines()
        rows = sorted(stood.rows.values(), key=lambda placed: placed.position)
        shown = [(placed, lines.item(placed.item)) for placed in rows]
        worn = {placed.place: item for placed, item in shown}
        return PastInventory(
            at=at,
            version=stood.version,
            worn={slot: worn[slot] for slot in Slot if slot in worn},
            ready={placed.position: item for placed, item in shown if placed.place == QUICK_SLOT},
            backpack=tuple(item for placed, item in shown if placed.place == BACKPACK),
            coins=stood.coins,
        )

    def _lines(self) -> LedgerLines:
        return LedgerLines(self.catalog.current)
