"""What each kind of operation did to item rows, by its own ledger entry alone.

No item file and no rule has a say: the entry tells what was asked, what was answered and how the touched rows
stood before. Where these contradict each other, that is noted.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from apps.game_core.modules.inventory.inventory.fighting import SettleFight
from apps.game_core.modules.inventory.inventory.logic.history import deeds_of_fighting as fighting
from apps.game_core.modules.inventory.inventory.logic.history import deeds_of_keeping as keeping
from apps.game_core.modules.inventory.inventory.logic.history import deeds_of_wearing as wearing
from apps.game_core.modules.inventory.inventory.logic.history import reverted
from apps.game_core.modules.inventory.inventory.logic.history.deed import Deed, same
from apps.game_core.modules.inventory.inventory.model import (
    BACKPACK,
    LEAST_HP,
    QUICK_SLOT,
    Item,
    Source,
)
from apps.game_core.modules.inventory.inventory.operation_ids import undo_id
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
from apps.game_core.modules.inventory.inventory.results import (
    AddItemResult,
    ChangeHealthResult,
    DropManyResult,
    DropResult,
    LockResult,
    MergeResult,
    QuickSlotResult,
    RestoreResult,
    SortResult,
    SplitResult,
    UndoResult,
    UseConsumableResult,
)
from apps.game_core.modules.inventory.inventory.rules.restoring import counted, kind
from apps.game_core.modules.items.contracts import EffectKind


def do(deed: Deed, operation: Operation[Any], result: object) -> None:
    """Let the deed have its effect, and check that it did something to each row that it says it touched."""
    _DEEDS[type(operation)](deed, operation, result)
    touched = {item_id for item_id, after in deed.changes.items() if deed.rows.get(item_id) != after}
    for item_id in sorted(deed.before.keys() - touched):
        deed.wrong.append(f"it did nothing to item {item_id}, which is among the rows before")


def _use(deed: Deed, operation: UseConsumable, result: UseConsumableResult) -> None:
    deed.claim(operation.item_id == result.item.id, "another item was used than was asked for")
    deed.claim(
        result.remaining_quantity == result.item.quantity - 1, "it used up more or less than one piece"
    )
    quick = operation.source is Source.QUICK_SLOT
    place, at = (QUICK_SLOT, operation.slot_index) if quick else (BACKPACK, None)
    position = deed.met(result.item, place, at=at)
    deed.shrink(result.item, place, position, result.remaining_quantity)
    heal = sum(effect.amount for effect in result.effects if effect.kind is EffectKind.HEAL)
    deed.claim(0 <= result.healed <= heal, f"it healed {result.healed}, its effects heal {heal}")
    deed.hp_before, deed.hp = result.hp - result.healed, result.hp


def _to_quick_slot(deed: Deed, operation: MoveToQuickSlot, result: QuickSlotResult) -> None:
    asked = (operation.item_id, operation.slot_index)
    deed.claim(asked == (result.item.id, result.slot_index), "it moved another item or elsewhere")
    position = deed.met(result.item, BACKPACK)
    deed.put(result.item, QUICK_SLOT, result.slot_index)
    if result.returned_item is not None:
        deed.met(result.returned_item, QUICK_SLOT, at=result.slot_index)
        deed.put(result.returned_item, BACKPACK, position)


def _from_quick_slot(deed: Deed, operation: MoveFromQuickSlot, result: QuickSlotResult) -> None:
    deed.claim(operation.slot_index == result.slot_index, "another quick slot was emptied than was asked for")
    deed.met(result.item, QUICK_SLOT, at=result.slot_index)
    deed.append(result.item)


def _drop(deed: Deed, operation: DropItem, result: DropResult) -> None:
    _dropped(deed, operation.item_id, operation.quantity, result)


def _drop_many(deed: Deed, operation: DropMany, result: DropManyResult) -> None:
    quantities = operation.quantities or (None,) * len(operation.item_ids)
    asked = dict(zip(operation.item_ids, quantities, strict=False))
    deed.claim(len(asked) == len(result.dropped), "it dropped more or fewer stacks than were asked for")
    for (item_id, quantity), each in zip(asked.items(), result.dropped, strict=False):
        _dropped(deed, item_id, quantity, each)


def _dropped(deed: Deed, item_id: int, quantity: int | None, result: DropResult) -> None:
    deed.claim(item_id == result.item.id, "another item was dropped than was asked for")
    deed.claim(quantity in (None, result.quantity), "it dropped more or fewer pieces than were asked for")
    deed.claim(quantity is not None or not result.remaining_quantity, "it did not drop the whole stack")
    whole = result.quantity + result.remaining_quantity
    sound = result.quantity > 0 and result.remaining_quantity >= 0 and whole == result.item.quantity
    deed.claim(sound, f"of {result.item.quantity} pieces {result.quantity} went and others stayed")
    position = deed.met(result.item, BACKPACK)
    deed.shrink(result.item, BACKPACK, position, result.remaining_quantity)


def _add(deed: Deed, operation: AddItem, result: AddItemResult) -> None:
    asked = (operation.base_id, operation.quantity)
    deed.claim(asked == (result.base_id, result.quantity), "it added something else than was asked for")
    won = 0
    for stack in result.stacks:
        old = deed.before.get(stack.id)
        won += stack.quantity - (old.item.quantity if old else 0)
        _of_the_kind(deed, operation, stack)
        if old is None:
            _new(deed, operation, stack)
            deed.make(stack, stack.position)
        else:
            deed.claim(stack.quantity > old.item.quantity, f"item {stack.id} did not grow")
            deed.met(replace(stack, quantity=old.item.quantity), BACKPACK, at=stack.position)
            deed.put(stack, BACKPACK, stack.position)
    deed.claim(won == operation.quantity, f"{operation.quantity} pieces were added, {won} arrived")


def _new(deed: Deed, operation: AddItem, stack: Item) -> None:
    wear = stack.durability
    new = (
        stack.acquired_at == operation.at
        and not (stack.locked or stack.junk)
        and (wear is None or wear.current == wear.max)
    )
    deed.claim(new and stack.id in operation.new_ids, f"item {stack.id} is not a new one")


def _of_the_kind(deed: Deed, operation: AddItem, stack: Item) -> None:
    asked = (operation.base_id, operation.affixes, operation.bound, operation.rarity or stack.rarity)
    found = (stack.base_id, stack.affixes, stack.bound, stack.rarity)
    deed.claim(asked == found, f"item {stack.id} is not of the kind that was added")


def _split(deed: Deed, operation: SplitStack, result: SplitResult) -> None:
    left, new = result.item, result.new_item
    asked = (operation.item_id, operation.new_id, operation.quantity)
    deed.claim(asked == (left.id, new.id, new.quantity), "it set something else apart than was asked for")
    apart = replace(left, id=new.id, quantity=new.quantity, locked=False, junk=False)
    deed.claim(left.quantity > 0 and same(apart, new), "the new stack is of another kind")
    position = deed.met(replace(left, quantity=left.quantity + new.quantity), BACKPACK)
    deed.put(left, BACKPACK, position)
    deed.make(new, new.position)


def _merge(deed: Deed, operation: MergeStacks, result: MergeResult) -> None:
    source, into = deed.before.get(operation.item_id), deed.before.get(operation.into_id)
    if source is None or into is None or operation.into_id != result.item.id:
        deed.wrong.append("the stacks that were put together are not those that were asked for")
        return
    moved, emptied = source.item.quantity - result.remaining_quantity, not result.remaining_quantity
    locked = into.item.locked or (source.item.locked and emptied)
    junk = into.item.junk and source.item.junk and not locked
    grown = replace(into.item, quantity=into.item.quantity + moved, locked=locked, junk=junk)
    deed.claim(moved > 0 and same(grown, result.item), "the pieces that left one stack are not in the other")
    deed.claim(source.item.stacks_with(into.item), "the stacks are of different kinds")
    deed.claim((source.place, into.place) == (BACKPACK, BACKPACK), "the stacks were not in the backpack")
    deed.put(result.item, BACKPACK, into.position)
    deed.shrink(source.item, BACKPACK, source.position, result.remaining_quantity)


def _sort(deed: Deed, operation: SortBackpack, result: SortResult) -> None:
    deed.claim(result.moved.keys() <= set(operation.order), "it moved what was not asked for")
    stood = {item_id: placed for item_id, placed in deed.before.items() if placed.place == BACKPACK}
    deed.claim(stood.keys() == result.moved.keys(), "it moved other items than it met in the backpack")
    left = sorted(placed.position for placed in stood.values())
    deed.claim(left == sorted(result.moved.values()), "items came to places that none of them left")
    for item_id, position in result.moved.items():
        if item_id in stood:
            deed.put(stood[item_id].item, BACKPACK, position)


def _lock(deed: Deed, operation: LockItem, result: LockResult) -> None:
    asked = (operation.item_id, operation.locked)
    deed.claim(asked == (result.item.id, result.item.locked), "it marked another item, or otherwise")
    if result.item.id in deed.before:
        position = deed.met(replace(result.item, locked=not operation.locked), BACKPACK)
        deed.put(result.item, BACKPACK, position)
    else:
        # It was marked like that already.
        stood = deed.rows.get(result.item.id)
        as_told = stood is not None and stood.place == BACKPACK and same(stood.item, result.item)
        deed.claim(as_told, f"item {result.item.id} is not as the answer shows it")


def _change_health(deed: Deed, operation: ChangeHealth, result: ChangeHealthResult) -> None:
    deed.hp_before, deed.hp = result.hp - result.changed, result.hp
    most = max(LEAST_HP, deed.hp_before + operation.amount)
    deed.claim(result.hp <= most, f"{operation.amount} left {result.hp} of {deed.hp_before}")


def _undo(deed: Deed, operation: Undo, result: UndoResult) -> None:
    gone = deed.drops.get(operation.of)
    same_id = operation.op_id == undo_id(operation.of)
    deed.claim(gone is not None and same_id, f"it takes back {operation.of}, no drop before it")
    for dropped in (operation.dropped, gone or ()):
        pieces = [(each.item.id, kind(each.item), each.quantity) for each in dropped]
        told = [(each.item.id, kind(each.item), each.quantity) for each in result.dropped]
        deed.claim(pieces == told, f"it takes back something else than {operation.of} dropped")
    backs = [replace(each.item, quantity=each.quantity) for each in result.dropped]
    _returned(deed, backs, operation.new_ids, result.items)


def _restore(deed: Deed, operation: Restore, result: RestoreResult) -> None:
    missing = counted(operation.stood) - counted(each.item for each in deed.rows.values())
    deed.claim(counted(result.returned) <= missing, "more came back than was missing")
    new_ids = dict(zip((item.id for item in operation.stood), operation.new_ids, strict=False))
    _returned(deed, result.returned, [new_ids.get(item.id, 0) for item in result.returned], result.items)


def _returned(deed: Deed, backs: Sequence[Item], new_ids: Sequence[int], items: Sequence[Item]) -> None:
    """Pieces came back: to their stack, which `before` shows, in its place, or beside it under a new id."""
    deed.claim(len(backs) == len(items), "more or fewer stacks came back than there were")
    for back, new_id, item in zip(backs, new_ids, items, strict=False):
        deed.claim(kind(back) == kind(item), f"item {item.id} is of another kind than what came back")
        if item.id in deed.before:
            position = deed.met(replace(item, quantity=item.quantity - back.quantity), BACKPACK)
            deed.put(item, BACKPACK, position)
            continue
        deed.claim(item.id in (back.id, new_id), f"item {item.id} is none that could come back")
        deed.claim(item.quantity == back.quantity, f"item {item.id} came back with more or fewer pieces")
        if item.id == back.id and not deed.taken(back.position):
            deed.make(item, back.position)
        else:
            deed.make(item, deed.next_position())


_DEEDS: Mapping[type[Operation[Any]], Callable[[Deed, Any, Any], None]] = {
    EquipItem: wearing.equip,
    WearSet: wearing.wear_set,
    UnequipItem: wearing.unequip,
    UseConsumable: _use,
    MoveToQuickSlot: _to_quick_slot,
    MoveFromQuickSlot: _from_quick_slot,
    AddItem: _add,
    DropItem: _drop,
    DropMany: _drop_many,
    SplitStack: _split,
    MergeStacks: _merge,
    SortBackpack: _sort,
    LockItem: _lock,
    MarkJunk: keeping.mark_junk,
    SaveLoadout: keeping.save_loadout,
    ForgetLoadout: keeping.forget_loadout,
    TakeNote: keeping.take_note,
    ChangeHealth: _change_health,
    SettleFight: fighting.settle,
    Undo: _undo,
    Revert: reverted.revert,
    Restore: _restore,
}
