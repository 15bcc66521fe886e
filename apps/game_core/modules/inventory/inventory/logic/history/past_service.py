"""Answers how inventories stood: what the database has, and what waits for it."""

from collections.abc import Sequence
from dataclasses import dataclass

from apps.game_core.modules.inventory.errors import CharacterNotFoundError
from apps.game_core.modules.inventory.history import History, HistoryReader
from apps.game_core.modules.inventory.input_checks import identity, integer
from apps.game_core.modules.inventory.inventory.limits import MAX_ID, Within
from apps.game_core.modules.inventory.inventory.logic.history.ledger_lines import LedgerLines
from apps.game_core.modules.inventory.inventory.logic.history.past import Stood, difference, stood_at
from apps.game_core.modules.inventory.inventory.model import BACKPACK, QUICK_SLOT
from apps.game_core.modules.inventory.oversight import ComparePasts, Difference, LookAtPast, PastInventory
from apps.game_core.modules.inventory.ports import CatalogProvider, LedgerEntry
from apps.game_core.modules.inventory.session_store import SessionStore
from apps.game_core.modules.items.contracts import Slot
from apps.game_core.system.core_router import CoreRouter

_TIME = Within(0, MAX_ID)


@dataclass(frozen=True, slots=True)
class PastService:
    """Opens no session. Raises CharacterNotFoundError, InventoryUnavailableError, InvalidInputError, too."""

    histories: HistoryReader
    store: SessionStore
    catalog: CatalogProvider

    def register(self, router: CoreRouter) -> None:
        router.register(LookAtPast, self.look)
        router.register(ComparePasts, self.compare)

    async def look(self, context: LookAtPast) -> PastInventory:
        stood = stood_at(*await self._known(context.char_id), integer(_TIME, "at", context.at))
        return self._shown(stood, context.at)

    async def compare(self, context: ComparePasts) -> Difference:
        since, until = integer(_TIME, "since", context.since), integer(_TIME, "until", context.until)
        known = await self._known(context.char_id)
        came, went = difference(stood_at(*known, since), stood_at(*known, until))
        lines = self._lines()
        return Difference(context.since, context.until, lines.summed(came), lines.summed(went))

    async def _known(self, char_id: int) -> tuple[History, Sequence[LedgerEntry]]:
        """Redis first: what is written in between is found in the database."""
        state = await self.store.inspect(identity("char_id", char_id))
        history = await self.histories.read(char_id)
        if history is None:
            raise CharacterNotFoundError(char_id)
        return history, state.pending if state else ()

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
        )

    def _lines(self) -> LedgerLines:
        return LedgerLines(self.catalog.current)
