"""What was worked out for a session when it was shown last: most taps show the same one, or the same gear.

Sessions and what they are made of never change, so the very same thing has the very same answers.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from apps.game_core.modules.inventory.contracts import BackpackQuery, Buff
from apps.game_core.modules.inventory.inventory.model import Item
from apps.game_core.modules.inventory.views import Figures
from apps.game_core.modules.items.contracts import ItemType, Slot
from apps.game_core.value import Value

_SESSIONS = 256
_SETS_OF_GEAR = 1_000


class Same:
    """Equal to another only if both hold the very same thing, which is kept alive meanwhile."""

    __slots__ = ("thing",)

    def __init__(self, thing: object) -> None:
        self.thing = thing

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Same) and self.thing is other.thing

    def __hash__(self) -> int:
        return id(self.thing)


class Kind(Value):
    """What all pieces of one kind have in common for one character; `value` is of a single one."""

    name: str
    type: ItemType | None = None
    level: int = 0
    value: int = 0
    slots: tuple[Slot, ...] = ()
    wearable: bool = False
    consumable: bool = False


@dataclass(frozen=True, slots=True)
class Arranged:
    """Rows of the backpack as they are shown, and the places in them of what looks the same."""

    items: Sequence[Item]
    together: Sequence[Sequence[int]]


@dataclass(slots=True, eq=False)
class Seen:
    """Of one session, by one catalog. What depends on the buffs that run is kept for the latest ones.

    `oldest`: when the piece was acquired that is in the backpack for longest. `arranged` is for the query
    that was asked last, whichever page it was for. `to_fill`: slots for which there is something, and those
    it would improve.
    """

    kinds: dict[str, Kind] = field(default_factory=dict)
    oldest: float | None = None
    weight_and_value: tuple[int, int] | None = None
    arranged: tuple[tuple[BackpackQuery, tuple[Buff, ...]], Arranged] | None = None
    to_fill: tuple[tuple[Buff, ...], tuple[set[Slot], set[Slot]]] | None = None


@dataclass(slots=True, eq=False)
class Tried:
    """Of one set of gear on one character: its points and figures, and by which share pieces improve it."""

    worn: tuple[int, ...] | None = None
    figures: Figures | None = None
    gains: dict[tuple[object, ...], float] = field(default_factory=dict)


@lru_cache(_SESSIONS)
def seen(session: Same, catalog: Same) -> Seen:  # noqa: ARG001 - the key
    return Seen()


@lru_cache(_SETS_OF_GEAR)
def tried(*_: object) -> Tried:
    """By whatever decides what becomes of somebody in some gear."""
    return Tried()
