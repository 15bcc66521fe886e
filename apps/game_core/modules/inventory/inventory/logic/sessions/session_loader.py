"""From the database into a session, once, however many ask at the same time."""

from dataclasses import dataclass

from apps.game_core.modules.inventory.errors import SessionConflictError
from apps.game_core.modules.inventory.inventory.logic.inventory_session_manager import InventorySessionManager
from apps.game_core.modules.inventory.inventory.logic.sessions.snapshots import FreshSnapshots
from apps.game_core.modules.inventory.inventory.model import InventorySession
from apps.game_core.modules.inventory.snapshot import InboxGrant
from apps.game_core.system.protocols import Clock, IdMaker

_PAUSE = 0.02
_ATTEMPTS = 250


@dataclass(frozen=True, slots=True)
class LoadedSession:
    """A session; `undelivered` is what waited in the inbox when it was just made from the database."""

    session: InventorySession
    undelivered: tuple[InboxGrant, ...] = ()


@dataclass(frozen=True, slots=True)
class SessionLoader:
    sessions: InventorySessionManager
    snapshots: FreshSnapshots
    clock: Clock
    ids: IdMaker

    async def load(self, char_id: int) -> LoadedSession:
        """The session as stored, or else made; waits for whoever is making it.

        Raises:
            CharacterNotFoundError: the database knows no such character.
            SessionConflictError: the load lock was never free.

        """
        for _ in range(_ATTEMPTS):
            if loaded := await self.look(char_id):
                return loaded
            await self.clock.sleep(_PAUSE)
        raise SessionConflictError(char_id)

    async def look(self, char_id: int) -> LoadedSession | None:
        """The session as stored, or else made: two round trips. None while somebody else makes it.

        Raises CharacterNotFoundError.
        """
        token = self.ids.token()
        found = await self.sessions.read(char_id, lock=token)
        if found.session is not None:
            return LoadedSession(found.session)
        return await self._make(char_id, token) if found.locked else None

    async def _make(self, char_id: int, token: str) -> LoadedSession | None:
        session = None
        try:
            snapshot = await self.snapshots.handed_over(char_id)
            session = await self.sessions.create_session_from_snapshot(char_id, snapshot, lock_token=token)
            return LoadedSession(session, snapshot.inbox) if session else None
        finally:
            if session is None:  # else the lock went with the session's making
                await self.sessions.unlock(char_id, token)
