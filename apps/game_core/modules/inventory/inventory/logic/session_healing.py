"""Changes that players were told of and that Redis has lost: brought back from memory, or told."""

from dataclasses import dataclass, field

from apps.game_core.modules.inventory.inventory.logic.session_rebase import SessionRebase
from apps.game_core.modules.inventory.inventory.logic.unwritten_changes import UnwrittenChanges
from apps.game_core.modules.inventory.inventory.model import InventorySession
from apps.game_core.modules.inventory.ports import AppliedOperation, UnitOfWorkFactory
from apps.game_core.modules.inventory.session_store import Read, Saved, SessionStore


@dataclass(frozen=True, slots=True)
class SessionHealing:
    """Remembers what this process has told, and asks after it when a session has another past."""

    store: SessionStore
    unit_of_work: UnitOfWorkFactory
    rebase: SessionRebase
    changes: UnwrittenChanges = field(default_factory=UnwrittenChanges)

    def told(self, saved: Saved, applied: AppliedOperation | None) -> None:
        """A change was made, and its player is told."""
        char_id, version = saved.session.char_id, saved.session.version
        self.changes.settle(char_id, saved.lineage, saved.synced_version)
        if applied is not None:
            self.changes.note(char_id, saved.lineage, version, applied)

    def misses(self, created: InventorySession) -> bool:
        """Whether something was told that a session just made from the database may lack."""
        return bool(self.changes.of_another_past(created.char_id, created.rev))

    async def is_whole(self, char_id: int, found: Read) -> bool:
        """True when the session has all that was told; else it is another one now."""
        self.changes.settle(char_id, found.lineage, found.synced_version)
        if not self.changes.of_another_past(char_id, found.lineage):
            return True
        return not await self.heal(char_id)

    async def heal(self, char_id: int, newest: int = 0) -> bool:
        """Bring back what the session lacks; True when it was changed or is gone.

        `newest`: a version that the session is known to have had. What is missing up to it, and known to
        nobody, is told to the player.
        """
        state = await self.store.inspect(char_id)
        if state is None:
            return True
        told = self.changes.of_another_past(char_id, state.lineage)
        pending = {entry.op_id: entry.version for entry in state.pending}
        absent = [entry for entry in told if entry.op_id not in pending]
        async with self.unit_of_work() as unit:
            written = await unit.inventories.known(char_id, [entry.op_id for entry in absent])
        lost = [entry for entry in absent if entry.op_id not in written]
        missing = max(0, newest - state.version - len(lost))
        if not lost and not missing:
            self.changes.move(char_id, state.lineage, pending)
            return False
        if await self.rebase.rebase(state, anew=True, lost=lost, missing=missing):
            await self._settle(char_id)
        return True

    async def _settle(self, char_id: int) -> None:
        """What could not be brought back was told in its stead: it is not asked after again."""
        state = await self.store.inspect(char_id)
        if state is not None:
            self.changes.move(char_id, state.lineage, {entry.op_id: entry.version for entry in state.pending})

    def forget(self, char_id: int) -> None:
        self.changes.forget(char_id)
