"""The inventory as others know it: what it is asked, what it answers, what it shows."""

from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from apps.game_core.modules.inventory.inventory.model import (
    BACKPACK,
    LEAST_HP,
    Buff,
    Durability,
    Gift,
    Item,
    Limits,
    PlacedItem,
    Source,
)
from apps.game_core.modules.inventory.inventory.operation_ids import stamped
from apps.game_core.modules.inventory.inventory.results import (
    AddItemResult,
    ChangeHealthResult,
    DropManyResult,
    DropResult,
    EquipResult,
    LockResult,
    MergeResult,
    QuickSlotResult,
    RevertResult,
    SplitResult,
    UndoResult,
    UnequipResult,
    UseConsumableResult,
    WearSetResult,
)
from apps.game_core.modules.inventory.metrics import ProcessCounts
from apps.game_core.modules.inventory.oversight import (
    Fate,
    InspectInventory,
    Inspection,
    InventoryNumbers,
    LedgerItem,
    LedgerLine,
    LedgerPage,
    ReadLedger,
    SessionCount,
    SessionState,
    TakeNumbers,
)
from apps.game_core.modules.inventory.queries import BackpackQuery, GroupBy, SortBy
from apps.game_core.modules.inventory.restoring import (
    PlanRestore,
    RestoreInventory,
    RestorePlan,
)
from apps.game_core.modules.inventory.snapshot import InboxGrant
from apps.game_core.modules.inventory.views import (
    BackpackPage,
    BestSet,
    Comparison,
    InventoryReader,
    InventoryView,
    ItemDetails,
    ItemView,
    SlotView,
    StatsView,
    Verdict,
)
from apps.game_core.system.protocols import Context

__all__ = [
    "BACKPACK",
    "LEAST_HP",
    "AddItem",
    "AddItemResult",
    "Added",
    "BackpackPage",
    "BackpackQuery",
    "BestSet",
    "Buff",
    "ChangeHealth",
    "ChangeHealthResult",
    "Comparison",
    "DiscardInventory",
    "DropManyResult",
    "DropResult",
    "Durability",
    "EquipResult",
    "Fate",
    "Gift",
    "Grant",
    "GrantUnit",
    "GrantWriter",
    "Granted",
    "GroupBy",
    "InspectInventory",
    "Inspection",
    "InventoryNumbers",
    "InventoryReader",
    "InventoryView",
    "Item",
    "ItemDetails",
    "ItemView",
    "LedgerItem",
    "LedgerLine",
    "LedgerPage",
    "Limits",
    "ListParked",
    "LockResult",
    "MergeResult",
    "Outcome",
    "PlacedItem",
    "PlanRestore",
    "ProcessCounts",
    "QuickSlotResult",
    "ReadLedger",
    "ReleaseParked",
    "RestoreInventory",
    "RestorePlan",
    "RevertResult",
    "SessionCount",
    "SessionState",
    "SlotView",
    "SortBy",
    "Source",
    "SplitResult",
    "StatsView",
    "SyncInventory",
    "SyncResult",
    "TakeNumbers",
    "UndoResult",
    "UnequipResult",
    "UseConsumableResult",
    "UseInCombat",
    "Verdict",
    "ViewInventory",
    "WearSetResult",
    "stamped",
]

R_co = TypeVar("R_co", covariant=True)


@dataclass(frozen=True, slots=True)
class Outcome(Generic[R_co]):
    """What an operation answered, and the inventory after it. `repeated`: it had taken effect before."""

    result: R_co
    inventory: InventoryReader
    repeated: bool = False


@dataclass(frozen=True, slots=True)
class SyncResult:
    """`rows` counts item rows written."""

    changes_saved: bool
    rows: int = 0


@dataclass(frozen=True, slots=True)
class ViewInventory(Context[InventoryView]):
    module = "inventory"
    action = "view"

    char_id: int


@dataclass(frozen=True, slots=True)
class SyncInventory(Context[SyncResult]):
    module = "inventory"
    action = "sync"

    char_id: int


@dataclass(frozen=True, slots=True)
class DiscardInventory(Context[None]):
    """Forget the open session, written or not; asked for when the character goes."""

    module = "inventory"
    action = "discard"

    char_id: int


@dataclass(frozen=True, slots=True)
class Added:
    """`result` is None for items that do not fit: they wait in the inbox and come as soon as they do."""

    result: AddItemResult | None


@dataclass(frozen=True, slots=True)
class AddItem(Context[Added]):
    """`op_id` is the caller's idempotency key: the same key adds once, and with `or_inbox` waits once.

    What it came with first is what counts.

    Without `or_inbox` a backpack that is full, or too heavy, is the caller's to deal with.
    """

    module = "inventory"
    action = "add_item"

    char_id: int
    base_id: str
    quantity: int
    op_id: str
    or_inbox: bool = False


@dataclass(frozen=True, slots=True)
class UseInCombat(Context[UseConsumableResult]):
    """Use what lies in a quick slot in the middle of a fight; the same `op_id` uses it once.

    `first`: the caller knows that nobody has sent this id before, so the database need not be asked.
    """

    module = "inventory"
    action = "use_in_combat"

    char_id: int
    item_id: int
    slot_index: int
    op_id: str
    first: bool = False


@dataclass(frozen=True, slots=True)
class ChangeHealth(Context[ChangeHealthResult]):
    """Hit points won, or lost for an `amount` below zero; the same `op_id` changes them once.

    `first` as for `UseInCombat`.
    """

    module = "inventory"
    action = "change_health"

    char_id: int
    amount: int
    op_id: str
    first: bool = False


class GrantWriter(Protocol):
    async def grant(
        self, char_id: int, base_id: str, quantity: int, key: str | None = None
    ) -> InboxGrant: ...


class GrantUnit(Protocol):
    """A transaction of the granting module's own; `commit` stays with that module."""

    @property
    def inventories(self) -> GrantWriter: ...


@dataclass(frozen=True, slots=True)
class Granted:
    """What the inbox holds: for a key that came before, what came with it then."""

    grant: InboxGrant


@dataclass(frozen=True, slots=True)
class Grant(Context[Granted]):
    """Items for a player who may be playing or away: they arrive exactly once, as soon as they fit.

    With a `unit` the grant is part of that transaction, and is gone if it rolls back. With a `key` the same
    grant may be asked for again and again; it is made once, of what it was first asked for.
    """

    module = "inventory"
    action = "grant"

    char_id: int
    base_id: str
    quantity: int
    unit: GrantUnit | None = None
    key: str | None = None


@dataclass(frozen=True, slots=True)
class ListParked(Context[tuple[int, ...]]):
    """Characters whose changes the database refuses; they are kept and tried again when released."""

    module = "inventory"
    action = "parked"


@dataclass(frozen=True, slots=True)
class ReleaseParked(Context[bool]):
    """Let a parked session be written again. False: it was not parked."""

    module = "inventory"
    action = "release"

    char_id: int
