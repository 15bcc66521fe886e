"""What another module takes: sold, handed in, worked up. All that is asked for, or nothing."""

from collections.abc import Sequence
from typing import Any, ClassVar

from apps.game_core.modules.inventory.errors import (
    InvalidQuantityError,
    ItemLockedError,
    ItemNotFoundError,
    OperationRefusedError,
)
from apps.game_core.modules.inventory.inventory.limits import ItemId, Name, Quantity
from apps.game_core.modules.inventory.inventory.model import (
    BACKPACK,
    QUICK_SLOT,
    InventorySession,
    PlacedItem,
)
from apps.game_core.modules.inventory.inventory.operation import Operation, Result
from apps.game_core.modules.inventory.inventory.rules.deed import Deed
from apps.game_core.modules.inventory.inventory.rules.definition import Definition
from apps.game_core.modules.inventory.inventory.rules.laying import laid
from apps.game_core.modules.inventory.inventory.rules.spending import (
    Spent,
    less,
    spending,
    spent_deed,
    spent_pieces,
)
from apps.game_core.modules.inventory.inventory.rules.told import Told
from apps.game_core.modules.inventory.inventory.rules.values import Rules, require_room
from apps.game_core.modules.inventory.inventory.rules.wearing import SLOTS, health_change, refit, worn_deed
from apps.game_core.modules.inventory.keeping_errors import ItemBoundError, ItemInUseError, NotEnoughError


class TakeResult(Result):
    """`hp` and `changed` as in `EquipResult`: what was worn may be taken, too."""

    spent: tuple[Spent, ...]
    hp: int
    changed: int


class TakeItem(Operation[TakeResult], kw_only=True):
    """A piece, or `quantity` of a stack; None takes all of it.

    What is worn or in a quick slot (`in_use`), `locked` or `bound` goes only where that is asked for.
    `announced`: whoever takes it tells the player of it, so that it is no news.
    """

    kind: ClassVar[str] = "take_item"

    item_id: ItemId
    quantity: Quantity | None = None
    in_use: bool = False
    locked: bool = False
    bound: bool = False
    announced: bool = False

    def asks_for_the_same_as(self, other: Operation[Any]) -> bool:
        """A replay has said of all how many that was."""
        either = isinstance(other, TakeItem) and None in (self.quantity, other.quantity)
        same = isinstance(other, TakeItem) and self.quantity == other.quantity
        return (either or same) and Operation.asks_for_the_same_as(self, other)


class TakeKind(Operation[TakeResult], kw_only=True):
    """So many pieces of a kind, from wherever they are missed the least, and none that lies on a table.

    The rest as in `TakeItem`.
    """

    kind: ClassVar[str] = "take_kind"

    base_id: Name
    quantity: Quantity
    in_use: bool = False
    locked: bool = False
    bound: bool = False
    announced: bool = False

    def asks_for_the_same_as(self, other: Operation[Any]) -> bool:
        same = isinstance(other, TakeKind) and self.quantity == other.quantity
        return same and Operation.asks_for_the_same_as(self, other)


def take_item(
    session: InventorySession, operation: TakeItem, rules: Rules
) -> tuple[InventorySession, TakeResult]:
    placed = next(iter(session.rows({operation.item_id})), None)
    if placed is None:
        raise ItemNotFoundError(operation.item_id)
    if obstacle := _obstacle(placed, operation):
        raise obstacle
    most = placed.item.quantity
    wanted = most if operation.quantity is None else operation.quantity
    if not 1 <= wanted <= most:
        raise InvalidQuantityError(wanted, most)
    return _taken(session, (Spent(placed.item, wanted, most - wanted),), rules, operation.at)


def take_kind(
    session: InventorySession, operation: TakeKind, rules: Rules
) -> tuple[InventorySession, TakeResult]:
    on_the_table = laid(session, operation.at)
    kind = (placed for placed in session.placed() if placed.item.base_id == operation.base_id)
    beside = (placed for placed in kind if placed.item.id not in on_the_table)
    found = [placed for placed in beside if _obstacle(placed, operation) is None]
    has = sum(placed.item.quantity for placed in found)
    if not 1 <= operation.quantity <= has:
        entry = rules.catalog.get(operation.base_id)
        raise NotEnoughError(entry.name if entry else operation.base_id, operation.quantity, has)
    stacks = [placed.item for placed in sorted(found, key=_missed)]
    return _taken(session, tuple(spending(stacks, operation.quantity)), rules, operation.at)


def _taken(
    session: InventorySession, spent: tuple[Spent, ...], rules: Rules, at: int
) -> tuple[InventorySession, TakeResult]:
    changed, _ = refit(less(session, spent), rules, at)
    return require_room(session, changed), TakeResult(spent, *health_change(session, changed))


def _obstacle(placed: PlacedItem, operation: TakeItem | TakeKind) -> OperationRefusedError | None:
    """Why it may not go, unless that is asked for."""
    item = placed.item
    if placed.place != BACKPACK and not operation.in_use:
        return ItemInUseError(item.id)
    if item.locked and not operation.locked:
        return ItemLockedError(item.id)
    if item.bound and not operation.bound:
        return ItemBoundError(item.id)
    return None


def _missed(placed: PlacedItem) -> tuple[int | bool, ...]:
    """What is in the backpack goes first; junk before the rest, the plain and the worn out, small stacks."""
    item = placed.item
    left = item.durability.left if item.durability else 0
    at = (BACKPACK, QUICK_SLOT).index(placed.place) if placed.place in (BACKPACK, QUICK_SLOT) else 2
    plain = (item.rarity.rank, sum(item.affixes.values()), left)
    return (at, item.locked, not item.junk, *plain, item.quantity, placed.position)


def _item_deed(deed: Deed, operation: TakeItem, result: TakeResult) -> None:
    ids = [each.item.id for each in result.spent]
    deed.claim(ids == [operation.item_id], "another item was taken than was asked for")
    for each in result.spent:
        deed.claim(
            operation.quantity in (None, each.quantity), "more or fewer pieces were taken than asked for"
        )
        deed.claim(operation.quantity is not None or not each.remaining_quantity, "not all of it was taken")
    _deed(deed, operation, result)


def _kind_deed(deed: Deed, operation: TakeKind, result: TakeResult) -> None:
    kinds = {each.item.base_id for each in result.spent}
    deed.claim(kinds == {operation.base_id}, "another kind was taken than was asked for")
    number = sum(each.quantity for each in result.spent)
    deed.claim(number == operation.quantity, f"{operation.quantity} pieces were asked for, {number} taken")
    _deed(deed, operation, result)


def _deed(deed: Deed, operation: TakeItem | TakeKind, result: TakeResult) -> None:
    items = [each.item for each in result.spent]
    deed.claim(operation.locked or not any(item.locked for item in items), "what is locked was taken")
    deed.claim(operation.bound or not any(item.bound for item in items), "what is bound was taken")
    in_use = (QUICK_SLOT, *SLOTS) if operation.in_use else ()
    spent_deed(deed, result.spent, BACKPACK, *in_use)
    deed.out_of_quick_slots()
    worn_deed(deed, result.hp, result.changed)


def _told(result: TakeResult, _: Sequence[PlacedItem]) -> Told:
    return Told(items=spent_pieces(result.spent))


TAKE_ITEM = Definition(operation=TakeItem, rule=take_item, deed=_item_deed, told=_told)
TAKE_KIND = Definition(operation=TakeKind, rule=take_kind, deed=_kind_deed, told=_told)
