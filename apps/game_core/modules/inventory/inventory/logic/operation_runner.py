"""Runs one operation exactly once: load, apply the rule, compare-and-set, again on conflict."""

import random
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from apps.game_core.modules.inventory.contracts import Outcome
from apps.game_core.modules.inventory.errors import (
    CharacterNotFoundError,
    InventoryUnavailableError,
    OperationRefusedError,
    SessionConflictError,
)
from apps.game_core.modules.inventory.inventory.codec import decode_result
from apps.game_core.modules.inventory.inventory.logic.additions import Additions
from apps.game_core.modules.inventory.inventory.logic.character_locks import CharacterLocks
from apps.game_core.modules.inventory.inventory.logic.durability import Durability
from apps.game_core.modules.inventory.inventory.logic.formatted_inventory import FormattedInventory
from apps.game_core.modules.inventory.inventory.logic.inventory_formatter import InventoryFormatter
from apps.game_core.modules.inventory.inventory.logic.inventory_session_manager import (
    DuplicateOperationError,
    InventorySessionManager,
)
from apps.game_core.modules.inventory.inventory.logic.session_loader import SessionLoader
from apps.game_core.modules.inventory.inventory.logic.snapshots import session_from
from apps.game_core.modules.inventory.inventory.model import InventorySession
from apps.game_core.modules.inventory.inventory.operations import (
    ChangeHealth,
    Operation,
    Restore,
    UseConsumable,
    inbox_id,
    is_inbox,
)
from apps.game_core.modules.inventory.inventory.rules import Rules, apply
from apps.game_core.modules.inventory.metrics import InventoryMetrics, Phase
from apps.game_core.modules.inventory.ports import CatalogProvider
from apps.game_core.modules.inventory.snapshot import InboxGrant, InventorySnapshot
from apps.game_core.system.protocols import Clock

R = TypeVar("R")
Resolve = Callable[[InventorySession], Awaitable[Operation[R]]]
_ATTEMPTS = 8
_JITTER = 0.01


