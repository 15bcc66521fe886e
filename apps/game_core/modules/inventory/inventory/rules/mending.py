"""Mending what is worn out, with materials from the backpack."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
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

_POINTS_A_PIECE = 20


@dataclass(frozen=True, slots=True)
class MendResult(Result):
    """`item` is whole now."""

    item: Item
    spent: tuple[Spent, ...]

    @property
    def price(self) -> int:
        return sum(each.quantity for each in self.spent)


@dataclass(frozen=True, slots=True, kw_only=True)
class MendItem(Operation[MendResult]):
    """Something that is worn, or lies in the backpack."""

    kind: ClassVar[str] = "mend_item"
    reverts: ClassVar[bool] = True

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


def at_hand(session: InventorySession, material: str) -> int:
    """Pieces that may be used: what is locked stays."""
    return sum(stack.quantity for stack in _stacks(session, material))


def mend(session: InventorySession, operation: MendItem, rules: Rules) -> tuple[InventorySession, MendResult]:
    slot, item = _found(session, operation.item_id)
    price = needs(item, rules)
    if price is None or item.durability is None:
        raise NothingToMendError(item.id)
    material, needed = price
    if (has := at_hand(session, material.base_id)) < needed:
        raise NotEnoughError(material.name, needed, has)
    whole = as_mended(item, rules)
    changed = with_item(session, whole)
    if slot is not None:
        changed = replace(session, equipped={**session.equipped, slot: whole})
    spent = tuple(spending(_stacks(session, material.base_id), needed))
    return less(changed, spent), MendResult(whole, spent)


def _found(session: InventorySession, item_id: int) -> tuple[Slot | None, Item]:
    for slot, worn in session.equipped.items():
        if worn is not None and worn.id == item_id:
            return slot, worn
    item = session.in_backpack(item_id)
    if item is None:
        raise ItemNotFoundError(item_id)
    return None, item


def _stacks(session: InventorySession, material: str) -> list[Item]:
    """Junk first, then what is smallest."""
    found = (item for item in session.backpack if item.base_id == material and not item.locked)
    return sorted(found, key=lambda item: (not item.junk, item.quantity, item.position))


def _deed(deed: Deed, operation: MendItem, result: MendResult) -> None:
    deed.claim(operation.item_id == result.item.id, "another item was mended than was asked for")
    stood, now = deed.before.get(result.item.id), result.item.durability
    if stood is None or stood.item.durability is None or now is None:
        deed.wrong.append(f"item {result.item.id} had nothing to mend")
        return
    deed.claim(stood.item.durability.current < now.current == now.max, f"item {result.item.id} is not whole")
    as_it_was = replace(result.item, durability=stood.item.durability)
    deed.met(as_it_was, BACKPACK, *(slot.value for slot in Slot))
    deed.put(result.item, stood.place, stood.position)
    spent_deed(deed, result.spent, BACKPACK)


def _told(result: MendResult, _: Sequence[PlacedItem]) -> Told:
    return Told(items=pieces(result.item), spent=spent_pieces(result.spent))


MEND = Definition(operation=MendItem, rule=mend, deed=_deed, told=_told)
