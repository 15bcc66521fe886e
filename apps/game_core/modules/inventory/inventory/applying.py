"""The only way an inventory changes: `apply(session, operation, rules)`."""

from typing import TypeVar

from apps.game_core.modules.inventory.inventory.model import InventorySession
from apps.game_core.modules.inventory.inventory.operation import Operation, Result
from apps.game_core.modules.inventory.inventory.operations import definition_of
from apps.game_core.modules.inventory.inventory.rules.laying import require_laid
from apps.game_core.modules.inventory.inventory.rules.values import Rules

R = TypeVar("R", bound=Result)


def apply(session: InventorySession, operation: Operation[R], rules: Rules) -> tuple[InventorySession, R]:
    """Apply an operation to a session. What its player has laid on a table stays what it was.

    Pure: the same three values always give the same new session and result, on any process.

    Raises:
        OperationRefusedError: the rules say no; which subclass says why.

    """
    changed, result = definition_of(operation).rule(session, operation, rules)
    require_laid(session, changed, operation.at)
    return changed, result
