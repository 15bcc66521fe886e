"""Bringing back what an inventory lost: first a plan, then exactly that."""

from dataclasses import dataclass

from apps.game_core.modules.inventory.oversight import LedgerItem
from apps.game_core.system.protocols import Context


@dataclass(frozen=True, slots=True)
class RestorePlan:
    """What was lost since `to` (Unix seconds) and would come back.

    `code` names exactly this; it is empty where nothing can be done: no `items`, or more `places` than
    are `free` in the backpack. `elsewhere` are pieces that another character has by now: they stay there.
    """

    to: int
    items: tuple[LedgerItem, ...]
    elsewhere: tuple[LedgerItem, ...]
    places: int
    free: int
    code: str


@dataclass(frozen=True, slots=True)
class RestoredItems:
    """`repeated`: this very request took effect before."""

    items: tuple[LedgerItem, ...]
    repeated: bool


@dataclass(frozen=True, slots=True)
class PlanRestore(Context[RestorePlan]):
    """Changes nothing. Raises LedgerUnreadableError and CharacterNotFoundError."""

    module = "inventory"
    action = "plan_restore"

    char_id: int
    to: int


@dataclass(frozen=True, slots=True)
class RestoreInventory(Context[RestoredItems]):
    """Carry out the plan that has this `code`; the same `op_id` does it once.

    Raises RestoreOutdatedError where a plan that is made now has another code.
    """

    module = "inventory"
    action = "restore"

    char_id: int
    to: int
    code: str
    op_id: str
