"""Bringing back what an inventory lost: first a plan, then exactly that."""

from dataclasses import dataclass
from typing import Literal

from apps.game_core.modules.inventory.oversight import LedgerItem
from apps.game_core.system.protocols import Context


@dataclass(frozen=True, slots=True)
class RestorePlan:
    """What was lost since `to` (Unix seconds) and would come back.

    They need `slots` of the backpack's `free` ones. `code` names exactly this plan; it is empty where there
    is nothing to be done, or no room. `elsewhere` are pieces that stay with another character or in a trade,
    `used_up` those that would be missed, had they not been used up, sold, given or handed in by choice.
    """

    to: int
    items: tuple[LedgerItem, ...]
    elsewhere: tuple[LedgerItem, ...]
    used_up: tuple[LedgerItem, ...]
    slots: int
    free: int
    code: str


@dataclass(frozen=True, slots=True)
class RestoredItems:
    """`repeated`: this very request took effect before."""

    items: tuple[LedgerItem, ...]
    repeated: bool


@dataclass(frozen=True, slots=True)
class PlanRestore(Context[Literal["inventory"], Literal["plan_restore"], RestorePlan]):
    """Changes nothing. Raises LedgerUnreadableError and CharacterNotFoundError."""

    module = "inventory"
    action = "plan_restore"

    char_id: int
    to: int


@dataclass(frozen=True, slots=True)
class RestoreInventory(Context[Literal["inventory"], Literal["restore"], RestoredItems]):
    """Carry out the plan that has this `code`; the same `request_id` does it once.

    Raises RestoreOutdatedError where a plan that is made now has another code.
    """

    module = "inventory"
    action = "restore"

    char_id: int
    to: int
    code: str
    request_id: str
