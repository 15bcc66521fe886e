"""What the scripts of sessions are given: the names of keys, and values as Lua takes them."""

from apps.game_core.adapters.redis.control_records import VITALS, operation_hash
from apps.game_core.modules.inventory.inventory.model import InventorySession
from apps.game_core.modules.inventory.inventory.operation_ids import drawn_for
from apps.game_core.modules.inventory.inventory.row_changes import RowChanges
from apps.game_core.modules.inventory.session_store import Saved


def milliseconds(seconds: float) -> int:
    return round(seconds * 1000)


def row_names(rows: RowChanges) -> list[object]:
    return [*rows.changed, *rows.removed, *([VITALS] if rows.vitals else [])]


def identity(op_id: str, since: int = 0) -> tuple[str, bytes, int]:
    """An operation id as scripts take it: with its hash, and the version that it was meant for."""
    return op_id, operation_hash(op_id), max(since, drawn_for(op_id))


def saved_as(session: InventorySession, reply: bytes) -> Saved:
    _, synced, lineage = reply.decode().split(" ")
    return Saved(session, int(synced), lineage)
