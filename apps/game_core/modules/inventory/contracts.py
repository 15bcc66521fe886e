"""The inventory as others know it: what it is asked, what it answers, what it shows."""

from apps.game_core.modules.inventory.contexts import (
    Added,
    DiscardInventory,
    GiveItem,
    Outcome,
    Perform,
    SyncInventory,
    SyncResult,
    ViewInventory,
)
from apps.game_core.modules.inventory.granting import Grant, Granted, GrantUnit, GrantWriter
from apps.game_core.modules.inventory.inventory.gift import Gift, Roll
from apps.game_core.modules.inventory.inventory.limits import MAX_COINS, MAX_ID
from apps.game_core.modules.inventory.inventory.loadout import MAX_LOADOUTS
from apps.game_core.modules.inventory.inventory.model import (
    BACKPACK,
    LEAST_HP,
    Buff,
    Durability,
    Item,
    Limits,
    PlacedItem,
    Source,
)
from apps.game_core.modules.inventory.inventory.operation import Result
from apps.game_core.modules.inventory.inventory.operation_ids import stamped
from apps.game_core.modules.inventory.inventory.rules.adding import AddItem, AddItemResult
from apps.game_core.modules.inventory.inventory.rules.batching import Batch, BatchResult
from apps.game_core.modules.inventory.inventory.rules.consuming import UseConsumable, UseConsumableResult
from apps.game_core.modules.inventory.inventory.rules.dropping import (
    DropItem,
    DropMany,
    DropManyResult,
    DropResult,
)
from apps.game_core.modules.inventory.inventory.rules.fighting import FightEnd, FightResult, SettleFight
from apps.game_core.modules.inventory.inventory.rules.health import ChangeHealth, ChangeHealthResult
from apps.game_core.modules.inventory.inventory.rules.junk import MarkJunk, MarkJunkResult
from apps.game_core.modules.inventory.inventory.rules.loadouts import (
    ForgetLoadout,
    ForgetLoadoutResult,
    SaveLoadoutResult,
)
from apps.game_core.modules.inventory.inventory.rules.locking import LockItem, LockResult
from apps.game_core.modules.inventory.inventory.rules.mending import (
    MendItem,
    MendResult,
    RepairItem,
    RepairResult,
)
from apps.game_core.modules.inventory.inventory.rules.noting import TakeNoteResult
from apps.game_core.modules.inventory.inventory.rules.ordering import SortBackpack, SortResult
from apps.game_core.modules.inventory.inventory.rules.outfitting import WearSetResult
from apps.game_core.modules.inventory.inventory.rules.purse import AddCoins, CoinsResult, TakeCoins
from apps.game_core.modules.inventory.inventory.rules.quick_slots import (
    MoveFromQuickSlot,
    MoveToQuickSlot,
    QuickSlotResult,
)
from apps.game_core.modules.inventory.inventory.rules.restoring import RestoreResult
from apps.game_core.modules.inventory.inventory.rules.spending import Spent
from apps.game_core.modules.inventory.inventory.rules.stacks import (
    MergeResult,
    MergeStacks,
    SplitResult,
    SplitStack,
)
from apps.game_core.modules.inventory.inventory.rules.taking import TakeItem, TakeKind, TakeResult
from apps.game_core.modules.inventory.inventory.rules.undoing_all_else import RevertResult
from apps.game_core.modules.inventory.inventory.rules.undoing_drops import UndoResult
from apps.game_core.modules.inventory.inventory.rules.wearing import (
    EquipItem,
    EquipResult,
    UnequipItem,
    UnequipResult,
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
from apps.game_core.modules.inventory.keeping_errors import NotEnoughCoinsError, PurseFullError
from apps.game_core.modules.inventory.keeping_views import Damaged, Junk, LoadoutView, PieceState
from apps.game_core.modules.inventory.lives import ItemLife, LifeEvent, TraceItem
from apps.game_core.modules.inventory.metrics import ProcessCounts
from apps.game_core.modules.inventory.oversight import (
    ComparePasts,
    Difference,
    Fate,
    InspectInventory,
    Inspection,
    InventoryNumbers,
    LedgerItem,
    LedgerLine,
    LedgerPage,
    ListParked,
    LookAtPast,
    PastInventory,
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

__all__ = [
    "BACKPACK",
    "LEAST_HP",
    "MAX_COINS",
    "MAX_ID",
    "MAX_LOADOUTS",
    "AddCoins",
    "AddItem",
    "AddItemResult",
    "Added",
    "BackpackPage",
    "BackpackQuery",
    "Batch",
    "BatchResult",
    "BestSet",
    "Buff",
    "ChangeHealth",
    "ChangeHealthResult",
    "ClearJunk",
    "CoinsResult",
    "ComparePasts",
    "Comparison",
    "Damaged",
    "Difference",
    "DiscardInventory",
    "DropItem",
    "DropMany",
    "DropManyResult",
    "DropResult",
    "Durability",
    "EquipItem",
    "EquipResult",
    "Fate",
    "FightEnd",
    "FightResult",
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
    "ItemLife",
    "ItemView",
    "Junk",
    "JunkBy",
    "LedgerItem",
    "LedgerLine",
    "LedgerPage",
    "LifeEvent",
    "Limits",
    "ListParked",
    "LoadoutTitle",
    "LoadoutView",
    "LockItem",
    "LockResult",
    "LookAtPast",
    "LookBack",
    "MarkJunk",
    "MarkJunkResult",
    "MendItem",
    "MendResult",
    "MergeResult",
    "MergeStacks",
    "MoveFromQuickSlot",
    "MoveToQuickSlot",
    "NotEnoughCoinsError",
    "Outcome",
    "PastInventory",
    "Perform",
    "PieceState",
    "PlacedItem",
    "PlanRestore",
    "ProcessCounts",
    "PurseFullError",
    "PutBack",
    "QuickSlotResult",
    "ReadLedger",
    "ReleaseParked",
    "RepairItem",
    "RepairResult",
    "RestoreInventory",
    "RestorePlan",
    "RestoreResult",
    "Result",
    "RevertResult",
    "Roll",
    "SaveLoadoutResult",
    "SaveWorn",
    "SessionCount",
    "SessionState",
    "SettleFight",
    "SlotView",
    "SortBackpack",
    "SortBy",
    "SortOut",
    "SortResult",
    "Source",
    "Spent",
    "SplitResult",
    "SplitStack",
    "StatsView",
    "SyncInventory",
    "SyncResult",
    "TakeBackDrop",
    "TakeCoins",
    "TakeItem",
    "TakeKind",
    "TakeNoteResult",
    "TakeNumbers",
    "TakeResult",
    "TraceItem",
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
