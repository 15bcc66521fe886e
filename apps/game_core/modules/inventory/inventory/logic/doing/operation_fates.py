"""What became of an operation that may have taken effect before."""

from dataclasses import dataclass

from apps.game_core.modules.inventory.inventory.logic.sessions.unwritten_changes import UnwrittenChanges
from apps.game_core.modules.inventory.ports import LedgerEntry, UnitOfWorkFactory
from apps.game_core.modules.inventory.session_store import SessionStore


@dataclass(frozen=True, slots=True)
class OperationFates:
    """Whoever answers with what waits for the database has told it, too, and adds it to its `changes`."""

    store: SessionStore
    unit_of_work: UnitOfWorkFactory
    changes: UnwrittenChanges

    async def of(self, char_id: int, op_id: str) -> LedgerEntry | None:
        """What waits for the database, else what it holds; None: it never took effect.

        In this order: what is written in between is found in the ledger.
        """
        state = await self.store.inspect(char_id)
        for entry in state.pending if state else ():
            if entry.op_id == op_id:
                if state and not entry.refused:
                    self.changes.learn(char_id, state.lineage, entry)
                return entry
        async with self.unit_of_work() as unit:
            return await unit.inventories.fate(char_id, op_id)
