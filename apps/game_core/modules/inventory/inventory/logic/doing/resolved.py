"""An operation to come."""

from collections.abc import Awaitable, Callable
from typing import Any, Generic, TypeVar

from apps.game_core.modules.inventory.inventory.model import InventorySession
from apps.game_core.modules.inventory.inventory.operation import Operation, Result
from apps.game_core.value import Value

R = TypeVar("R", bound=Result)
Resolve = Callable[[InventorySession], Awaitable[Operation[Any]]]


class Resolved(Value, Generic[R]):
    """Its id and kind are known; `resolve` makes it for the very session that it will change.

    `asked` is what is wished for, as far as that is the same for every session. `since` as in `Perform`;
    `unseen`: the player is not shown the inventory in answer.
    """

    op_id: str
    kind: type[Operation[R]]
    resolve: Resolve
    asked: Operation[R] | None = None
    since: int = 0
    unseen: bool = False


def given(operation: Operation[R]) -> Resolved[R]:
    """One that is the same for every session."""

    async def resolve(_: InventorySession) -> Operation[R]:
        return operation

    return Resolved(operation.op_id, type(operation), resolve, asked=operation)
