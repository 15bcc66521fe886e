"""Every change of an inventory, as a value.

An operation carries all it needs to be applied again anywhere: its id (the idempotency key), its time in
Unix seconds and the ids of items it may have to make. Callers leave those out: the service stamps what they
ask for. The types of the other fields say what may be asked for.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar

from apps.game_core.modules.inventory.inventory.fighting import SettleFight
from apps.game_core.modules.inventory.inventory.giving_back import Restore, Revert, Undo
from apps.game_core.modules.inventory.inventory.keeping import (
    ForgetLoadout,
    MarkJunk,
    SaveLoadout,
    TakeNote,
)
from apps.game_core.modules.inventory.inventory.limits import (
    HitPoints,
    ItemId,
    ItemIds,
    ItemOrder,
    Name,
    Quantity,
    QuickSlotIndex,
)
from apps.game_core.modules.inventory.inventory.model import (
    InventorySession,
    Source,
)
from apps.game_core.modules.inventory.inventory.operation import Operation
from apps.game_core.modules.inventory.inventory.operation_ids import is_inbox
from apps.game_core.modules.inventory.inventory.results import (
    AddItemResult,
    ChangeHealthResult,
    DropManyResult,
    DropResult,
    EquipResult,
    LockResult,
    MergeResult,
    QuickSlotResult,
    SortResult,
    SplitResult,
    UnequipResult,
    UseConsumableResult,
    WearSetResult,
)
from apps.game_core.modules.items.contracts import Rarity, Slot, Stat

__all__ = [
    "OPERATIONS",
    "AddItem",
    "ChangeHealth",
    "DropItem",
    "DropMany",
    "EquipItem",
    "ForgetLoadout",
    "LockItem",
    "MarkJunk",
    "MergeStacks",
    "MoveFromQuickSlot",
    "MoveToQuickSlot",
    "Operation",
    "Restore",
    "Revert",
    "SaveLoadout",
    "SettleFight",
    "SortBackpack",
    "SplitStack",
    "TakeNote",
    "Undo",
    "UnequipItem",
    "UseConsumable",
    "WearSet",
    "with_trail",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class EquipItem(Operation[EquipResult]):
    kind: ClassVar[str] = "equip_item"
    reverts: ClassVar[bool] = True

    item_id: ItemId
    slot: Slot | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WearSet(Operation[WearSetResult]):
    """Items by the slots they go into, all of them or none; whatever else is worn stays where it can."""

    kind: ClassVar[str] = "wear_set"
    reverts: ClassVar[bool] = True

    items: Mapping[Slot, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class UnequipItem(Operation[UnequipResult]):
    kind: ClassVar[str] = "unequip_item"
    reverts: ClassVar[bool] = True

    slot: Slot


@dataclass(frozen=True, slots=True, kw_only=True)
class UseConsumable(Operation[UseConsumableResult]):
    kind: ClassVar[str] = "use_consumable"
    reverts: ClassVar[bool] = True

    item_id: ItemId
    source: Source = Source.BACKPACK
    slot_index: QuickSlotIndex | None = None
    in_combat: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveToQuickSlot(Operation[QuickSlotResult]):
    kind: ClassVar[str] = "move_to_quick_slot"
    reverts: ClassVar[bool] = True

    item_id: ItemId
    slot_index: QuickSlotIndex


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveFromQuickSlot(Operation[QuickSlotResult]):
    kind: ClassVar[str] = "move_from_quick_slot"
    reverts: ClassVar[bool] = True

    slot_index: QuickSlotIndex


@dataclass(frozen=True, slots=True, kw_only=True)
class DropItem(Operation[DropResult]):
    """`quantity` None drops the whole stack."""

    kind: ClassVar[str] = "drop_item"

    item_id: ItemId
    quantity: Quantity | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DropMany(Operation[DropManyResult]):
    """Whole stacks, or `quantities` of them in the order of `item_ids`: all or nothing."""

    kind: ClassVar[str] = "drop_many"

    item_ids: ItemIds
    quantities: tuple[int, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AddItem(Operation[AddItemResult]):
    """`new_ids` must suffice for a full stack each; ids that are not needed stay unused."""

    kind: ClassVar[str] = "add_item"

    base_id: Name
    quantity: Quantity
    new_ids: tuple[int, ...] = ()
    rarity: Rarity | None = None
    affixes: Mapping[Stat, int] = field(default_factory=dict)
    bound: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SplitStack(Operation[SplitResult]):
    kind: ClassVar[str] = "split_stack"
    reverts: ClassVar[bool] = True

    item_id: ItemId
    quantity: Quantity
    new_id: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeStacks(Operation[MergeResult]):
    kind: ClassVar[str] = "merge_stacks"
    reverts: ClassVar[bool] = True

    item_id: ItemId
    into_id: ItemId


@dataclass(frozen=True, slots=True, kw_only=True)
class SortBackpack(Operation[SortResult]):
    """Items of the backpack, in the places that they have by now, in another order."""

    kind: ClassVar[str] = "sort_backpack"
    reverts: ClassVar[bool] = True

    order: ItemOrder


@dataclass(frozen=True, slots=True, kw_only=True)
class LockItem(Operation[LockResult]):
    kind: ClassVar[str] = "lock_item"

    item_id: ItemId
    locked: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeHealth(Operation[ChangeHealthResult]):
    """Hit points won or, below zero, lost: never all of them, never more than there can be."""

    kind: ClassVar[str] = "change_health"

    amount: HitPoints


OPERATIONS: Mapping[str, type[Operation[Any]]] = {
    operation.kind: operation
    for operation in (
        EquipItem,
        WearSet,
        UnequipItem,
        UseConsumable,
        MoveToQuickSlot,
        MoveFromQuickSlot,
        DropItem,
        DropMany,
        AddItem,
        SplitStack,
        MergeStacks,
        SortBackpack,
        LockItem,
        MarkJunk,
        SaveLoadout,
        ForgetLoadout,
        TakeNote,
        ChangeHealth,
        SettleFight,
        Undo,
        Revert,
        Restore,
    )
}


def with_trail(session: InventorySession, version: int, op_id: str) -> InventorySession:
    """A session that has just seen an operation; a delivery that is lost comes again by itself."""
    return session if is_inbox(op_id) else replace(session, trail=session.trail.then(version, op_id))
