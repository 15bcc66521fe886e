"""An operation applied to a session, and the ledger entry that it makes."""

from typing import TypeVar

from apps.game_core.modules.inventory.inventory.applying import apply
from apps.game_core.modules.inventory.inventory.codec import encode
from apps.game_core.modules.inventory.inventory.logic.history.deeds import do
from apps.game_core.modules.inventory.inventory.model import InventorySession
from apps.game_core.modules.inventory.inventory.operation import Operation, Result
from apps.game_core.modules.inventory.inventory.row_changes import before_image, row_changes
from apps.game_core.modules.inventory.inventory.rules.deed import Deed, numbered
from apps.game_core.modules.inventory.ports import LedgerEntry
from tools.support.bags import rules

R = TypeVar("R", bound=Result)


def entered(session: InventorySession, operation: Operation[R]) -> tuple[InventorySession, R, LedgerEntry]:
    """What the entry tells of the rows, by itself, is what became of them."""
    after, result = apply(session, operation, rules())
    image = before_image(session, row_changes(session, after))
    rows = {each.item.id: numbered(each) for each in session.placed()}
    deed = Deed(rows, {each.item.id: numbered(each) for each in image})
    do(deed, operation, result)
    assert deed.wrong == []
    left = {item_id: placed for item_id, placed in {**rows, **deed.changes}.items() if placed}
    assert left == {each.item.id: numbered(each) for each in after.placed()}
    parts = (encode(operation), encode(result), encode(image))
    return after, result, LedgerEntry(operation.op_id, 1, operation.kind, operation.at, *parts)
