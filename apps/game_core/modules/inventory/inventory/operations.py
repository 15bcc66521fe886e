"""Every change of an inventory, as a value: which there are. Each is at home in a module of `rules`.

An operation carries all it needs to be applied again anywhere: its id (the idempotency key), its time in
Unix seconds and the ids of items it may have to make. Callers leave those out: the service stamps what they
ask for. The types of the other fields say what may be asked for.
"""

from collections.abc import Mapping
from typing import Any

from apps.game_core.modules.inventory.inventory.operation import Operation
from apps.game_core.modules.inventory.inventory.rules import (
    adding,
    batching,
    consuming,
    dropping,
    fighting,
    giving,
    health,
    junk,
    loadouts,
    locking,
    mending,
    noting,
    ordering,
    outfitting,
    purse,
    quick_slots,
    receiving,
    restoring,
    stacks,
    taking,
    undoing_all_else,
    undoing_drops,
    wearing,
)
from apps.game_core.modules.inventory.inventory.rules.definition import Definition

SINGLE: tuple[Definition[Any, Any], ...] = (
    wearing.EQUIP,
    outfitting.WEAR_SET,
    wearing.UNEQUIP,
    consuming.USE,
    quick_slots.MOVE_TO_QUICK_SLOT,
    quick_slots.MOVE_FROM_QUICK_SLOT,
    dropping.DROP,
    dropping.DROP_MANY,
    adding.ADD,
    stacks.SPLIT,
    stacks.MERGE,
    ordering.SORT,
    locking.LOCK,
    mending.MEND,
    mending.REPAIR,
    taking.TAKE_ITEM,
    taking.TAKE_KIND,
    purse.ADD_COINS,
    purse.TAKE_COINS,
    junk.MARK_JUNK,
    loadouts.SAVE_LOADOUT,
    loadouts.FORGET_LOADOUT,
    noting.TAKE_NOTE,
    health.CHANGE_HEALTH,
    fighting.SETTLE_FIGHT,
    undoing_drops.UNDO,
    undoing_all_else.REVERT,
    restoring.RESTORE,
    giving.GIVE,
    receiving.RECEIVE,
)
BATCH = batching.batch(SINGLE)
DEFINITIONS: tuple[Definition[Any, Any], ...] = (*SINGLE, BATCH)
OF_KIND: Mapping[str, Definition[Any, Any]] = {each.operation.kind: each for each in DEFINITIONS}
OPERATIONS: Mapping[str, type[Operation[Any]]] = {kind: each.operation for kind, each in OF_KIND.items()}


def definition_of(operation: Operation[Any]) -> Definition[Any, Any]:
    return OF_KIND[operation.kind]
