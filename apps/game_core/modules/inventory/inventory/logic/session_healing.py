"""Changes that players were told of and that Redis has lost: brought back from memory, or told."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from apps.game_core.modules.inventory.inventory.logic.replay import Loss
from apps.game_core.modules.inventory.inventory.logic.session_rebase import SessionRebase
from apps.game_core.modules.inventory.inventory.logic.sightings import Sighting, Sightings
from apps.game_core.modules.inventory.inventory.logic.unwritten_changes import UnwrittenChanges
from apps.game_core.modules.inventory.ports import AppliedOperation, UnitOfWorkFactory
from apps.game_core.modules.inventory.session_store import Read, Saved, SessionStore


@dataclass(frozen=True, slots=True)
class SessionHealing:
    """Remembers what this process has told and seen, and asks after it when a session has another past."""

    store: SessionStore
    unit_of_work: UnitOfWorkFactory
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
            self.sightings.note(session, self.store.server, saved.lineage)

    async def is_whole(self, char_id: int, found: Read, left: Sighting | None = None) -> bool:
        """True when the session that was found has all that was told; else it is another one now.

        `left`: what a document, found without its control data, says of the session it was.
        """
        if found.session is None:
            return True
        self.changes.settle(char_id, found.lineage, found.synced_version)
        seen = [
            each
            for each in (left, self.sightings.of(char_id))
            if each is not None and each.has_more_than(found.session, found.lineage)
        ]
        lacking = seen or self.changes.of_another_past(char_id, found.lineage)
        if lacking and await self._heal(char_id, seen):
            return False
        self.sightings.note(found.session, self.store.server, found.lineage)
        return True

    async def _heal(self, char_id: int, seen: Sequence[Sighting]) -> bool:
        """Bring back what the session lacks; True when it was changed or is gone.

        What it was `seen` with, and nobody knows any more, is told to the player.
        """
        state = await self.store.inspect(char_id)
        if state is None:
            return True
        told = {entry.op_id: entry for entry in self.changes.of_another_past(char_id, state.lineage)}
        pending = {entry.op_id: entry.version for entry in state.pending}
        async with self.unit_of_work() as unit:
            asked = [*told, *(name for each in seen for name in _names(each))]
            known = {*pending, *await unit.inventories.known(char_id, asked)}
            lost = [entry for op_id, entry in told.items() if op_id not in known]
            gone = [each for each in seen if each.trail.last and known.isdisjoint(_names(each))]
            written = [await unit.inventories.operations_since(char_id, each.trail.since) for each in gone]
        losses = _losses(gone, written, {entry.op_id for entry in lost})
        if not lost and not losses:
            self.changes.move(char_id, state.lineage, pending, told)
            return False
        newest = max((each.version for each in seen), default=0)
        healed = await self.rebase.rebase(state, anew=True, lost=lost, losses=losses, newest=newest)
        if healed is not None:
            versions = {entry.op_id: entry.version for entry in healed.pending}
            self.changes.move(char_id, healed.session.rev, versions, told)
        return True

    def forget(self, char_id: int) -> None:
        self.changes.forget(char_id)
        self.sightings.forget(char_id)


def _names(seen: Sighting) -> tuple[str, str]:
    """By which the database or a session know the last that was done, or that it is lost."""
    return seen.trail.last, Loss(seen.trail.last, 0).op_id


def _losses(gone: Sequence[Sighting], written: Sequence[int], own: Collection[str]) -> list[Loss]:
    """What neither the database has nor, as its `own`, this process."""
    losses = {}
    for each, held in zip(gone, written, strict=True):
        trail = each.trail
        changes = max(trail.operations - held - len(own), 0 if trail.last in own else 1)
        if changes:
            losses[trail.last] = Loss(trail.last, changes)
    return list(losses.values())
