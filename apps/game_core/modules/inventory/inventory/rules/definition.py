"""One operation with all that belongs to it."""

from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar

from apps.game_core.modules.inventory.inventory.model import InventorySession, PlacedItem
from apps.game_core.modules.inventory.inventory.operation import Operation, Result
from apps.game_core.modules.inventory.inventory.rules.deed import Deed
from apps.game_core.modules.inventory.inventory.rules.told import Told
from apps.game_core.modules.inventory.inventory.rules.values import Rules
from apps.game_core.value import Value

Op = TypeVar("Op", bound=Operation[Any])
R = TypeVar("R", bound=Result)


class Definition(Value, Generic[Op, R], kw_only=True):
    """None of it can be left out.

    `rule` makes the session and the answer of it, or raises OperationRefusedError. `deed` says what that did
    to item rows, by the ledger entry alone: audit and undo go by it, so it asks neither rule nor item files,
    and notes where the entry contradicts itself. `told` is what operators read, by the answer and the rows
    that were touched as they were before.
    """

    operation: type[Op]
    rule: Callable[[InventorySession, Op, Rules], tuple[InventorySession, R]]
    deed: Callable[[Deed, Op, R], None]
    told: Callable[[R, Sequence[PlacedItem]], Told]
