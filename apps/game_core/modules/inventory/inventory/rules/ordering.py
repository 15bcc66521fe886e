"""The order of what lies in the backpack."""

from collections.abc import Mapping, Sequence
from typing import ClassVar

from apps.game_core.modules.inventory.inventory.limits import ItemOrder
from apps.game_core.modules.inventory.inventory.model import BACKPACK, InventorySession, PlacedItem
from apps.game_core.modules.inventory.inventory.operation import Operation, Result
from apps.game_core.modules.inventory.inventory.rules.deed import Deed
from apps.game_core.modules.inventory.inventory.rules.definition import Definition
from apps.game_core.modules.inventory.inventory.rules.told import Told
from apps.game_core.modules.inventory.inventory.rules.values import Rules
from apps.game_core.value import replace


class SortResult(Result):
    """What lies elsewhere in the backpack now, and where: positions by item id."""

    moved: Mapping[int, int]


class SortBackpack(Operation[SortResult], kw_only=True):
    """Items of the backpack, in the places that they have by now, in another order."""

    kind: ClassVar[str] = "sort_backpack"
    reverts: ClassVar[bool] = True

    order: ItemOrder


def sort(session: InventorySession, operation: SortBackpack, _: Rules) -> tuple[InventorySession, SortResult]:
    """What is asked for and there takes the places of one another; everything else stays where it is."""
    there = {item.id: item for item in session.backpack}
    asked = [there[item_id] for item_id in operation.order if item_id in there]
    places = sorted(item.position for item in asked)
    moved = {item.id: place for item, place in zip(asked, places, strict=True) if item.position != place}
    placed = (
        replace(item, position=moved[item.id]) if item.id in moved else item for item in session.backpack
    )
    backpack = tuple(sorted(placed, key=lambda item: item.position))
    return replace(session, backpack=backpack), SortResult(moved)


def _deed(deed: Deed, operation: SortBackpack, result: SortResult) -> None:
    deed.claim(result.moved.keys() <= set(operation.order), "it moved what was not asked for")
    stood = {item_id: placed for item_id, placed in deed.before.items() if placed.place == BACKPACK}
    deed.claim(stood.keys() == result.moved.keys(), "it moved other items than it met in the backpack")
    left = sorted(placed.position for placed in stood.values())
    deed.claim(left == sorted(result.moved.values()), "items came to places that none of them left")
    for item_id, position in result.moved.items():
        if item_id in stood:
            deed.put(stood[item_id].item, BACKPACK, position)


def _told(_: SortResult, __: Sequence[PlacedItem]) -> Told:
    return Told()


SORT = Definition(operation=SortBackpack, rule=sort, deed=_deed, told=_told)
