"""Everything the database knows of how one inventory came to be: what the audit looks through."""

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol, TypeAlias

from apps.game_core.modules.inventory.inventory.gift import Gift
from apps.game_core.modules.inventory.inventory.model import Hero, Parcel, PlacedItem, Vitals
from apps.game_core.modules.inventory.ports import LedgerEntry
from apps.game_core.modules.inventory.snapshot import InventorySnapshot

Traits: TypeAlias = Mapping[str, int]
"""What of a hero grows, by name, as far as somebody has written it down."""
TRAITS = ("level", "experience", "strength", "max_hp")


@dataclass(frozen=True, slots=True)
class PurseChange:
    """A purse, as it was and became."""

    before: int
    after: int


def traits(hero: Hero) -> Traits:
    return {name: getattr(hero, name) for name in TRAITS}


def traits_at_birth(told: Traits) -> Traits:
    """Of all that a starter tells. Before there was experience nobody had any, and the rest was not told."""
    return {"experience": 0} | {name: told[name] for name in TRAITS if name in told}


@dataclass(frozen=True, slots=True)
class Edit:
    """What somebody changed by SQL, rows, the hero and the purse as they were and became.

    `version` is the inventory's then, `at` in Unix seconds, `by` the database's user. `number` grows with
    each edit of anything.
    """

    version: int
    before: tuple[PlacedItem, ...] = ()
    after: tuple[PlacedItem, ...] = ()
    vitals: Vitals | None = None
    hero_before: Traits = field(default_factory=dict)
    hero_after: Traits = field(default_factory=dict)
    at: int = 0
    by: str = ""
    number: int = 0
    coins: PurseChange | None = None


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """Where an inventory stood when all entries up to `version` went into files.

    `at` is when the last of these was made (Unix seconds), `digest` what all of them come to, and `state`, as
    JSON, what is counted on from. `edits` and `delivered` are of before it, and still in the database.
    """

    version: int
    at: int
    digest: bytes
    state: bytes
    edits: tuple[Edit, ...] = ()
    delivered: Mapping[str, Gift | Parcel | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class History:
    """As of one moment. `ledger` and `edits` are in the order of versions, without the starter.

    With a `checkpoint` it begins there. `birth` is the starter as an entry.

    `starter` is what the character was born with, `born_hp` its hit points, `born_at` when (Unix seconds);
    None where nobody wrote that down. `born_hero` is what is known of the newborn. `delivered` are inbox
    rows marked as consumed, by the operation that delivers them (None: unreadable), `refused` the ids of
    operations recorded as conflicts. `unreadable` names stored values that this release cannot have
    written.
    """

    snapshot: InventorySnapshot
    starter: tuple[PlacedItem, ...] | None
    ledger: tuple[LedgerEntry, ...]
    born_hp: int | None = None
    born_at: int | None = None
    born_hero: Traits = field(default_factory=dict)
    edits: tuple[Edit, ...] = ()
    delivered: Mapping[str, Gift | Parcel | None] = field(default_factory=dict)
    refused: frozenset[str] = frozenset()
    unreadable: tuple[str, ...] = ()
    checkpoint: Checkpoint | None = None
    birth: LedgerEntry | None = None

    @property
    def begins_at(self) -> int | None:
        """Unix seconds; None: nobody wrote that down."""
        return self.checkpoint.at if self.checkpoint else self.born_at


class HistoryReader(Protocol):
    """Every method raises DatabaseDownError."""

    async def char_ids(self, after: int, limit: int, upto: int | None = None) -> Sequence[int]:
        """Characters with an inventory and an id above `after`, at most `upto`, in order."""
        ...

    async def read(self, char_id: int) -> History | None:
        """None: there is no such inventory (any more)."""
        ...

    def read_all(self, after: int, upto: int) -> AsyncIterator[History]:
        """The histories of characters with ids above `after`, at most `upto`, in order, as of one moment."""
        ...

    def read_these(self, char_ids: Collection[int]) -> AsyncIterator[History]:
        """The same of those of these characters that there are."""
        ...


class AuditMemory(Protocol):
    """In which state inventories were found in order, so that none is counted twice in the same one.

    A state is a number, of all that the database knows of an inventory and that a history has. Every method
    raises DatabaseDownError.
    """

    async def changed(self, after: int, upto: int) -> Mapping[int, int]:
        """The state of each that was never found in order in it."""
        ...

    async def remember(self, states: Mapping[int, int]) -> None:
        """They are in order, or were, when they were so. Nothing happens where nobody may write."""
        ...

    async def forget(self, char_ids: Collection[int]) -> None:
        """They are not in order, whoever found them so in this state."""
        ...
