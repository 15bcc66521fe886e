"""Restoring: what the ledger says was lost since a time, and bringing exactly that back."""

import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from hashlib import sha256

from apps.game_core.modules.inventory.errors import (
    NothingToRestoreError,
    RestoreOutdatedError,
    SessionConflictError,
)
from apps.game_core.modules.inventory.inventory.applying import apply
from apps.game_core.modules.inventory.inventory.codec import encode
from apps.game_core.modules.inventory.inventory.logic.doing.operation_runner import OperationRunner
from apps.game_core.modules.inventory.inventory.logic.doing.resolved import Resolved
from apps.game_core.modules.inventory.inventory.logic.history.ledger_lines import LedgerLines
from apps.game_core.modules.inventory.inventory.logic.history.looking_back import later, stood
from apps.game_core.modules.inventory.inventory.logic.history.used_up import left_out, used_up, without
from apps.game_core.modules.inventory.inventory.model import InventorySession, Item
from apps.game_core.modules.inventory.inventory.operation_ids import restore_id
from apps.game_core.modules.inventory.inventory.rules.restoring import Restore, lost
from apps.game_core.modules.inventory.inventory.rules.values import Rules
from apps.game_core.modules.inventory.keeping_errors import LedgerArchivedError
from apps.game_core.modules.inventory.oversight_ports import Made, PastReader
from apps.game_core.modules.inventory.ports import LedgerEntry
from apps.game_core.modules.inventory.restoring import (
    PlanRestore,
    RestoredItems,
    RestoreInventory,
    RestorePlan,
)
from apps.game_core.modules.inventory.session_store import Control, SessionStore
from apps.game_core.system.core_router import CoreRouter
from apps.game_core.system.protocols import IdMaker
from apps.game_core.value import replace

_CODE_LENGTH = 6
_LOOKS = 5


@dataclass(frozen=True, slots=True)
class _Draft:
    """The operation that would bring back what was lost, and what it leaves where it is."""

    operation: Restore
    elsewhere: tuple[Item, ...]
    used_up: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class RestoreService:
    runner: OperationRunner
    store: SessionStore
    past: PastReader
    ids: IdMaker

    def register(self, router: CoreRouter) -> None:
        router.register(PlanRestore, self.plan)
        router.register(RestoreInventory, self.restore)

    async def plan(self, context: PlanRestore) -> RestorePlan:
        """Opens no session and delivers nothing."""
        session, pending = await self._seen(context.char_id)
        return self._plan(session, await self._draft(session, pending, context.to, op_id=""))

    async def restore(self, context: RestoreInventory) -> RestoredItems:
        wanted = Resolved(restore_id(context.request_id), Restore, partial(self._resolve, context))
        outcome = await self.runner.run(context.char_id, wanted)
        return RestoredItems(self._lines().summed(outcome.result.returned), outcome.repeated)

    async def _seen(self, char_id: int) -> tuple[InventorySession, Sequence[LedgerEntry]]:
        """Raises SessionConflictError when the player is too fast for a look."""
        for _ in range(_LOOKS):
            with suppress(SessionConflictError):
                return await self._seen_at_once(char_id)
        raise SessionConflictError(char_id)

    async def _seen_at_once(self, char_id: int) -> tuple[InventorySession, Sequence[LedgerEntry]]:
        state = await self.store.inspect(char_id)
        session = await self.runner.sessions.get_session(char_id) if state else None
        if session is None:
            return await self.runner.past_the_store(char_id), ()
        return session, _pending_of(session, state)

    async def _resolve(self, context: RestoreInventory, session: InventorySession) -> Restore:
        pending = _pending_of(session, await self.store.inspect(context.char_id))
        draft = await self._draft(session, pending, context.to, op_id=restore_id(context.request_id))
        if not context.code or self._plan(session, draft).code != context.code:
            raise RestoreOutdatedError(context.code)
        return draft.operation

    async def _draft(
        self, session: InventorySession, pending: Sequence[LedgerEntry], to: int, *, op_id: str
    ) -> _Draft:
        entries = await self._entries(session, pending, to)
        had, used = stood(session, entries), used_up(entries)
        stacks = lost(session, without(had, used))
        gone = {each.id for each in stacks} - {placed.item.id for placed in session.placed()}
        # What is given and not written yet, or is part of another stack by now, the ledger alone knows.
        away = used.given & gone | {*await self.past.elsewhere(session.char_id, gone)}
        returning = tuple(each for each in stacks if each.id not in away)
        operation = Restore(
            op_id=op_id,
            at=int(self.runner.clock.now()),
            to=to,
            stood=returning,
            new_ids=tuple(self.ids.item_id() for _ in returning),
        )
        elsewhere = tuple(each for each in stacks if each.id in away)
        return _Draft(operation, elsewhere, left_out(session, had, used))

    async def _entries(
        self, session: InventorySession, pending: Sequence[LedgerEntry], to: int
    ) -> Sequence[LedgerEntry]:
        """What happened after `to`. An entry that is written meanwhile comes twice: that is no harm."""
        written = await self.past.made(session.char_id)
        known = {each.op_id for each in written}
        waiting = [entry for entry in pending if not entry.refused]
        made = [Made(entry.op_id, entry.version, entry.at) for entry in waiting if entry.op_id not in known]
        after = {each.op_id: each for each in later([*written, *made], to, int(self.runner.clock.now()))}
        if not after:
            return ()
        if archived := next((each for each in after.values() if each.archived), None):
            raise LedgerArchivedError(session.char_id, archived.at)
        first = min(each.version for each in after.values())
        entries = (*await self.past.since(session.char_id, first), *waiting)
        return [entry for entry in entries if entry.op_id in after]

    def _plan(self, session: InventorySession, draft: _Draft) -> RestorePlan:
        roomy = replace(session, limits=replace(session.limits, max_slots=sys.maxsize))
        free = max(0, session.limits.max_slots - len(session.backpack))
        stays = (self._lines().summed(draft.elsewhere), self._lines().summed(draft.used_up))
        to = draft.operation.to
        try:
            after, result = apply(roomy, draft.operation, Rules(self.runner.catalog.current))
        except NothingToRestoreError:
            return RestorePlan(to, (), *stays, 0, free, "")
        slots = len(after.backpack) - len(session.backpack)
        code = sha256(encode((to, result.returned))).hexdigest()[:_CODE_LENGTH] if slots <= free else ""
        return RestorePlan(to, self._lines().summed(result.returned), *stays, slots, free, code)

    def _lines(self) -> LedgerLines:
        return LedgerLines(self.runner.catalog.current)


def _pending_of(session: InventorySession, state: Control | None) -> Sequence[LedgerEntry]:
    """What is not written yet of exactly this session."""
    if state is None or state.rev != session.rev:
        raise SessionConflictError(session.char_id)
    return state.pending
