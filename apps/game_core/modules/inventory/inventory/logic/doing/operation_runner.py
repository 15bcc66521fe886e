"""Runs one operation exactly once: load, apply the rule, compare-and-set, again on conflict."""

import random
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, TypeVar

from apps.game_core.modules.inventory.contracts import Outcome
from apps.game_core.modules.inventory.errors import (
    ChangesOverdueError,
    CharacterNotFoundError,
    DatabaseDownError,
    InventoryUnavailableError,
    LostStateError,
    OperationIdTakenError,
    OperationRefusedError,
    OverruledError,
    SessionConflictError,
)
from apps.game_core.modules.inventory.inventory.applying import apply
from apps.game_core.modules.inventory.inventory.codec import UnreadableError, decode_operation, decode_result
from apps.game_core.modules.inventory.inventory.logic.doing.additions import Additions
from apps.game_core.modules.inventory.inventory.logic.doing.character_locks import CharacterLocks
from apps.game_core.modules.inventory.inventory.logic.doing.durability import DurabilityPromise
from apps.game_core.modules.inventory.inventory.logic.doing.operation_fates import OperationFates
from apps.game_core.modules.inventory.inventory.logic.doing.resolved import Resolved, given
from apps.game_core.modules.inventory.inventory.logic.inventory_formatter import InventoryFormatter
from apps.game_core.modules.inventory.inventory.logic.inventory_session_manager import (
    InventorySessionManager,
    OperationInDoubtError,
)
from apps.game_core.modules.inventory.inventory.logic.sessions.session_loader import (
    LoadedSession,
    SessionLoader,
)
from apps.game_core.modules.inventory.inventory.logic.sessions.snapshots import session_from
from apps.game_core.modules.inventory.inventory.logic.showing.formatted_inventory import FormattedInventory
from apps.game_core.modules.inventory.inventory.model import InventorySession
from apps.game_core.modules.inventory.inventory.operation import Operation, Result
from apps.game_core.modules.inventory.inventory.operation_ids import drawn_for, inbox_id, is_inbox
from apps.game_core.modules.inventory.inventory.rules.consuming import UseConsumable
from apps.game_core.modules.inventory.inventory.rules.fighting import SettleFight
from apps.game_core.modules.inventory.inventory.rules.giving import Give
from apps.game_core.modules.inventory.inventory.rules.health import ChangeHealth
from apps.game_core.modules.inventory.inventory.rules.restoring import Restore
from apps.game_core.modules.inventory.inventory.rules.values import Rules
from apps.game_core.modules.inventory.metrics import InventoryMetrics, Phase
from apps.game_core.modules.inventory.ports import CatalogProvider, LedgerEntry
from apps.game_core.modules.inventory.snapshot import InboxGrant
from apps.game_core.system.protocols import Clock
from apps.game_core.value import replace

R = TypeVar("R", bound=Result)
_ATTEMPTS = 8
_JITTER = 0.01