@dataclass(frozen=True, slots=True)
class OperationRunner:
    sessions: InventorySessionManager
    loader: SessionLoader
    additions: Additions
    durability: Durability
    catalog: CatalogProvider
    clock: Clock
    locks: CharacterLocks
    metrics: InventoryMetrics

    async def current(self, char_id: int) -> InventorySession:
        """The session as stored, made from the database if there is none."""
        session = await self.sessions.get_session(char_id)
        if session is None:
            async with self.locks.hold(char_id):
                session = await self._load(char_id)
        return session

    async def past_the_store(self, char_id: int) -> InventorySession:
        """What the database holds, without a revision: to look at, not to change."""
        return session_from(await self.loader.snapshots.peek(char_id), int(self.clock.now()))

    async def execute(self, char_id: int, operation: Operation[R]) -> Outcome[R]:
        async def given(_: InventorySession) -> Operation[R]:
            return operation

        return await self.run(char_id, operation.op_id, type(operation), given)

    async def run(
        self, char_id: int, op_id: str, kind: type[Operation[R]], resolve: Resolve[R]
    ) -> Outcome[R]:
        """Like `execute`, for an operation that `resolve` makes for the very session it will change."""
        await self.durability.before()
        outcome = await self._run(char_id, op_id, kind, resolve)
        await self.durability.after(char_id, op_id)
        return outcome

    async def keep_waiting(self, grant: InboxGrant) -> None:
        """Let the session say that a grant, which it has just refused, waits for room."""
        async with self.locks.hold(grant.char_id):
            session = self.sessions.cached(grant.char_id)
            if session is not None and grant.inbox_id in session.waiting:
                return
            # What cannot be said now, the next delivery says.
            with suppress(InventoryUnavailableError, CharacterNotFoundError):
                found = await self.sessions.read(grant.char_id, inbox_id(grant.inbox_id))
                session = found.session
                if session is None or found.seen is not None or grant.inbox_id in session.waiting:
                    return
                waiting = replace(session, waiting=(*session.waiting, grant.inbox_id))
                await self.sessions.save_session(grant.char_id, waiting, dirty=False)

    def formatted(self, session: InventorySession) -> FormattedInventory:
        return FormattedInventory(session, InventoryFormatter(self._rules(), self.clock.now()))

    async def _run(
        self, char_id: int, op_id: str, kind: type[Operation[R]], resolve: Resolve[R]
    ) -> Outcome[R]:
        async with self.locks.hold(char_id):
            for attempt in range(_ATTEMPTS):
                fresh = attempt > 0
                try:
                    return await self._attempt(char_id, op_id, kind, resolve, fresh=fresh)
                except SessionConflictError:
                    self.metrics.conflict()
                    await self.clock.sleep(random.uniform(0, _JITTER) * attempt)  # noqa: S311 - jitter
        raise SessionConflictError(char_id)

    async def _attempt(
        self, char_id: int, op_id: str, kind: type[Operation[R]], resolve: Resolve[R], *, fresh: bool
    ) -> Outcome[R]:
        session = None if fresh else self.sessions.cached(char_id)
        if session is None:
            found = await self.sessions.read(char_id, op_id)
            session = found.session or await self._load(char_id)
            if found.seen is not None:
                return self._repeated(session, kind, found.seen)
        try:
            return await self._change(session, await resolve(session))
        except OperationRefusedError as refusal:
            seen = await self._second_opinion(char_id, op_id, None if fresh else session, refusal)
            return self._repeated(seen[0], kind, seen[1])
        except DuplicateOperationError as duplicate:
            current = await self.sessions.get_session(char_id) or await self._load(char_id)
            return self._repeated(current, kind, duplicate.result)

    async def _change(self, session: InventorySession, operation: Operation[R]) -> Outcome[R]:
        told = session if _is_unseen(operation) else replace(session, conflicts=(), gifts=())
        with self.metrics.timed(Phase.RULES):
            changed, result = apply(told, operation, self._rules())
        saved = await self.sessions.save_session(session.char_id, changed, operation=operation, result=result)
        # The next look no longer tells the news: this answer does.
        news = replace(saved, conflicts=session.conflicts, gifts=saved.gifts or session.gifts)
        return Outcome(result, self.formatted(news))

    async def _second_opinion(
        self,
        char_id: int,
        op_id: str,
        cached: InventorySession | None,
        refusal: OperationRefusedError,
    ) -> tuple[InventorySession, bytes]:
        """A refusal on an old session, or of an operation that already took effect, is no refusal."""
        found = await self.sessions.read(char_id, op_id)
        if found.session is not None and found.seen is not None:
            return found.session, found.seen
        if cached is not None and (found.session is None or found.session.rev != cached.rev):
            raise SessionConflictError(char_id)
        raise refusal

    async def _load(self, char_id: int) -> InventorySession:
        loaded = await self.loader.load(char_id)
        if loaded.snapshot is None:
            return loaded.session
        return await self._deliver_inbox(loaded.session, loaded.snapshot)

    async def _deliver_inbox(
        self, session: InventorySession, snapshot: InventorySnapshot
    ) -> InventorySession:
        """Grants that waited in the inbox; one that does not fit keeps waiting."""
        for grant in snapshot.inbox:
            operation = self.additions.deliver(grant)
            with suppress(OperationRefusedError):
                changed, result = apply(session, operation, self._rules())
                try:
                    session = await self.sessions.save_session(
                        session.char_id, changed, operation=operation, result=result
                    )
                except (SessionConflictError, DuplicateOperationError):
                    # Others are at work on this session already; the worker delivers the rest.
                    return await self.sessions.get_session(session.char_id) or session
        return session

    def _rules(self) -> Rules:
        return Rules(self.catalog.current)

    def _repeated(self, session: InventorySession, kind: type[Operation[R]], result: bytes) -> Outcome[R]:
        return Outcome(decode_result(kind, result), self.formatted(session), repeated=True)


def _is_unseen(operation: Operation[Any]) -> bool:
    """Whether the player is not shown the inventory in answer: it was a gift, an admin or a fight."""
    if isinstance(operation, UseConsumable):
        return operation.in_combat
    return is_inbox(operation.op_id) or isinstance(operation, ChangeHealth | Restore)
