"""Sessions in Redis: reading, compare-and-set writing, creation from a snapshot, lazy sync."""

from typing import Any

import structlog

from apps.game_core.modules.inventory.contracts import SyncResult
from apps.game_core.modules.inventory.errors import (
    ChangesOverdueError,
    DatabaseDownError,
    InventoryError,
    SessionConflictError,
)
from apps.game_core.modules.inventory.inventory.logic.sessions.kept_sessions import KeptSessions
from apps.game_core.modules.inventory.inventory.logic.sessions.session_healing import SessionHealing
from apps.game_core.modules.inventory.inventory.logic.sessions.session_rebase import SessionRebase
from apps.game_core.modules.inventory.inventory.logic.sessions.session_sync import SessionSync
from apps.game_core.modules.inventory.inventory.logic.sessions.sightings import Sighting
from apps.game_core.modules.inventory.inventory.logic.sessions.snapshots import session_from
from apps.game_core.modules.inventory.inventory.model import InventorySession
from apps.game_core.modules.inventory.inventory.operation import Operation, with_trail
from apps.game_core.modules.inventory.inventory.row_changes import compared
from apps.game_core.modules.inventory.inventory.rules.values import Rules
from apps.game_core.modules.inventory.metrics import InventoryMetrics, LoadReason, Phase
from apps.game_core.modules.inventory.ports import AppliedOperation, CatalogProvider, DatabaseRow
from apps.game_core.modules.inventory.session_store import (
    Conflict,
    Control,
    Created,
    InDoubt,
    Overdue,
    Read,
    Save,
    SessionStore,
)
from apps.game_core.modules.inventory.snapshot import InventorySnapshot
from apps.game_core.system.protocols import Clock, IdMaker
from apps.game_core.value import replace

log = structlog.get_logger(__name__)

_ATTEMPTS = 3


class OperationInDoubtError(InventoryError):
    """The operation may have taken effect before; nothing was changed."""


