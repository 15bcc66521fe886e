"""Throwing away what may go."""

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

from apps.game_core.modules.inventory.errors import (
    CannotDropEquippedError,
    InvalidQuantityError,
    ItemLockedError,
    NothingToDropError,
    QuestItemError,
)
from apps.game_core.modules.inventory.inventory.limits import ItemId, ItemIds, Quantity
from apps.game_core.modules.inventory.inventory.model import (
    BACKPACK,
    InventorySession,
    Item,
    PlacedItem,
    with_item,
    without,
)
from apps.game_core.modules.inventory.inventory.operation import Operation, Result
from apps.game_core.modules.inventory.inventory.rules.deed import Deed
from apps.game_core.modules.inventory.inventory.rules.definition import Definition
from apps.game_core.modules.inventory.inventory.rules.told import Pieces, Told
from apps.game_core.modules.inventory.inventory.rules.values import Rules, in_backpack
from apps.game_core.value import replace


class DropResult(Result):
    item: Item
    quantity: int
    remaining_quantity: int


class DropManyResult(Result):
    dropped: tuple[DropResult, ...]


class DropItem(Operation[DropResult], kw_only=True):
    """`quantity` None drops the whole stack."""

    kind: ClassVar[str] = "drop_item"
    reverts_as_part: ClassVar[bool] = True

    item_id: ItemId
    quantity: Quantity | None = None


class DropMany(Operation[DropManyResult], kw_only=True):
    """Whole stacks, or `quantities` of them in the order of `item_ids`: all or nothing.

    Without `item_ids` nothing is dropped: whoever asks no longer knows what was marked, and learns of what
    was done under that id.
    """

    kind: ClassVar[str] = "drop_many"
    reverts_as_part: ClassVar[bool] = True

    item_ids: ItemIds
    quantities: tuple[int, ...] | None = None

    def asks_for_the_same_as(self, other: Operation[Any]) -> bool:
        names_none = isinstance(other, DropMany) and not self.item_ids
        return names_none or Operation.asks_for_the_same_as(self, other)


def dropped_by(result: object) -> tuple[DropResult, ...]:
    """What an operation with this result dropped; nothing for one that is no drop."""
    if isinstance(result, DropManyResult):
        return result.dropped
    return (result,) if isinstance(result, DropResult) else ()


def drop(session: InventorySession, operation: DropItem, rules: Rules) -> tuple[InventorySession, DropResult]:
    result = _dropped(session, operation.item_id, operation.quantity, rules)
    left = replace(result.item, quantity=result.remaining_quantity)
    changed = with_item(session, left) if left.quantity else without(session, left.id)
    return changed, result


def drop_many(
    session: InventorySession, operation: DropMany, rules: Rules
) -> tuple[InventorySession, DropManyResult]:
    if not operation.item_ids:
        raise NothingToDropError
    quantities = operation.quantities or (None,) * len(operation.item_ids)
    wanted = zip(operation.item_ids, quantities, strict=True)
    drops = {item_id: _dropped(session, item_id, quantity, rules) for item_id, quantity in wanted}
    left = {item_id: each.remaining_quantity for item_id, each in drops.items()}
    kept = (
        replace(item, quantity=left[item.id]) if item.id in left else item
        for item in session.backpack
        if left.get(item.id) != 0
    )
    return replace(session, backpack=tuple(kept)), DropManyResult(tuple(drops.values()))


def _dropped(session: InventorySession, item_id: int, quantity: int | None, rules: Rules) -> DropResult:
    item = _droppable(session, item_id, rules)
    most = item.quantity
    wanted = most if quantity is None else quantity
    if not 1 <= wanted <= most:
        raise InvalidQuantityError(wanted, most)
    return DropResult(item, wanted, most - wanted)


def _droppable(session: InventorySession, item_id: int, rules: Rules) -> Item:
    if any(item is not None and item.id == item_id for item in session.equipped.values()):
        raise CannotDropEquippedError(item_id)
    item = in_backpack(session, item_id)
    if item.locked:
        raise ItemLockedError(item_id)
    entry = rules.catalog.get(item.base_id)
    if entry is not None and entry.quest:
        raise QuestItemError(item_id)
    return item


def _drop_deed(deed: Deed, operation: DropItem, result: DropResult) -> None:
    _dropped_deed(deed, operation.item_id, operation.quantity, result)


def _drop_many_deed(deed: Deed, operation: DropMany, result: DropManyResult) -> None:
    quantities = operation.quantities or (None,) * len(operation.item_ids)
    asked = dict(zip(operation.item_ids, quantities, strict=False))
    deed.claim(len(asked) == len(result.dropped), "it dropped more or fewer stacks than were asked for")
    for (item_id, quantity), each in zip(asked.items(), result.dropped, strict=False):
        _dropped_deed(deed, item_id, quantity, each)


def _dropped_deed(deed: Deed, item_id: int, quantity: int | None, result: DropResult) -> None:
    deed.claim(item_id == result.item.id, "another item was dropped than was asked for")
    deed.claim(quantity in (None, result.quantity), "it dropped more or fewer pieces than were asked for")
    deed.claim(quantity is not None or not result.remaining_quantity, "it did not drop the whole stack")
    whole = result.quantity + result.remaining_quantity
    sound = result.quantity > 0 and result.remaining_quantity >= 0 and whole == result.item.quantity
    deed.claim(sound, f"of {result.item.quantity} pieces {result.quantity} went and others stayed")
    position = deed.met(result.item, BACKPACK)
    deed.shrink(result.item, BACKPACK, position, result.remaining_quantity)


def dropped_pieces(drops: Iterable[DropResult]) -> tuple[Pieces, ...]:
    return tuple(Pieces(each.item.base_id, each.quantity) for each in drops)


def _told(result: DropResult | DropManyResult, _: Sequence[PlacedItem]) -> Told:
    return Told(items=dropped_pieces(dropped_by(result)))


DROP = Definition(operation=DropItem, rule=drop, deed=_drop_deed, told=_told)
DROP_MANY = Definition(operation=DropMany, rule=drop_many, deed=_drop_many_deed, told=_told)
