"""What a claim means for the database."""

from apps.game_core.modules.inventory.inventory.operation_ids import inbox_row, is_inbox
from apps.game_core.modules.inventory.ports import DatabaseRow, Fence, InventoryData
from apps.game_core.modules.inventory.session_store import Claim


def inventory_data(claim: Claim) -> InventoryData:
    """The rows that changed; of all others nothing is looked at but the id."""
    stored, control = claim.stored, claim.control
    rows = {placed.item.id: placed for placed in stored.rows(control.marks)}
    return InventoryData(
        stored=stored,
        fence=Fence(control.base, to_row(claim)),
        changed=tuple(rows[item_id] for item_id in control.marks if item_id in rows),
        removed=tuple(item_id for item_id in control.marks if item_id not in rows),
        operations=control.pending,
        vitals=stored.vitals if control.vitals_changed else None,
        told=control.told,
        inbox=tuple(inbox_row(entry.op_id) for entry in control.pending if is_inbox(entry.op_id)),
    )


def to_row(claim: Claim) -> DatabaseRow:
    """The row that the write of a claim leaves behind."""
    return DatabaseRow(claim.control.version, claim.token)
