"""What every change of an inventory has in common."""

from typing import Any, ClassVar, Generic, TypeVar, get_args

from apps.game_core.modules.inventory.inventory.model import InventorySession
from apps.game_core.modules.inventory.inventory.operation_ids import is_inbox
from apps.game_core.value import Value, replace


class Result(Value):
    """What an operation answers."""


R_co = TypeVar("R_co", bound=Result, covariant=True)
_FOUND = frozenset(
    {
        *("op_id", "at", "quantity", "quantities", "new_id", "new_ids", "dropped", "dropped_at", "stood"),
        *("before", "after", "done_at", "changed", "started", "ended", "order", "pieces"),
        *("came", "went", "waiting", "earned", "paid", "announced"),
    }
)


class Operation(Value, Generic[R_co], kw_only=True):
    kind: ClassVar[str]
    result_type: ClassVar[type]
    reverts: ClassVar[bool] = False
    """Whether `Revert` takes this kind back; a drop has an undo of its own."""
    reverts_as_part: ClassVar[bool] = False
    """Whether it takes this kind back in a batch only."""

    op_id: str = ""
    at: int = 0

    def __init_subclass__(cls) -> None:
        [base] = cls.__orig_bases__  # type: ignore[attr-defined] # the Operation[…] that it is declared as
        [cls.result_type] = get_args(base)

    @property
    def can_be_reverted(self) -> bool:
        return self.reverts

    def asks_for_the_same_as(self, other: "Operation[Any]") -> bool:
        """Whether both are one wish: what each found when it was made, and what it was to make, aside."""
        told = [name for name in self.__struct_fields__ if name not in _FOUND]
        return type(self) is type(other) and all(getattr(self, name) == getattr(other, name) for name in told)


def with_trail(session: InventorySession, version: int, op_id: str) -> InventorySession:
    """A session that has just seen an operation; a delivery that is lost comes again by itself."""
    return session if is_inbox(op_id) else replace(session, trail=session.trail.then(version, op_id))
