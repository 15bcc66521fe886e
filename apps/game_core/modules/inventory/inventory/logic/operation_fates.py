"""What became of an operation that may have taken effect before."""

from dataclasses import dataclass

from apps.game_core.modules.inventory.ports import LedgerEntry, UnitOfWorkFactory
from apps.game_core.modules.inventory.session_store import SessionStore


@dataclass(frozen=True, slots=True)
class OperationFates:
    store: SessionStore
    unit_of_work: UnitOfWorkFactory

    async def of(self, char_id: int, op_id: str) -> LedgerEntry | None:
        """What waits for the database, else what it holds; None: it never took effect.

        In this order: what is written in between is found in the ledger.
        """
        state = await self.store.inspect(char_id)
        for entry in state.pending if state else ():
            if entry.op_id == op_id:
                return entry
        async with self.unit_of_work() as unit:
            return await unit.inventories.fate(char_id, op_id)
