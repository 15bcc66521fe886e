"""What a claim means for the database."""

from collections.abc import Container, Iterator

from apps.game_core.modules.inventory.inventory.model import (
    BACKPACK,
    QUICK_SLOT,
    InventorySession,
    PlacedItem,
)
from apps.game_core.modules.inventory.inventory.operation_ids import inbox_row, is_inbox
from apps.game_core.modules.inventory.ports import DatabaseRow, Fence, InventoryData
from apps.game_core.modules.inventory.session_store import Claim


def inventory_data(claim: Claim) -> InventoryData:
    """The rows that changed; of all others nothing is looked at but the id."""
    session, control = claim.session, claim.control
    rows = {placed.item.id: placed for placed in _marked(session, control.marks)}
    return InventoryData(
        session=session,
        fence=Fence(control.base, to_row(claim)),
        changed=tuple(rows[item_id] for item_id in control.marks if item_id in rows),
        removed=tuple(item_id for item_id in control.marks if item_id not in rows),
        operations=control.pending,
        vitals=session.vitals if control.vitals_changed else None,
        told=control.told,
        inbox=tuple(inbox_row(entry.op_id) for entry in control.pending if is_inbox(entry.op_id)),
    )


def to_row(claim: Claim) -> DatabaseRow:
    """The row that the write of a claim leaves behind."""
    return DatabaseRow(claim.session.version, claim.token)


def _marked(session: InventorySession, ids: Container[int]) -> Iterator[PlacedItem]:
    for slot, item in session.equipped.items():
        if item is not None and item.id in ids:
            yield PlacedItem(item, slot.value, 0)
    for item in session.backpack:
        if item.id in ids:
            yield PlacedItem(item, BACKPACK, item.position)
    for index, item in enumerate(session.quick_slots):
        if item is not None and item.id in ids:
            yield PlacedItem(item, QUICK_SLOT, index)
