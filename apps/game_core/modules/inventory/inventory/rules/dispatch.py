"""Which rule answers which operation."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from apps.game_core.modules.inventory.inventory.fighting import SettleFight
from apps.game_core.modules.inventory.inventory.model import InventorySession
from apps.game_core.modules.inventory.inventory.operations import (
    AddItem,
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
    Operation,
    Restore,
    Revert,
    SaveLoadout,
    SortBackpack,
    SplitStack,
    TakeNote,
    Undo,
    UnequipItem,
    UseConsumable,
    WearSet,
)
from apps.game_core.modules.inventory.inventory.results import Result
from apps.game_core.modules.inventory.inventory.rules import (
    consuming,
    fighting,
    health,
    junk,
    loadouts,
    noting,
    ordering,
    outfitting,
    restoring,
    reverting,
    stacks,
    undoing,
    wearing,
)
from apps.game_core.modules.inventory.inventory.rules.values import Rules

R = TypeVar("R", bound=Result)

_RULES: Mapping[
    type[Operation[Any]], Callable[[InventorySession, Any, Rules], tuple[InventorySession, Any]]
] = {
    EquipItem: wearing.equip,
    WearSet: outfitting.wear_set,
    UnequipItem: wearing.unequip,
    UseConsumable: consuming.use,
    MoveToQuickSlot: consuming.move_to_quick_slot,
    MoveFromQuickSlot: consuming.move_from_quick_slot,
    AddItem: stacks.add,
    DropItem: stacks.drop,
    DropMany: stacks.drop_many,
    SplitStack: stacks.split,
    MergeStacks: stacks.merge,
    SortBackpack: ordering.sort,
    LockItem: stacks.lock,
    MarkJunk: junk.mark,
    SaveLoadout: loadouts.save,
    ForgetLoadout: loadouts.forget,
    TakeNote: noting.take_note,
    ChangeHealth: health.change_health,
    SettleFight: fighting.settle,
    Undo: undoing.undo,
    Revert: reverting.revert,
    Restore: restoring.restore,
}


def apply(session: InventorySession, operation: Operation[R], rules: Rules) -> tuple[InventorySession, R]:
    """Apply an operation to a session.

    Pure: the same three values always give the same new session and result, on any process.

    Raises:
        OperationRefusedError: the rules say no; which subclass says why.

    """
    changed, result = _RULES[type(operation)](session, operation, rules)
    return changed, result
