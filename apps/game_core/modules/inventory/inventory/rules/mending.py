"""Making whole what is worn out: with materials from the backpack, or by somebody who is paid for it."""

from collections.abc import Sequence
from typing import ClassVar

from apps.game_core.modules.inventory.errors import ItemNotFoundError
from apps.game_core.modules.inventory.inventory.limits import ItemId
from apps.game_core.modules.inventory.inventory.model import (
    BACKPACK,
    Durability,
    InventorySession,
    Item,
    PlacedItem,
    with_item,
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
from apps.game_core.modules.inventory.inventory.rules.told import Told, pieces
from apps.game_core.modules.inventory.inventory.rules.values import Rules
from apps.game_core.modules.inventory.keeping_errors import NotEnoughError, NothingToMendError
from apps.game_core.modules.items.contracts import CatalogEntry, Slot
from apps.game_core.value import replace

_POINTS_A_PIECE = 20


class MendResult(Result):
    """`item` is whole now."""

    item: Item
    spent: tuple[Spent, ...]

    @property
    def price(self) -> int:
        return sum(each.quantity for each in self.spent)


class MendItem(Operation[MendResult], kw_only=True):
    """Something that is worn, or lies in the backpack."""

    kind: ClassVar[str] = "mend_item"
    reverts: ClassVar[bool] = True

    item_id: ItemId


class RepairResult(Result):
    """`item` is whole now; `mended` are the points that it lacked."""

    item: Item
    mended: int


class RepairItem(Operation[RepairResult], kw_only=True):
    """Another module makes it whole, and takes for that what it wants: as `MendItem`, without materials."""

    kind: ClassVar[str] = "repair_item"

    item_id: ItemId


def needs(item: Item, rules: Rules) -> tuple[CatalogEntry, int] | None:
    """The material that mending takes, and how much; None for what is whole, or cannot be mended."""
    entry = rules.catalog.get(item.base_id)
    material = rules.catalog.get(entry.mended_with) if entry and entry.mended_with else None
    wear = item.durability
    if material is None or wear is None or wear.current >= wear.max:
        return None
    return material, max(1, -(-(wear.max - wear.left) // _POINTS_A_PIECE))


def as_mended(item: Item, rules: Rules) -> Item:
    """What it would be as a whole piece; itself, if nothing mends it."""
    if item.durability is None or needs(item, rules) is None:
        return item
    return replace(item, durability=Durability(item.durability.max, item.durability.max))


def at_hand(session: InventorySession, material: str, at: int) -> int:
    """Pieces that may be used: what is locked stays, and what lies on a table."""
    return sum(stack.quantity for stack in _stacks(session, material, at))


def mend(session: InventorySession, operation: MendItem, rules: Rules) -> tuple[InventorySession, MendResult]:
    slot, item = _found(session, operation.item_id)
    price = needs(item, rules)
    if price is None or item.durability is None:
        raise NothingToMendError(item.id)
    material, needed = price
    if (has := at_hand(session, material.base_id, operation.at)) < needed:
        raise NotEnoughError(material.name, needed, has)
    whole = as_mended(item, rules)
    spent = tuple(spending(_stacks(session, material.base_id, operation.at), needed))
    return less(_with(session, slot, whole), spent), MendResult(whole, spent)


def repair(
    session: InventorySession, operation: RepairItem, _: Rules
) -> tuple[InventorySession, RepairResult]:
    slot, item = _found(session, operation.item_id)
    wear = item.durability
    if wear is None or wear.current >= wear.max:
        raise NothingToMendError(item.id)
    whole = replace(item, durability=Durability(wear.max, wear.max))
    return _with(session, slot, whole), RepairResult(whole, wear.max - wear.left)


def _with(session: InventorySession, slot: Slot | None, item: Item) -> InventorySession:
    if slot is None:
        return with_item(session, item)
    return replace(session, equipped={**session.equipped, slot: item})


def _found(session: InventorySession, item_id: int) -> tuple[Slot | None, Item]:
    for slot, worn in session.equipped.items():
        if worn is not None and worn.id == item_id:
            return slot, worn
    item = session.in_backpack(item_id)
    if item is None:
        raise ItemNotFoundError(item_id)
    return None, item


def _stacks(session: InventorySession, material: str, at: int) -> list[Item]:
    """Junk first, then what is smallest."""
    on_the_table = laid(session, at)
    found = (item for item in session.backpack if item.base_id == material and not item.locked)
    beside = (item for item in found if item.id not in on_the_table)
    return sorted(beside, key=lambda item: (not item.junk, item.quantity, item.position))


def _deed(deed: Deed, operation: MendItem, result: MendResult) -> None:
    if _made_whole(deed, operation, result):
        spent_deed(deed, result.spent, BACKPACK)


def _repair_deed(deed: Deed, operation: RepairItem, result: RepairResult) -> None:
    stood = _made_whole(deed, operation, result)
    if stood:
        lacked = stood.max - stood.left
        deed.claim(lacked == result.mended, f"{result.mended} points were mended of {lacked}")


def _made_whole(
    deed: Deed, operation: MendItem | RepairItem, result: MendResult | RepairResult
) -> Durability | None:
    """What it had before."""
    deed.claim(operation.item_id == result.item.id, "another item was mended than was asked for")
    stood, now = deed.before.get(result.item.id), result.item.durability
    if stood is None or stood.item.durability is None or now is None:
        deed.wrong.append(f"item {result.item.id} had nothing to mend")
        return None
    deed.claim(stood.item.durability.current < now.current == now.max, f"item {result.item.id} is not whole")
    as_it_was = replace(result.item, durability=stood.item.durability)
    deed.met(as_it_was, BACKPACK, *(slot.value for slot in Slot))
    deed.put(result.item, stood.place, stood.position)
    return stood.item.durability


def _told(result: MendResult, _: Sequence[PlacedItem]) -> Told:
    return Told(items=pieces(result.item), spent=spent_pieces(result.spent))


def _repair_told(result: RepairResult, _: Sequence[PlacedItem]) -> Told:
    return Told(items=pieces(result.item))


REPAIR = Definition(operation=RepairItem, rule=repair, deed=_repair_deed, told=_repair_told)
MEND = Definition(operation=MendItem, rule=mend, deed=_deed, told=_told)
