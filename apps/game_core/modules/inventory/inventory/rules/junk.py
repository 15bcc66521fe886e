"""Marking what may go."""

from dataclasses import replace

from apps.game_core.modules.inventory.errors import ItemLockedError, ItemNotFoundError, QuestItemError
from apps.game_core.modules.inventory.inventory.model import InventorySession, Item
from apps.game_core.modules.inventory.inventory.operations import MarkJunk
from apps.game_core.modules.inventory.inventory.results import MarkJunkResult
from apps.game_core.modules.inventory.inventory.rules.values import Rules


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
