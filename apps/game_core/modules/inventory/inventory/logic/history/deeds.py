"""What an operation did to item rows, by its own ledger entry alone.

No item file and no rule has a say: the entry tells what was asked, what was answered and how the touched rows
stood before. Where these contradict each other, that is noted.
"""

from typing import Any

from apps.game_core.modules.inventory.inventory.operation import Operation
from apps.game_core.modules.inventory.inventory.operations import definition_of
from apps.game_core.modules.inventory.inventory.rules.deed import Deed


def do(deed: Deed, operation: Operation[Any], result: object) -> None:
    """Let the deed have its effect, and check that it did something to each row that it says it touched."""
    definition_of(operation).deed(deed, operation, result)
    touched = {item_id for item_id, after in deed.changes.items() if deed.rows.get(item_id) != after}
    for item_id in sorted(deed.before.keys() - touched):
        deed.wrong.append(f"it did nothing to item {item_id}, which is among the rows before")
