"""What item files that are not loaded yet would do to what players own."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal, Protocol

from apps.game_core.modules.items.contracts import Catalog
from apps.game_core.system.protocols import Context


class Oddity(StrEnum):
    """What would be odd about a piece, beside looking and counting otherwise."""

    GONE = "gone"
    """Its kind is unknown: it lies there under its base_id, and can only be dropped."""
    MISPLACED = "misplaced"
    """It is in a slot that is not for it, or beside what needs both hands. It stays until it is taken off."""
    UNMET = "unmet"
    """Whoever wears it could not put it on again."""
    OVERSTACKED = "overstacked"
    """The stack is bigger than stacks of it may be. Nothing more goes onto it."""


@dataclass(frozen=True, slots=True)
class Affected:
    """One stack of a kind that would change. `place` as in `PlacedItem`."""

    item_id: int
    base_id: str
    quantity: int
    place: str
    oddities: tuple[Oddity, ...]


@dataclass(frozen=True, slots=True)
class Foresight:
    """One inventory under other item files. `overweight`: it would be, and is not now.

    `returned` counts quick slots whose content would go back into the backpack with the next change of gear.
    """

    char_id: int
    pieces: tuple[Affected, ...]
    overweight: bool
    returned: int


@dataclass(frozen=True, slots=True)
class Owners:
    """Characters that have, or may have, pieces of some kinds; `waiting` are those in inboxes, by base_id."""

    char_ids: tuple[int, ...]
    waiting: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class FindOwners(Context[Literal["inventory"], Literal["owners"], Owners]):
    """Whoever has a piece of these kinds in the database, or changes that the database does not know yet."""

    module = "inventory"
    action = "owners"

    base_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Foresee(Context[Literal["inventory"], Literal["foresee"], Foresight]):
    """`catalog` is not in use. Changes nothing. Raises CharacterNotFoundError, InventoryUnavailableError."""

    module = "inventory"
    action = "foresee"

    char_id: int
    catalog: Catalog


class OwnersReader(Protocol):
    async def owners(self, base_ids: Collection[str]) -> Sequence[int]:
        """Whose rows are of these kinds, in the order of their ids. Raises DatabaseDownError."""
        ...

    async def waiting(self, base_ids: Collection[str]) -> Mapping[str, int]:
        """Pieces in inboxes that were not delivered yet, by kind. Raises DatabaseDownError."""
        ...
