"""A set of gear under a name."""

from collections.abc import Mapping
from dataclasses import dataclass

from apps.game_core.modules.items.contracts import Slot

MAX_LOADOUTS = 5
"""Of one character."""


@dataclass(frozen=True, slots=True)
class Piece:
    """An item of a loadout. Once it is gone, its `base_id` tells what it was."""

    item_id: int
    base_id: str


@dataclass(frozen=True, slots=True)
class Loadout:
    """What was worn when it was saved, under a name that no other loadout of the character has."""

    id: int
    name: str
    pieces: Mapping[Slot, Piece]
