"""The inventory as others know it: what it is asked, what it answers, what it shows."""

from dataclasses import dataclass
from typing import Generic, TypeVar

from apps.game_core.modules.inventory.granting import Grant, Granted, GrantUnit, GrantWriter
from apps.game_core.modules.inventory.inventory.loadout import MAX_LOADOUTS
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
from apps.game_core.modules.inventory.inventory.operations import (
    ChangeHealth,
    DropItem,
    DropMany,
    EquipItem,
    ForgetLoadout,
    LockItem,
    MarkJunk,
    MergeStacks,
    MoveFromQuickSlot,
    MoveToQuickSlot,
    SortBackpack,
    SplitStack,
    UnequipItem,
    UseConsumable,
)
from apps.game_core.modules.inventory.inventory.results import (
    AddItemResult,
    ChangeHealthResult,
    DropManyResult,
    DropResult,
    EquipResult,
    ForgetLoadoutResult,
    LockResult,
    MarkJunkResult,
    MergeResult,
    QuickSlotResult,
    RestoreResult,
    Result,
    RevertResult,
    SaveLoadoutResult,
    SortResult,
    SplitResult,
    TakeNoteResult,
    UndoResult,
    UnequipResult,
    UseConsumableResult,
    WearSetResult,
)
from apps.game_core.modules.inventory.inventory.wishes import (
    ClearJunk,
    JunkBy,
    LookBack,
    PutBack,
    SaveWorn,
    SortOut,
    TakeBackDrop,
    WearBest,
    WearLoadout,
    Wish,
)
from apps.game_core.modules.inventory.keeping_views import Junk, LoadoutView, PieceState
from apps.game_core.modules.inventory.metrics import ProcessCounts
from apps.game_core.modules.inventory.oversight import (
    Fate,
    InspectInventory,
    Inspection,
    InventoryNumbers,
    LedgerItem,
    LedgerLine,
    LedgerPage,
    ListParked,
    ReadLedger,
    ReleaseParked,
    SessionCount,
    SessionState,
    TakeNumbers,
)
from apps.game_core.modules.inventory.queries import BackpackQuery, GroupBy, SortBy
from apps.game_core.modules.inventory.reader import InventoryReader
from apps.game_core.modules.inventory.restoring import (
    PlanRestore,
    RestoreInventory,
    RestorePlan,
)
from apps.game_core.modules.inventory.views import (
    BackpackPage,
    BestSet,
    Comparison,
    InventoryView,
    ItemDetails,
    ItemView,
    LoadoutTitle,
    SlotView,
    StatsView,
    Verdict,
)
from apps.game_core.system.protocols import Context

__all__ = [
    "BACKPACK",
    "LEAST_HP",
    "MAX_LOADOUTS",
    "AddItemResult",
    "Added",
    "BackpackPage",
    "BackpackQuery",
    "BestSet",
    "Buff",
    "ChangeHealth",
    "ChangeHealthResult",
    "ClearJunk",
    "Comparison",
    "DiscardInventory",
    "DropItem",
    "DropMany",
    "DropManyResult",
    "DropResult",
    "Durability",
    "EquipItem",
    "EquipResult",
    "Fate",
    "ForgetLoadout",
    "ForgetLoadoutResult",
    "Gift",
    "GiveItem",
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
    "Junk",
    "JunkBy",
    "LedgerItem",
    "LedgerLine",
    "LedgerPage",
    "Limits",
    "ListParked",
    "LoadoutTitle",
    "LoadoutView",
    "LockItem",
    "LockResult",
    "LookBack",
    "MarkJunk",
    "MarkJunkResult",
    "MergeResult",
    "MergeStacks",
    "MoveFromQuickSlot",
    "MoveToQuickSlot",
    "Outcome",
    "Perform",
    "PieceState",
    "PlacedItem",
    "PlanRestore",
    "ProcessCounts",
    "PutBack",
    "QuickSlotResult",
    "ReadLedger",
    "ReleaseParked",
    "RestoreInventory",
    "RestorePlan",
    "RestoreResult",
    "Result",
    "RevertResult",
    "SaveLoadoutResult",
    "SaveWorn",
    "SessionCount",
    "SessionState",
    "SlotView",
    "SortBackpack",
    "SortBy",
    "SortOut",
    "SortResult",
    "Source",
    "SplitResult",
    "SplitStack",
    "StatsView",
    "SyncInventory",
    "SyncResult",
    "TakeBackDrop",
    "TakeNoteResult",
    "TakeNumbers",
    "UndoResult",
    "UnequipItem",
    "UnequipResult",
    "UseConsumable",
    "UseConsumableResult",
    "Verdict",
    "ViewInventory",
    "WearBest",
    "WearLoadout",
    "WearSetResult",
    "Wish",
    "stamped",
]

R_co = TypeVar("R_co", bound=Result, covariant=True)
R = TypeVar("R", bound=Result)


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
class GiveItem(Context[Added]):
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
class Perform(Context[R], Generic[R]):
    """An operation, as a value; the same `op_id` performs it once. The answer is its result.

    `first`: the caller knows that nobody has sent this id before, so the database need not be asked.
    """

    module = "inventory"
    action = "perform"

    char_id: int
    wish: Wish[R]
    op_id: str
    first: bool = False