@dataclass(frozen=True, slots=True)
class OperationRunner:
    sessions: InventorySessionManager
    loader: SessionLoader
    fates: OperationFates
    additions: Additions
    durability: DurabilityPromise
    catalog: CatalogProvider
    clock: Clock
    locks: CharacterLocks
    metrics: InventoryMetrics

    async def current(self, char_id: int) -> InventorySession:
        """The session as stored, made from the database if there is none."""
        loaded = await self.loader.look(char_id)
        if loaded is not None and not loaded.undelivered:
            return loaded.session
        async with self.locks.of(char_id):
            return await self._delivered(loaded or await self.loader.load(char_id))

    async def past_the_store(self, char_id: int) -> InventorySession:
        """What the database holds, without a revision: to look at, not to change."""
        snapshot = await self.loader.snapshots.handed_over(char_id)
        return session_from(snapshot, int(self.clock.now()), self._rules())

    async def execute(self, char_id: int, operation: Operation[R]) -> Outcome[R]:
        """Make a change that is the same for every session."""
        return await self.run(char_id, given(operation))

    async def run(self, char_id: int, wanted: Resolved[R]) -> Outcome[R]:
        """Make a change once."""
        await self.durability.before()
        outcome = await self._run(char_id, wanted)
        try:
            await self.durability.after(char_id, wanted.op_id)
        except OverruledError:
            # Redis may have lost it on the way: a look brings back what this process still knows.
            await self.current(char_id)
            await self.durability.after(char_id, wanted.op_id)
        return outcome

    async def keep_waiting(self, grant: InboxGrant) -> None:
        """Let the session say that a grant, which it has just refused, waits for room."""
        async with self.locks.of(grant.char_id):
            session = self.sessions.cached(grant.char_id)
            if session is not None and grant.inbox_id in session.waiting:
                return
            # What cannot be said now, the next delivery says.
            with suppress(InventoryUnavailableError, CharacterNotFoundError):
                session = await self.sessions.get_session(grant.char_id)
                if session is None or grant.inbox_id in session.waiting:
                    return
                if await self.fates.of(grant.char_id, inbox_id(grant.inbox_id)):
                    return
                waiting = replace(session, waiting=(*session.waiting, grant.inbox_id))
                await self.sessions.save_session(grant.char_id, waiting, dirty=False)

    def formatted(self, session: InventorySession) -> FormattedInventory:
        return FormattedInventory(session, InventoryFormatter(self._rules(), self.clock.now()))

    async def _run(self, char_id: int, wanted: Resolved[R]) -> Outcome[R]:
        async with self.locks.of(char_id):
            for attempt in range(_ATTEMPTS):
                try:
                    return await self._attempt(char_id, wanted, fresh=attempt > 0)
                except SessionConflictError:
                    self.metrics.conflict()
                    await self.clock.sleep(random.uniform(0, _JITTER) * attempt)  # noqa: S311 - jitter
                except ChangesOverdueError as overdue:
                    await self._write_now(char_id, overdue)
        raise SessionConflictError(char_id)

    async def _write_now(self, char_id: int, overdue: ChangesOverdueError) -> None:
        """Changes are old only by the store's clock, which may have jumped, unless they cannot be written."""
        try:
            await self.sessions.sync_to_db(char_id)
        except InventoryUnavailableError as error:
            raise overdue from error

    async def _attempt(self, char_id: int, wanted: Resolved[R], *, fresh: bool) -> Outcome[R]:
        session = None if fresh else self.sessions.cached(char_id)
        if session is None:
            session = await self._delivered(await self.loader.load(char_id), but=wanted.op_id)
        operation: Operation[R] | None = None
        try:
            operation = await wanted.resolve(session)
            try:
                return await self._change(session, operation, wanted)
            except OperationInDoubtError:
                fate = await self.fates.of(char_id, wanted.op_id)
            if fate is None and max(wanted.since, drawn_for(wanted.op_id)) <= session.version:
                return await self._change_anew(session, operation, wanted)
        except OperationRefusedError as refusal:
            fate = await self._second_opinion(session, wanted.op_id, refusal)
        if fate is None:
            raise LostStateError(wanted.op_id)
        asked = operation or wanted.asked
        if asked is not None and fate.kind == wanted.kind.kind:
            _check_same(asked, fate)
        return await self._repeated(char_id, wanted.kind, fate)

    async def _change_anew(
        self, session: InventorySession, operation: Operation[R], wanted: Resolved[R]
    ) -> Outcome[R]:
        """The ledger knows nothing of it."""
        try:
            return await self._change(session, operation, wanted, is_new=True)
        except OperationInDoubtError:
            # The session does: the database has become an older one behind its back, or its ledger has gaps.
            if await self.sessions.verify(session.char_id):
                raise SessionConflictError(session.char_id) from None
            raise LostStateError(operation.op_id) from None

    async def _change(
        self,
        session: InventorySession,
        operation: Operation[R],
        wanted: Resolved[R],
        *,
        is_new: bool = False,
    ) -> Outcome[R]:
        told, has_news = session, bool(session.conflicts or session.gifts)
        if has_news and not (wanted.unseen or _is_unseen(operation)):
            told = replace(session, conflicts=(), gifts=())
        with self.metrics.timed(Phase.RULES):
            changed, result = apply(told, operation, self._rules())
        saved = await self.sessions.save_session(
            session.char_id, changed, operation=operation, result=result, since=wanted.since, is_new=is_new
        )
        if has_news:
            # The next look no longer tells the news: this answer does.
            saved = replace(saved, conflicts=session.conflicts, gifts=saved.gifts or session.gifts)
        return Outcome(result, self.formatted(saved))

    async def _second_opinion(
        self, session: InventorySession, op_id: str, refusal: OperationRefusedError
    ) -> LedgerEntry:
        """A refusal on an old session, or of an operation that already took effect, is no refusal."""
        found = await self.sessions.read(session.char_id, op_id)
        # A grant that is refused goes on waiting in any case: nobody is told.
        if found.in_doubt and not is_inbox(op_id):
            # While nobody can tell whether it took effect it stays refused: nothing is changed either way.
            with suppress(DatabaseDownError):
                entry = await self.fates.of(session.char_id, op_id)
                if entry is not None:
                    return entry
        if found.session is None or found.session.rev != session.rev:
            raise SessionConflictError(session.char_id)
        raise refusal

    async def _load(self, char_id: int) -> InventorySession:
        return await self._delivered(await self.loader.load(char_id))

    async def _delivered(self, loaded: LoadedSession, but: str = "") -> InventorySession:
        """The session with what waited in the inbox, but for what the operation of that id is to deliver.

        A grant that does not fit keeps waiting.
        The ledger does not know them: they were unread in the snapshot that the session was made from.
        """
        session = loaded.session
        for grant in loaded.undelivered:
            operation = self.additions.deliver(grant)
            if operation.op_id == but:
                continue
            with suppress(OperationRefusedError):
                changed, result = apply(session, operation, self._rules())
                try:
                    session = await self.sessions.save_session(
                        session.char_id, changed, operation=operation, result=result, is_new=True
                    )
                except (SessionConflictError, OperationInDoubtError):
                    # Others are at work on this session already; the worker delivers the rest.
                    return await self.sessions.get_session(session.char_id) or session
        return session

    def _rules(self) -> Rules:
        return Rules(self.catalog.current)

    async def _repeated(self, char_id: int, kind: type[Operation[R]], entry: LedgerEntry) -> Outcome[R]:
        """What was answered when it took effect."""
        if entry.refused:
            raise OverruledError(entry.op_id)
        if entry.kind != kind.kind:
            raise OperationIdTakenError(entry.op_id, entry.kind)
        session = await self._load(char_id)
        return Outcome(decode_result(kind, entry.result), self.formatted(session), repeated=True)


def _check_same(operation: Operation[Any], fate: LedgerEntry) -> None:
    """Raises OperationIdTakenError."""
    with suppress(UnreadableError):
        if not operation.asks_for_the_same_as(decode_operation(fate.kind, fate.payload)):
            raise OperationIdTakenError(fate.op_id, fate.kind)


def _is_unseen(operation: Operation[Any]) -> bool:
    """Whether the player is not shown the inventory in answer: a gift, an admin, a fight or a trade."""
    if isinstance(operation, UseConsumable):
        return operation.in_combat
    return is_inbox(operation.op_id) or isinstance(operation, ChangeHealth | SettleFight | Restore | Give)
