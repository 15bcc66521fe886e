"""Fresh snapshots from the context assembler, and the sessions that they describe."""

from dataclasses import dataclass
from typing import Protocol

from apps.game_core.modules.inventory.errors import CharacterNotFoundError, SessionConflictError
from apps.game_core.modules.inventory.inventory.model import (
    BACKPACK,
    QUICK_SLOT,
    InventorySession,
    Item,
)
from apps.game_core.modules.inventory.inventory.rules.values import Rules
from apps.game_core.modules.inventory.inventory.trail import Trail
from apps.game_core.modules.inventory.ports import SnapshotSource
from apps.game_core.modules.inventory.snapshot import InventorySnapshot, decoded
from apps.game_core.modules.items.contracts import Slot
from apps.game_core.system.context_assembler.contracts import Assemble, Peek
from apps.game_core.system.core_router import CoreRouter
from apps.game_core.value import replace

SCOPE = "inventory"


class Generation(Protocol):
    @property
    def generation(self) -> str: ...


@dataclass(frozen=True, slots=True)
class FreshSnapshots:
    router: CoreRouter
    source: SnapshotSource
    database: Generation

    async def of(self, char_id: int, op_ids: tuple[str, ...] = ()) -> InventorySnapshot:
        """The inventory as the database has it now; `known` tells which of `op_ids` the ledger holds.

        Raises:
            CharacterNotFoundError: the database knows no such character.
            SessionConflictError: the snapshot expired before it was taken.

        """
        generation = self.database.generation  # as it is before anything is read
        context = Assemble(char_id=char_id, scopes=(SCOPE,), op_ids=op_ids)
        assembled = await self.router.ask(context)
        if SCOPE not in assembled.keys:
            raise CharacterNotFoundError(char_id)
        snapshot = await self.source.take(assembled.keys[SCOPE])
        if snapshot is None:
            raise SessionConflictError(char_id)
        return replace(snapshot, generation=generation)

    async def handed_over(self, char_id: int) -> InventorySnapshot:
        """The same without a stay in the store: on every player's way, and when the store is away.

        Raises CharacterNotFoundError.
        """
        generation = self.database.generation
        found = await self.router.ask(Peek(char_id=char_id, scope=SCOPE))
        if found is None:
            raise CharacterNotFoundError(char_id)
        return replace(decoded(found), generation=generation)


def session_from(snapshot: InventorySnapshot, now: int, rules: Rules) -> InventorySession:
    """The session that a snapshot describes; `now` in Unix seconds.

    Rows tell of no empty quick slots: what is worn does.
    """
    placed = {(each.place, each.position): each.item for each in snapshot.items}
    worn: dict[Slot, Item | None] = {slot: placed.get((slot.value, 0)) for slot in Slot}
    quick = {each.position: each.item for each in snapshot.items if each.place == QUICK_SLOT}
    backpack = sorted(
        (each.item for each in snapshot.items if each.place == BACKPACK), key=lambda item: item.position
    )
    session = InventorySession(
        char_id=snapshot.char_id,
        loaded_at=now,
        version=snapshot.version,
        hero=snapshot.hero,
        vitals=snapshot.vitals,
        limits=snapshot.limits,
        equipped=worn,
        backpack=tuple(backpack),
        quick_slots=(),
        waiting=tuple(grant.inbox_id for grant in snapshot.inbox),
        conflicts=snapshot.conflicts,
        loadouts=snapshot.loadouts,
        trail=Trail(since=snapshot.version),
        coins=snapshot.coins,
    )
    count = max(rules.quick_slot_count(session), max(quick, default=-1) + 1)
    return replace(session, quick_slots=tuple(quick.get(index) for index in range(count)))
