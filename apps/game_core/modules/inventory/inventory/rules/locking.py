"""Favourites: what is locked is not dropped."""

from collections.abc import Sequence
from typing import ClassVar

from apps.game_core.modules.inventory.inventory.limits import ItemId
from apps.game_core.modules.inventory.inventory.model import (
    BACKPACK,
    InventorySession,
    Item,
    PlacedItem,
    with_item,
)
from apps.game_core.modules.inventory.inventory.operation import Operation, Result
from apps.game_core.modules.inventory.inventory.rules.deed import Deed, same
from apps.game_core.modules.inventory.inventory.rules.definition import Definition
from apps.game_core.modules.inventory.inventory.rules.told import Told, pieces
from apps.game_core.modules.inventory.inventory.rules.values import Rules, in_backpack
from apps.game_core.modules.inventory.keeping_errors import ItemIsJunkError
from apps.game_core.value import replace


class LockResult(Result):
    item: Item


class LockItem(Operation[LockResult], kw_only=True):
    kind: ClassVar[str] = "lock_item"

    item_id: ItemId
    locked: bool = True


def lock(session: InventorySession, operation: LockItem, _: Rules) -> tuple[InventorySession, LockResult]:
    item = in_backpack(session, operation.item_id)
    if item.junk and operation.locked and not item.locked:
        raise ItemIsJunkError(item.id)
    item = replace(item, locked=operation.locked)
    return with_item(session, item), LockResult(item)


def _deed(deed: Deed, operation: LockItem, result: LockResult) -> None:
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


def _told(result: LockResult, _: Sequence[PlacedItem]) -> Told:
    return Told(deed=None if result.item.locked else "unlock_item", items=pieces(result.item))


LOCK = Definition(operation=LockItem, rule=lock, deed=_deed, told=_told)
