"""Changes that players were told of and that Redis has lost: brought back from memory, or told."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from apps.game_core.modules.inventory.inventory.logic.sessions.replay import Loss
from apps.game_core.modules.inventory.inventory.logic.sessions.session_rebase import SessionRebase
from apps.game_core.modules.inventory.inventory.logic.sessions.sightings import Sighting, Sightings
from apps.game_core.modules.inventory.inventory.logic.sessions.told_fates import ToldFates
from apps.game_core.modules.inventory.inventory.logic.sessions.unwritten_changes import UnwrittenChanges
from apps.game_core.modules.inventory.inventory.model import InventorySession
from apps.game_core.modules.inventory.ports import (
    AppliedOperation,
    DatabaseRow,
    LedgerEntry,
)
from apps.game_core.modules.inventory.session_store import Control, Read, Saved, SessionStore
from apps.game_core.value import replace


@dataclass(frozen=True, slots=True)
class _Lacking:
    """`lost` can be brought back, being of what was `asked` after; what is `gone` nobody knows any more."""

    asked: frozenset[str]
    lost: Sequence[LedgerEntry]
    gone: Sequence[Loss]

    def __bool__(self) -> bool:
        return bool(self.lost or self.gone)


@dataclass(frozen=True, slots=True)
class SessionHealing:
    """Remembers what this process has told and seen, and asks after it when a session has another past."""

    store: SessionStore
    fates: ToldFates
    rebase: SessionRebase
    changes: UnwrittenChanges = field(default_factory=UnwrittenChanges)
    sightings: Sightings = field(default_factory=Sightings)

    def told(self, saved: Saved, applied: AppliedOperation | None) -> None:
        """A change was made, and its player is told."""
        session = saved.session
        self.changes.settle(session.char_id, saved.lineage, saved.synced_version)
        if applied is not None:
            self.changes.note(session.char_id, saved.lineage, session.version, applied)
        seen = self.sightings.of(session.char_id)
        if seen is None or seen.lineage == saved.lineage:
            self._saw(session, saved.lineage, saved.synced_version)

    def pruned(self, session: InventorySession) -> InventorySession:
        """A session without the trail of what is known to be written."""
        seen = self.sightings.of(session.char_id)
        if seen is None or seen.trail.since != session.trail.since:
            return session
        trail = session.trail.unwritten(seen.synced_version)
        return session if trail is session.trail else replace(session, trail=trail)

    async def is_whole(self, char_id: int, found: Read, made: Control | None = None) -> bool:
        """True when the session that was found has all that was told; else it is another one now.

        `made`: what the store keeps beside it, known to whom has just made it.
        """
        if found.session is None:
            return True
        self.changes.settle(char_id, found.lineage, found.synced_version)
        seen = self.sightings.of(char_id)
        if seen is not None and not seen.has_more_than(found.session, found.lineage):
            seen = None
        lacking = seen or self.changes.beyond(char_id, found.lineage, found.session.version)
        if lacking and await self._heal(char_id, seen, made):
            return False
        self._saw(found.session, found.lineage, found.synced_version)
        return True

    async def _heal(self, char_id: int, seen: Sighting | None, made: Control | None) -> bool:
        """Bring back what the session lacks; True when it was changed or is gone.

        What it was `seen` with, and nobody knows any more, is told to the player.
        """
        state = made or await self.store.inspect(char_id)
        if state is None:
            return True
        is_older = self._is_older(state)
        if seen is not None and not is_older and seen.lineage == state.lineage:
            seen = None  # what was found was an answer that came late
        lacking = await self._lacking(state, seen)
        if not lacking and not is_older:
            pending = {entry.op_id: entry for entry in state.pending}
            self.changes.move(char_id, state.lineage, pending, lacking.asked)
            return False
        await self._bring_back(state, lacking, seen.version if seen else 0)
        return True

    def _is_older(self, state: Control) -> bool:
        """Whether a session was there before that came later in the same past: this one is a copy."""
        past = state.char_id, state.lineage, state.version
        seen = self.sightings.of(state.char_id)
        return self.changes.is_later(*past) or (seen is not None and seen.is_after(*past[1:]))

    async def replace(self, leftover: InventorySession) -> bool:
        """Put a session in place of a document that lost its control data: one that tells what is missing.

        True when something was. Who dies before that leaves the document for others to find.
        """
        seen = self.sightings.beside(leftover)
        nothing = DatabaseRow(0, "")
        state = Control(leftover.char_id, leftover.rev, leftover.version, synced_version=0, base=nothing)
        lacking = await self._lacking(state, seen)
        await self._bring_back(state, lacking, seen.version)
        return bool(lacking)

    async def _lacking(self, state: Control, seen: Sighting | None) -> _Lacking:
        told = {entry.op_id: entry for entry in self._beyond(state)}
        losses = {op_id: Loss(op_id) for op_id in (seen.trail.op_ids if seen else ()) if op_id not in told}
        asked = [*told, *losses, *(each.op_id for each in losses.values())]
        known = await self.fates.known(state, asked)
        others = await self.fates.others(state, told.values(), known)
        lost = [entry for op_id, entry in told.items() if op_id not in known]
        return _Lacking(
            asked=frozenset(told),
            lost=[*lost, *others],
            gone=[loss for op_id, loss in losses.items() if known.keys().isdisjoint((op_id, loss.op_id))],
        )

    def _beyond(self, state: Control) -> Sequence[LedgerEntry]:
        return self.changes.beyond(state.char_id, state.lineage, state.version)

    async def _bring_back(self, state: Control, lacking: _Lacking, newest: int) -> None:
        lost, gone = lacking.lost, lacking.gone
        healed = await self.rebase.rebase(state, anew=True, lost=lost, losses=gone, newest=newest)
        if healed is not None:
            pending = {entry.op_id: entry for entry in healed.pending}
            self.changes.move(state.char_id, healed.session.rev, pending, lacking.asked)

    def _saw(self, session: InventorySession, lineage: str, synced_version: int) -> None:
        self.sightings.note(session, self.store.server_of(session.char_id), lineage, synced_version)

    def forget(self, char_id: int) -> None:
        self.changes.forget(char_id)
        self.sightings.forget(char_id)
