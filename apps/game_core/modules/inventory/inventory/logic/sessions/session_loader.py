"""From the database into a session, once, however many ask at the same time."""

from dataclasses import dataclass

from apps.game_core.modules.inventory.errors import SessionConflictError
from apps.game_core.modules.inventory.inventory.logic.inventory_session_manager import InventorySessionManager
from apps.game_core.modules.inventory.inventory.logic.sessions.snapshots import FreshSnapshots
from apps.game_core.modules.inventory.inventory.model import InventorySession
from apps.game_core.modules.inventory.snapshot import InventorySnapshot
from apps.game_core.system.protocols import Clock

_PAUSE = 0.02
_ATTEMPTS = 250


@dataclass(frozen=True, slots=True)
class LoadedSession:
    """A session, and the snapshot it was just made from (None when it was there already)."""

    session: InventorySession
    snapshot: InventorySnapshot | None = None


@dataclass(frozen=True, slots=True)
class SessionLoader:
    sessions: InventorySessionManager
    snapshots: FreshSnapshots
    clock: Clock

    async def load(self, char_id: int) -> LoadedSession:
        """Make the session, or wait for whoever is making it.

        Raises:
            CharacterNotFoundError: the database knows no such character.
            SessionConflictError: the load lock was never free.

        """
        for _ in range(_ATTEMPTS):
            token = await self.sessions.lock(char_id)
            if token is not None and (made := await self._make(char_id, token)):
                return made
            if existing := await self.sessions.get_session(char_id):
                return LoadedSession(existing)
            await self.clock.sleep(_PAUSE)
        raise SessionConflictError(char_id)

    async def _make(self, char_id: int, token: str) -> LoadedSession | None:
        session = None
        try:
            snapshot = await self.snapshots.of(char_id)
            session = await self.sessions.create_session_from_snapshot(char_id, snapshot, lock_token=token)
            return LoadedSession(session, snapshot) if session else None
        finally:
            if session is None:  # else the lock went with the session's making
                await self.sessions.unlock(char_id, token)
