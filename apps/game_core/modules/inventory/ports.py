"""What the inventory needs from the outside, as values and narrow protocols. Adapters implement them."""

from collections.abc import Collection, Container, Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Any, Protocol, Self

from apps.game_core.modules.inventory.inventory.gift import Gift
from apps.game_core.modules.inventory.inventory.loadout import Loadout
from apps.game_core.modules.inventory.inventory.model import Hero, InventorySession, PlacedItem, Vitals
from apps.game_core.modules.inventory.inventory.operation import Operation
from apps.game_core.modules.inventory.inventory.rules.giving import Give
from apps.game_core.modules.inventory.snapshot import InboxGrant, InboxRow, InventorySnapshot, LedgerMark
from apps.game_core.modules.items.contracts import Catalog, Slot
from apps.game_core.value import Value


class CatalogProvider(Protocol):
    @property
    def current(self) -> Catalog: ...


class AppliedOperation(Value):
    """An operation with what it answered and the rows it touched as they were before."""

    operation: Operation[Any]
    result: object
    before: tuple[PlacedItem, ...] = ()


class LedgerEntry(Value):
    """One row of `inventory_operations`, pending until the database has it.

    `payload`, `result` and `before` are JSON; `at` is in Unix seconds. `refused` names the error of an
    operation that no longer was valid when its session was rebased: it goes to `inventory_conflicts`.
    `first` is the version that it was told as, if a rebase has given it another one since.
    """

    op_id: str
    version: int
    kind: str
    at: int
    payload: bytes
    result: bytes
    before: bytes
    refused: str = ""
    first: int = 0

    @property
    def place(self) -> int:
        """Where it stood among the others when it was made."""
        return self.first or self.version


class DatabaseRow(Value):
    """What identifies a state of an inventory in the database."""

    version: int
    rev: str


class Fence(Value):
    """The row the write grew from, and what the row becomes. A write on any other row changes nothing."""

    base: DatabaseRow
    to: DatabaseRow


class StoredSession(Protocol):
    """A session as its store has it: nothing of it is read but what somebody asks for."""

    @property
    def vitals(self) -> Vitals: ...

    @property
    def hero(self) -> Hero: ...

    @property
    def coins(self) -> int: ...

    @property
    def loadouts(self) -> tuple[Loadout, ...]: ...

    def rows(self, ids: Container[int], /) -> Iterable[PlacedItem]:
        """The items among `ids`, with their places."""
        ...

    def session(self) -> InventorySession: ...


class Receipt(Value):
    """That something came out of row `row` of the inbox: of a trade, what lay on the half with this mark."""

    row: int
    trade: int | None = None
    mark: int | None = None


class InventoryData(Value):
    """One inventory's write: what really changed, and the ids by place of all there is for who asks.

    `gives` go into their trades with it; `receipts` say what came out of the inbox, which has to have it.
    Conflicts from before version `told` are known to the player. `saved` are loadouts, `forgotten` the ids of
    others. `coins` are all in the purse.
    """

    stored: StoredSession
    fence: Fence
    changed: tuple[PlacedItem, ...] = ()
    removed: tuple[int, ...] = ()
    operations: tuple[LedgerEntry, ...] = ()
    vitals: Vitals | None = None
    hero: Hero | None = None
    told: int = 0
    saved: tuple[Loadout, ...] = ()
    forgotten: tuple[int, ...] = ()
    coins: int | None = None
    gives: tuple[Give, ...] = ()
    receipts: tuple[Receipt, ...] = ()

    @property
    def equipped(self) -> Mapping[Slot, int | None]:
        return {slot: item.id if item else None for slot, item in self.stored.session().equipped.items()}

    @property
    def backpack(self) -> tuple[int, ...]:
        return tuple(item.id for item in self.stored.session().backpack)

    @property
    def quick_slots(self) -> tuple[int | None, ...]:
        return tuple(item.id if item else None for item in self.stored.session().quick_slots)


class Written(Value):
    """The database took the write. `rows` counts item rows put or removed."""

    rows: int


class Mismatch(Value):
    """The fence did not hold; this is what the row says. None: the row is gone."""

    row: DatabaseRow | None


class InventoryRepository(Protocol):
    """Never commits: that is the unit of work's.

    Every method raises DatabaseDownError; a write also DatabaseBusyError (a deadlock: trying again helps)
    and DatabaseRefusedError (it does not).
    """

    async def update_character_inventory(self, char_id: int, data: InventoryData) -> Written | Mismatch:
        """Write one inventory behind its fence.

        Raises:
            AlreadyInLedgerError: the ledger holds one of the operations.
            UnfoundedReceiptError: the inbox has nothing that a receipt says came out of it.
            ForeignItemError: an item id belongs to another character.

        """
        ...

    async def update_inventories(
        self, writes: Mapping[int, InventoryData]
    ) -> Mapping[int, Written | Mismatch]:
        """Many at once; an error means all of them, so that whoever called has to find the bad one."""
        ...

    async def row(self, char_id: int) -> DatabaseRow | None: ...

    async def operation(self, char_id: int, op_id: str) -> LedgerEntry | None:
        """What the ledger holds of an operation: a mere ARCHIVED of one that is in a file by now."""
        ...

    async def fate(self, char_id: int, op_id: str) -> LedgerEntry | None:
        """The same, or what the conflicts hold of it, with the reason in `refused`."""
        ...

    async def known(self, char_id: int, op_ids: Sequence[str]) -> Mapping[str, LedgerMark]:
        """Those of the operations that ledger, conflicts or files hold, by id."""
        ...

    async def founded(self, char_id: int, receipts: Sequence[Receipt]) -> Collection[Receipt]:
        """Those for which an unread row of the inbox is there."""
        ...

    async def restores_since(self, char_id: int, op_id: str) -> Sequence[LedgerEntry]:
        """The restores that came after an operation; none if the ledger does not hold the operation."""
        ...

    async def grant(self, char_id: int, gift: Gift, key: str | None = None) -> InboxGrant:
        """Put items into the inbox and return the row: the one that has this `key`, if one has."""
        ...

    async def unread(self, after: int, limit: int) -> Sequence[InboxRow]:
        """Undelivered grants of anybody with ids above `after`, in order."""
        ...

    async def unread_of(self, char_ids: Collection[int]) -> Sequence[InboxRow]:
        """All undelivered grants of these, in order."""
        ...


class InventoryUnitOfWork(Protocol):
    """One transaction. Leaving the block without `commit` rolls back."""

    @property
    def inventories(self) -> InventoryRepository: ...

    async def __aenter__(self) -> Self: ...
    async def __aexit__(self, *exc_info: object) -> None: ...
    async def commit(self) -> None: ...
    async def ping(self) -> None:
        """Raises DatabaseDownError."""
        ...


class UnitOfWorkFactory(Protocol):
    def __call__(self) -> InventoryUnitOfWork: ...


class Copied(StrEnum):
    SAFE = "safe"
    """A replica of the store has it, too."""
    ALONE = "alone"
    """No replica has said so in time."""
    NOT_WAITING = "not waiting"
    """It does not wait for the database: that has it, or nobody does."""


class Copies(Protocol):
    async def of(self, char_id: int, op_id: str) -> Copied:
        """Wait a little until a replica has what was told. Raises SessionStoreDownError."""
        ...


class SnapshotSource(Protocol):
    async def take(self, key: str) -> InventorySnapshot | None:
        """Read an assembled snapshot once and delete it; None when it is gone."""
        ...
