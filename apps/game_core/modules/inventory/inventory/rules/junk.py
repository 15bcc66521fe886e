"""Marking what may go."""

from collections.abc import Sequence
from typing import ClassVar

from apps.game_core.modules.inventory.errors import ItemLockedError, ItemNotFoundError, QuestItemError
from apps.game_core.modules.inventory.inventory.limits import ItemIds
from apps.game_core.modules.inventory.inventory.model import BACKPACK, InventorySession, Item, PlacedItem
from apps.game_core.modules.inventory.inventory.operation import Operation, Result
from apps.game_core.modules.inventory.inventory.rules.deed import Deed
from apps.game_core.modules.inventory.inventory.rules.definition import Definition
from apps.game_core.modules.inventory.inventory.rules.told import Told, summed
from apps.game_core.modules.inventory.inventory.rules.values import Rules
from apps.game_core.value import replace


class MarkJunkResult(Result):
    """`changed` are ids of items that were marked otherwise before."""

    changed: tuple[int, ...]


class MarkJunk(Operation[MarkJunkResult], kw_only=True):
    """Marks what of these may be dropped, or takes the marks away."""

    kind: ClassVar[str] = "mark_junk"
    reverts: ClassVar[bool] = True

    item_ids: ItemIds
    marked: bool = True


def mark(
    session: InventorySession, operation: MarkJunk, rules: Rules
) -> tuple[InventorySession, MarkJunkResult]:
    """What is in the backpack and may go; refused only where none of it does."""
    asked = set(operation.item_ids)
    there = [item for item in session.backpack if item.id in asked]
    able = {item.id for item in there if not operation.marked or may_go(item, rules)}
    if not able:
        raise _refusal(operation, there)
    changed = {item.id: None for item in there if item.id in able and item.junk is not operation.marked}
    backpack = (
        replace(item, junk=operation.marked) if item.id in changed else item for item in session.backpack
    )
    return replace(session, backpack=tuple(backpack)), MarkJunkResult(tuple(changed))


def may_go(item: Item, rules: Rules) -> bool:
    entry = rules.catalog.get(item.base_id)
    return not item.locked and (entry is None or not entry.quest)


def _refusal(operation: MarkJunk, there: list[Item]) -> ItemNotFoundError | ItemLockedError | QuestItemError:
    if not there:
        return ItemNotFoundError(min(operation.item_ids, default=0))
    item = there[0]
    return ItemLockedError(item.id) if item.locked else QuestItemError(item.id)


def _deed(deed: Deed, operation: MarkJunk, result: MarkJunkResult) -> None:
    deed.claim(set(result.changed) <= set(operation.item_ids), "it marked what was not asked for")
    deed.claim(set(result.changed) == deed.before.keys(), "it marked other items than it met")
    for item_id, stood in deed.before.items():
        right = stood.place == BACKPACK and stood.item.junk is not operation.marked
        deed.claim(
            right and not (operation.marked and stood.item.locked), f"item {item_id} was not to be marked"
        )
        deed.put(replace(stood.item, junk=operation.marked), BACKPACK, stood.position)


def _told(result: MarkJunkResult, before: Sequence[PlacedItem]) -> Told:
    met = {placed.item.id: placed.item for placed in before}
    marked = [met[item_id] for item_id in result.changed if item_id in met]
    return Told(deed="unmark_junk" if any(item.junk for item in marked) else None, items=summed(marked))


MARK_JUNK = Definition(operation=MarkJunk, rule=mark, deed=_deed, told=_told)
