"""What taking something back did to item rows, and what an operation left behind; by ledger entries alone."""

from collections import Counter
from collections.abc import Sequence

from apps.game_core.modules.inventory.inventory.logic.history.deed import Deed
from apps.game_core.modules.inventory.inventory.model import PlacedItem
from apps.game_core.modules.inventory.inventory.operation_ids import undo_id
from apps.game_core.modules.inventory.inventory.operations import Revert
from apps.game_core.modules.inventory.inventory.results import RevertResult
from apps.game_core.modules.inventory.inventory.rules.restoring import counted


def revert(deed: Deed, operation: Revert, result: RevertResult) -> None:
    deed.claim(operation.op_id == undo_id(operation.of), f"it takes back {operation.of} under another id")
    touched = {placed.item.id for placed in (*operation.before, *operation.after)}
    now = {placed.item.id: placed for placed in result.placed}
    back = [now[item_id] for item_id in touched if item_id in now]
    gone = [deed.before[item_id] for item_id in result.gone if item_id in deed.before]
    changed = [deed.before[item_id] for item_id in touched & now.keys() if item_id in deed.before]
    had, has = _pieces(operation.after), _pieces(operation.before)
    deed.claim(
        _pieces((*changed, *gone)) + has == _pieces(back) + had, "more or fewer pieces came back than went"
    )
    for placed in result.placed:
        deed.put(placed.item, placed.place, placed.position)
    for item_id in result.gone:
        deed.claim(item_id in touched, f"item {item_id} went, which was none of it")
        deed.changes[item_id] = None
    deed.hp_before, deed.hp = result.hp - result.changed, result.hp


def _pieces(rows: Sequence[PlacedItem]) -> Counter[tuple[object, ...]]:
    return counted(placed.item for placed in rows)
