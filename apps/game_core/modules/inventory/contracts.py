"""The inventory as others know it: what it is asked, what it answers, what it shows."""

from apps.game_core.modules.inventory.contexts import (
    Added,
    Answered,
    CountPieces,
    DiscardInventory,
    GiveItem,
    LookAtBackpack,
    LookAtBelongings,
    LookAtJunk,
    LookAtRoom,
    Outcome,
    Perform,
    PerformOnce,
    SyncInventory,
    SyncResult,
    ViewInventory,
)
from apps.game_core.modules.inventory.done import Done, FindDone, LookAtDone
from apps.game_core.modules.inventory.events import (
    Born,
    Event,
    ListSubscribers,
    Performed,
    Subscriber,
    SubscriberState,
    TellAgain,
)
from apps.game_core.modules.inventory.granting import Grant, Granted, GrantUnit, GrantWriter
from apps.game_core.modules.inventory.inventory.gift import Gift, Roll
from apps.game_core.modules.inventory.inventory.limits import MAX_COINS, MAX_ID, MAX_PARTS, MAX_QUANTITY
from apps.game_core.modules.inventory.inventory.loadout import MAX_LOADOUTS
from apps.game_core.modules.inventory.inventory.model import (
    BACKPACK,
    LEAST_HP,
    Buff,
    Durability,
    Item,
    Limits,
    Parcel,
    PlacedItem,
    Source,
)
from apps.game_core.modules.inventory.inventory.operation import Result
from apps.game_core.modules.inventory.inventory.operation_ids import ARCHIVED, drawn_for, stamped
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
from apps.game_core.modules.inventory.inventory.rules.forgoing import Forgo
from apps.game_core.modules.inventory.inventory.rules.giving import Give, GiveResult
from apps.game_core.modules.inventory.inventory.rules.health import ChangeHealth, ChangeHealthResult
from apps.game_core.modules.inventory.inventory.rules.junk import MarkJunk, MarkJunkResult
from apps.game_core.modules.inventory.inventory.rules.loadouts import ForgetLoadout, SaveLoadout
from apps.game_core.modules.inventory.inventory.rules.locking import LockItem, LockResult
from apps.game_core.modules.inventory.inventory.rules.mending import (
    MendItem,
    MendResult,
    RepairItem,
    RepairResult,
)
from apps.game_core.modules.inventory.inventory.rules.noting import TakeNoteResult
from apps.game_core.modules.inventory.inventory.rules.ordering import SortBackpack
from apps.game_core.modules.inventory.inventory.rules.outfitting import WearSet, WearSetResult
from apps.game_core.modules.inventory.inventory.rules.purse import AddCoins, CoinsResult, TakeCoins
from apps.game_core.modules.inventory.inventory.rules.quick_slots import MoveFromQuickSlot, MoveToQuickSlot
from apps.game_core.modules.inventory.inventory.rules.receiving import Receive, ReceiveResult
from apps.game_core.modules.inventory.inventory.rules.restoring import Restore, RestoreResult
from apps.game_core.modules.inventory.inventory.rules.spending import Spent
from apps.game_core.modules.inventory.inventory.rules.stacks import MergeStacks, SplitStack
from apps.game_core.modules.inventory.inventory.rules.taking import TakeItem, TakeKind, TakeResult
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
    SortOut,
    TakeBackDrop,
    WearBest,
    WearLoadout,
    Wish,
)
from apps.game_core.modules.inventory.keeping_errors import NotEnoughCoinsError, PurseFullError
from apps.game_core.modules.inventory.keeping_views import Belongings, Damaged, Junk, LoadoutView, PieceState
from apps.game_core.modules.inventory.lives import Awaited, ItemLife, LifeEvent, TraceItem, Unread
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
from apps.game_core.modules.inventory.well_formed import well_formed

__all__ = [
    "ARCHIVED",
    "BACKPACK",
    "LEAST_HP",
    "MAX_COINS",
    "MAX_ID",
    "MAX_LOADOUTS",
    "MAX_PARTS",
    "MAX_QUANTITY",
    "AddCoins",
    "AddItem",
    "AddItemResult",
    "Added",
    "Answered",
    "Awaited",
    "BackpackPage",
    "BackpackQuery",
    "Batch",
    "BatchResult",
    "Belongings",
    "BestSet",
    "Born",
    "Buff",
    "ChangeHealth",
    "ChangeHealthResult",
    "ClearJunk",
    "CoinsResult",
    "ComparePasts",
    "Comparison",
    "CountPieces",
    "Damaged",
    "Difference",
    "DiscardInventory",
    "Done",
    "DropItem",
    "DropMany",
    "DropManyResult",
    "DropResult",
    "Durability",
    "EquipItem",
    "EquipResult",
    "Event",
    "Fate",
    "FightEnd",
    "FightResult",
    "FindDone",
    "ForgetLoadout",
    "Forgo",
    "Gift",
    "Give",
    "GiveItem",
    "GiveResult",
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
    "ListSubscribers",
    "LoadoutTitle",
    "LoadoutView",
    "LockItem",
    "LockResult",
    "LookAtBackpack",
    "LookAtBelongings",
    "LookAtDone",
    "LookAtJunk",
    "LookAtPast",
    "LookAtRoom",
    "LookBack",
    "MarkJunk",
    "MarkJunkResult",
    "MendItem",
    "MendResult",
    "MergeStacks",
    "MoveFromQuickSlot",
    "MoveToQuickSlot",
    "NotEnoughCoinsError",
    "Outcome",
    "Parcel",
    "PastInventory",
    "Perform",
    "PerformOnce",
    "Performed",
    "PieceState",
    "PlacedItem",
    "PlanRestore",
    "ProcessCounts",
    "PurseFullError",
    "PutBack",
    "ReadLedger",
    "Receive",
    "ReceiveResult",
    "ReleaseParked",
    "RepairItem",
    "RepairResult",
    "Restore",
    "RestoreInventory",
    "RestorePlan",
    "RestoreResult",
    "Result",
    "Roll",
    "SaveLoadout",
    "SessionCount",
    "SessionState",
    "SettleFight",
    "SlotView",
    "SortBackpack",
    "SortBy",
    "SortOut",
    "Source",
    "Spent",
    "SplitStack",
    "StatsView",
    "Subscriber",
    "SubscriberState",
    "SyncInventory",
    "SyncResult",
    "TakeBackDrop",
    "TakeCoins",
    "TakeItem",
    "TakeKind",
    "TakeNoteResult",
    "TakeNumbers",
    "TakeResult",
    "TellAgain",
    "TraceItem",
    "UnequipItem",
    "UnequipResult",
    "Unread",
    "UseConsumable",
    "UseConsumableResult",
    "Verdict",
    "ViewInventory",
    "WearBest",
    "WearLoadout",
    "WearSet",
    "WearSetResult",
    "Wish",
    "drawn_for",
    "stamped",
    "well_formed",
]
