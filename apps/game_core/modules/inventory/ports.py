"""What the inventory needs from the outside, as values and narrow protocols. Adapters implement them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol, Self

from apps.game_core.modules.inventory.inventory.model import (
    InventorySession,
    PlacedItem,
    RowChanges,
    Vitals,
)
from apps.game_core.modules.inventory.inventory.operations import Operation
from apps.game_core.modules.inventory.snapshot import InventorySnapshot
from apps.game_core.modules.items.contracts import Catalog, Slot


class CatalogProvider(Protocol):
    @property
    def current(self) -> Catalog: ...


@dataclass(frozen=True, slots=True)
class AppliedOperation:
    """An operation with what it answered and the rows it touched as they were before."""

    operation: Operation[object]
    result: object
    before: tuple[PlacedItem, ...] = ()


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """One row of `inventory_operations`, pending until the database has it.

    `payload`, `result` and `before` are JSON; `at` is in Unix seconds.
    """

    op_id: str
    version: int
    kind: str
    at: int
    payload: bytes
    result: bytes
    before: bytes


@dataclass(frozen=True, slots=True)
class Fence:
    """The row the write grew from, and what the row becomes. A write on any other row changes nothing."""

    base_version: int
    base_rev: str
    version: int
    rev: str


@dataclass(frozen=True, slots=True)
class InventoryData:
    """One inventory's write: the seed's ids by place, and beside them only what really changed."""

    equipped: Mapping[Slot, int | None]
    backpack: tuple[int, ...]
    quick_slots: tuple[int | None, ...]
    fence: Fence
    changed: tuple[PlacedItem, ...] = ()
    removed: tuple[int, ...] = ()
    operations: tuple[LedgerEntry, ...] = ()
    vitals: Vitals | None = None
    inbox: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Written:
    """The database took the write. `rows` counts item rows put or removed."""

    rows: int


@dataclass(frozen=True, slots=True)
class Mismatch:
    """The fence did not hold; this is what the row says. None: the row is gone."""

    version: int | None
    rev: str | None


class InventoryRepository(Protocol):
    async def update_character_inventory(self, char_id: int, data: InventoryData) -> Written | Mismatch:
        """Write one inventory behind its fence. Never commits: that is the unit of work's."""
        ...


class InventoryUnitOfWork(Protocol):
    """One transaction. Leaving the block without `commit` rolls back."""

    @property
    def inventories(self) -> InventoryRepository: ...

    async def __aenter__(self) -> Self: ...
    async def __aexit__(self, *exc_info: object) -> None: ...
    async def commit(self) -> None: ...


class UnitOfWorkFactory(Protocol):
    def __call__(self) -> InventoryUnitOfWork: ...


@dataclass(frozen=True, slots=True)
class Read:
    """What the store holds. `session` is None on a miss; `seen` is the stored result of the asked op id."""

    session: InventorySession | None
    seen: bytes | None = None


@dataclass(frozen=True, slots=True)
class Save:
    """One write of a session: `session` carries the revision it grew from, `rev` is the new one."""

    session: InventorySession
    rev: str
    dirty: bool
    rows: RowChanges = field(default_factory=RowChanges)
    applied: AppliedOperation | None = None


@dataclass(frozen=True, slots=True)
class Saved:
    session: InventorySession


@dataclass(frozen=True, slots=True)
class Conflict:
    """Somebody else wrote first, or the session is gone. Nothing changed."""


@dataclass(frozen=True, slots=True)
class AlreadyApplied:
    """This operation id took effect before; `result` is what it answered then (JSON)."""

    result: bytes


@dataclass(frozen=True, slots=True)
class Claim:
    """A dirty session leased for one write. `marks` maps item ids to the version of their last change."""

    session: InventorySession
    token: str
    base_version: int
    base_rev: str
    marks: Mapping[int, int]
    vitals_changed: bool
    pending: tuple[LedgerEntry, ...]
    tokens: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """What the database now holds for a claim. `delete` removes the session if nothing came after."""

    claim: Claim
    version: int
    rev: str
    delete: bool = False


class SessionStore(Protocol):
    """Redis, as the session protocol uses it. One contract suite runs on every implementation."""

    async def read(self, char_id: int, op_id: str = "", cached: InventorySession | None = None) -> Read:
        """The session as stored; `cached` itself when its revision still stands. Slides a clean TTL.

        Raises:
            CorruptSessionError: the document cannot be understood.

        """
        ...

    async def save(self, save: Save) -> Saved | Conflict | AlreadyApplied: ...

    async def lock(self, char_id: int, token: str) -> bool:
        """Take the load lock for a few seconds."""
        ...

    async def unlock(self, char_id: int, token: str) -> None: ...

    async def create(self, session: InventorySession, snapshot: InventorySnapshot, lock_token: str) -> bool:
        """Store a clean session only if there is none and the lock still holds the token."""
        ...

    async def claim(self, char_id: int, token: str, *, only_due: bool = False) -> Claim | None:
        """Lease a dirty session for writing; None when there is nothing (due) to write."""
        ...

    async def acknowledge(self, done: Acknowledgement) -> bool:
        """Record what the database holds. True when the session is clean now."""
        ...

    async def forget(self, char_id: int) -> None:
        """Delete a clean session; a dirty one stays."""
        ...

    async def due(self, limit: int) -> list[int]:
        """Characters whose due time has come, oldest first."""
        ...

    async def dirty(self) -> list[int]:
        """Every character in the dirty index."""
        ...


class SnapshotSource(Protocol):
    async def take(self, key: str) -> InventorySnapshot | None:
        """Read an assembled snapshot once and delete it; None when it is gone."""
        ...