class InventorySessionManager:
    """The seed's session manager.

    It keeps the sessions it saw last, so that a warm change is one round trip; the store's compare-and-set
    refuses a change that was made on an old one.
    """

    def __init__(
        self,
        store: SessionStore,
        sync: SessionSync,
        rebase: SessionRebase,
        clock: Clock,
        ids: IdMaker,
        *,
        healing: SessionHealing,
        catalog: CatalogProvider,
        metrics: InventoryMetrics,
        kept: KeptSessions,
    ) -> None:
        self._store = store
        self._sync = sync
        self._rebase = rebase
        self._catalog = catalog
        self._healing = healing
        self._clock = clock
        self._ids = ids
        self._metrics = metrics
        self._kept = kept

    def cached(self, char_id: int) -> InventorySession | None:
        """The session as this process saw it last; may be old."""
        return self._kept.get(char_id)

    async def get_session(self, char_id: int) -> InventorySession | None:
        """The session as stored now, None when there is none. One round trip; slides a clean one's TTL."""
        return (await self.read(char_id)).session

    async def read(self, char_id: int, op_id: str = "", *, lock: str = "") -> Read:
        """Like `get_session`, and whether the operation may have taken effect already.

        Where there is none, the load lock is taken with the token `lock`, if it is free.
        """
        for _ in range(_ATTEMPTS):
            cached = self._kept.get(char_id)
            with self._metrics.timed(Phase.REDIS):
                found = await self._store.read(char_id, op_id, cached, lock=lock)
            if found.session is not None:
                self._metrics.looked(hit=found.session is cached)
            if found.unverified:
                await self.verify(char_id)
            elif await self._is_whole(char_id, found):
                return found
        raise SessionConflictError(char_id)

    async def _is_whole(self, char_id: int, found: Read, made: Control | None = None) -> bool:
        """Whether a session that was found can be served; what is not known to be whole is not kept."""
        try:
            whole = await self._healing.is_whole(char_id, found, made)
        except DatabaseDownError:
            self._kept.forget(char_id)  # the next look asks again
            return True
        self._kept.forget(char_id)
        if whole and found.session:
            self._kept.keep(found.session)
        return whole

    async def save_session(
        self,
        char_id: int,
        session: InventorySession,
        dirty: bool = True,
        *,
        operation: Operation[Any] | None = None,
        result: object = None,
        since: int = 0,
        is_new: bool = False,
    ) -> InventorySession:
        """Write a session that grew from the revision it carries; returns it with its new revision.

        `since` and `is_new` as in `Save`.

        Raises:
            SessionConflictError: somebody else wrote first, or the session is gone.
            OperationInDoubtError: the operation may have taken effect before.
            ChangesOverdueError: earlier changes wait for the database for too long.

        """
        before = await self._before(char_id, session)
        if operation is not None:
            session = with_trail(self._healing.pruned(session), session.version + 1, operation.op_id)
        rows, image = compared(before, session)
        applied = None if operation is None else AppliedOperation(operation, result, image)
        with self._metrics.timed(Phase.REDIS):
            outcome = await self._store.save(
                Save(session, self._ids.token(), dirty, rows, applied, since=since, is_new=is_new)
            )
        if isinstance(outcome, Conflict):
            self._kept.forget(char_id)
            raise SessionConflictError(char_id)
        if isinstance(outcome, Overdue):
            raise ChangesOverdueError(char_id)
        if isinstance(outcome, InDoubt):
            raise OperationInDoubtError
        self._kept.keep(outcome.session)
        self._healing.told(outcome, applied)
        if operation is not None:
            version = outcome.session.version
            log.debug("operation done", char_id=char_id, op_id=operation.op_id, version=version)
        return outcome.session

    async def save_half(self, session: InventorySession) -> InventorySession:
        """Write a session of which only the half has changed since the revision that it carries.

        Raises SessionConflictError.
        """
        with self._metrics.timed(Phase.REDIS):
            outcome = await self._store.lay(session, self._ids.token())
        if isinstance(outcome, Conflict):
            self._kept.forget(session.char_id)
            raise SessionConflictError(session.char_id)
        self._kept.keep(outcome.session)
        self._healing.told(outcome, None)
        return outcome.session

    async def glance(self, char_id: int) -> InventorySession | None:
        """Somebody else's session as stored now: it neither lives longer for it nor is anything mended.

        None, too, for one that was not compared with the database yet.
        """
        with self._metrics.timed(Phase.REDIS):
            found = await self._store.read(char_id, "", self._kept.get(char_id), prolong=False)
        return found.session

    async def create_session_from_snapshot(
        self, char_id: int, snapshot: InventorySnapshot, *, lock_token: str | None = None
    ) -> InventorySession | None:
        """A clean session from the database's state; None when another one exists or the lock is lost.

        Without a lock token the load lock is taken here.
        """
        token = lock_token or self._ids.token()
        if lock_token is None and not await self._store.lock(char_id, token):
            return None
        described = session_from(snapshot, int(self._clock.now()), Rules(self._catalog.current))
        session = replace(described, char_id=char_id, rev=self._ids.token())
        created = await self._store.create(session, snapshot, token)
        if created.outcome is Created.CREATED:
            return await self._whole(session, snapshot)
        self._kept.forget(char_id)
        if created.leftover is not None:
            seen = self._healing.sightings.of(char_id)
            lost = await self._healing.replace(created.leftover)
            self._metrics.loaded(LoadReason.LOST if lost else self._reason(char_id, seen))
        if created.outcome is Created.UNWRITTEN and (state := await self._store.inspect(char_id)):
            await self._rebase.rebase(state, anew=True)
        return None

    async def _whole(self, created: InventorySession, snapshot: InventorySnapshot) -> InventorySession | None:
        """A session just made, with what was acknowledged and is missing brought back or told."""
        char_id, rev, version = created.char_id, created.rev, created.version
        base = DatabaseRow(snapshot.version, snapshot.rev)
        made = Control(char_id, rev, version, synced_version=version, base=base, lineage=rev)
        seen = self._healing.sightings.of(char_id)
        found = Read(created, synced_version=version, lineage=rev)
        whole = await self._is_whole(char_id, found, made)
        self._metrics.loaded(self._reason(char_id, seen) if whole else LoadReason.LOST)
        return created if whole else await self.get_session(char_id)

    async def verify(self, char_id: int) -> bool:
        """Compare the session with the database. True: it was, or may be, put onto what is there."""
        self._kept.forget(char_id)
        return await self._rebase.verify(char_id)

    async def sync_to_db(self, char_id: int, *, leaving: bool = False) -> SyncResult:
        """Write a dirty session to the database; a clean one costs no transaction.

        `leaving`: the player has gone, so with aggressive clean-up the session may be deleted.

        Raises:
            SyncFailedError: not written; the session stays dirty and the worker tries again.

        """
        return await self._sync.sync(char_id, leaving=leaving)

    async def parked(self) -> tuple[int, ...]:
        """Characters whose sessions the database refuses."""
        return tuple(await self._store.parked())

    async def release(self, char_id: int) -> bool:
        """Let a parked session be tried again. False: it was not parked."""
        return await self._store.release(char_id)

    async def discard(self, char_id: int) -> None:
        """Delete the session, written or not: its character goes."""
        self._kept.forget(char_id)
        self._healing.forget(char_id)
        await self._store.discard(char_id)

    async def unlock(self, char_id: int, token: str) -> None:
        await self._store.unlock(char_id, token)

    async def _before(self, char_id: int, session: InventorySession) -> InventorySession:
        """The stored session that a change grew from."""
        cached = self._kept.get(char_id)
        before = cached if cached and cached.rev == session.rev else await self.get_session(char_id)
        if before is None or before.rev != session.rev:
            raise SessionConflictError(char_id)
        return before

    def _reason(self, char_id: int, seen: Sighting | None) -> LoadReason:
        """Why there is no session, as far as this process can know."""
        if seen is None:
            return LoadReason.COLD
        return (
            LoadReason.EXPIRED if seen.server == self._store.server_of(char_id) else LoadReason.REDIS_RESTART
        )
