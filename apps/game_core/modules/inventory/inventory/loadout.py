"""A set of gear under a name."""

from collections.abc import Mapping

from apps.game_core.modules.items.contracts import Slot
from apps.game_core.value import Value

MAX_LOADOUTS = 5
"""Of one character."""


class Piece(Value):
    """An item of a loadout. Once it is gone, its `base_id` tells what it was."""

    item_id: int
    base_id: str


class Loadout(Value):
    """What was worn when it was saved, under a name that no other loadout of the character has."""

    id: int
    name: str
    pieces: Mapping[Slot, Piece]
