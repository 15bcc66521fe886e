"""Stacks in the backpack: splitting and merging."""

from collections.abc import Sequence
from typing import ClassVar

from apps.game_core.modules.inventory.errors import CannotMergeError, InvalidQuantityError
from apps.game_core.modules.inventory.inventory.limits import ItemId, Quantity
from apps.game_core.modules.inventory.inventory.model import (
    BACKPACK,
    InventorySession,
    Item,
    PlacedItem,
    adding,
    with_item,
    without,
)
from apps.game_core.modules.inventory.inventory.operation import Operation, Result
from apps.game_core.modules.inventory.inventory.rules.deed import Deed, same
from apps.game_core.modules.inventory.inventory.rules.definition import Definition
from apps.game_core.modules.inventory.inventory.rules.told import Told, pieces
from apps.game_core.modules.inventory.inventory.rules.values import Rules, in_backpack, require_room
from apps.game_core.value import replace


class SplitResult(Result):
    item: Item
    new_item: Item


class MergeResult(Result):
    """`remaining_quantity` stayed in the stack that was merged, when the other one is full."""

    item: Item
    remaining_quantity: int


class SplitStack(Operation[SplitResult], kw_only=True):
    kind: ClassVar[str] = "split_stack"
    reverts: ClassVar[bool] = True

    item_id: ItemId
    quantity: Quantity
    new_id: int = 0


class MergeStacks(Operation[MergeResult], kw_only=True):
    kind: ClassVar[str] = "merge_stacks"
    reverts: ClassVar[bool] = True

    item_id: ItemId
    into_id: ItemId


def split(session: InventorySession, operation: SplitStack, _: Rules) -> tuple[InventorySession, SplitResult]:
    item = in_backpack(session, operation.item_id)
    if not 1 <= operation.quantity < item.quantity:
        raise InvalidQuantityError(operation.quantity, item.quantity - 1)
    left = replace(item, quantity=item.quantity - operation.quantity)
    new = replace(item, id=operation.new_id, quantity=operation.quantity, locked=False, junk=False)
    changed = adding(with_item(session, left), new)
    return require_room(session, changed), SplitResult(left, changed.backpack[-1])


def merge(
    session: InventorySession, operation: MergeStacks, rules: Rules
) -> tuple[InventorySession, MergeResult]:
    source = in_backpack(session, operation.item_id)
    into = in_backpack(session, operation.into_id)
    if source.id == into.id or not source.stacks_with(into):
        raise CannotMergeError(source.id, into.id)
    moved = min(source.quantity, rules.entry(into).max_stack - into.quantity)
    if moved <= 0:
        raise CannotMergeError(source.id, into.id)
    locked = into.locked or (source.locked and moved == source.quantity)
    junk = into.junk and source.junk and not locked
    grown = replace(into, quantity=into.quantity + moved, locked=locked, junk=junk)
    left = replace(source, quantity=source.quantity - moved)
    changed = with_item(session, grown)
    changed = with_item(changed, left) if left.quantity else without(changed, source.id)
    return changed, MergeResult(grown, left.quantity)


def _split_deed(deed: Deed, operation: SplitStack, result: SplitResult) -> None:
    left, new = result.item, result.new_item
    asked = (operation.item_id, operation.new_id, operation.quantity)
    deed.claim(asked == (left.id, new.id, new.quantity), "it set something else apart than was asked for")
    apart = replace(left, id=new.id, quantity=new.quantity, locked=False, junk=False)
    deed.claim(left.quantity > 0 and same(apart, new), "the new stack is of another kind")
    position = deed.met(replace(left, quantity=left.quantity + new.quantity), BACKPACK)
    deed.put(left, BACKPACK, position)
    deed.make(new, new.position)


def _merge_deed(deed: Deed, operation: MergeStacks, result: MergeResult) -> None:
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


def _split_told(result: SplitResult, _: Sequence[PlacedItem]) -> Told:
    return Told(items=pieces(result.new_item))


def _merge_told(result: MergeResult, _: Sequence[PlacedItem]) -> Told:
    return Told(items=pieces(result.item))


SPLIT = Definition(operation=SplitStack, rule=split, deed=_split_deed, told=_split_told)
MERGE = Definition(operation=MergeStacks, rule=merge, deed=_merge_deed, told=_merge_told)
