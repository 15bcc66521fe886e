"""What became of operations, asked by the ids that whoever wanted them has given."""

from dataclasses import dataclass
from typing import Any, Literal

from apps.game_core.modules.inventory.inventory.operation import Operation, Result
from apps.game_core.system.protocols import Context


@dataclass(frozen=True, slots=True)
class Done:
    """An operation that took effect; a batch is one. `at` in Unix seconds.

    `version` is that of the inventory afterwards.
    """

    op_id: str
    version: int
    at: int
    operation: Operation[Any]
    result: Result


@dataclass(frozen=True, slots=True)
class LookAtDone(Context[Literal["inventory"], Literal["done"], tuple[Done, ...]]):
    """What took effect under ids that begin with `prefix`, written or not: the latest, newest first.

    Opens no session. What this release cannot read is left out.
    """

    module = "inventory"
    action = "done"

    char_id: int
    prefix: str
    limit: int = 20


@dataclass(frozen=True, slots=True)
class FindDone(Context[Literal["inventory"], Literal["find_done"], Done | None]):
    """What took effect under this very id, written or not. Opens no session.

    None: nothing did, or this release cannot read it, or it is in a file by now.
    """

    module = "inventory"
    action = "find_done"

    char_id: int
    op_id: str
