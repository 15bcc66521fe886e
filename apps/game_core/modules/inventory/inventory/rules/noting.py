"""Being told what happened: nothing changes by it."""

from apps.game_core.modules.inventory.inventory.keeping import TakeNote
from apps.game_core.modules.inventory.inventory.model import InventorySession
from apps.game_core.modules.inventory.inventory.results import TakeNoteResult
from apps.game_core.modules.inventory.inventory.rules.values import Rules


def take_note(
    session: InventorySession, operation: TakeNote, _: Rules
) -> tuple[InventorySession, TakeNoteResult]:
    return session, TakeNoteResult(operation.came, operation.went, operation.waiting)
