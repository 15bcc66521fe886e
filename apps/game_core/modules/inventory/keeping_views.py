"""What the inventory shows of junk, loadouts and what is worn out, and what there is without a view of it."""

from dataclasses import dataclass
from enum import StrEnum

from apps.game_core.modules.inventory.inventory.model import PlacedItem
from apps.game_core.modules.inventory.views import Figures, ItemView
from apps.game_core.modules.items.contracts import Slot


@dataclass(frozen=True, slots=True)
class Belongings:
    """All of one state, as it is: an item each once, with its place. `coins` are in the purse.

    `stamp` names the state: an id that is made of it tells its operation from those of all others.
    """

    char_id: int
    version: int
    stamp: str
    coins: int
    items: tuple[PlacedItem, ...]


@dataclass(frozen=True, slots=True)
class Junk:
    """What is marked as junk, in the order of the backpack: `items` go together, `kept` are upgrades by now.

    `fingerprint` names exactly these `items`. `worse` and `spare` are ids of what could be marked: what is
    worse than what is worn, and all but one of pieces of one kind. Neither has upgrades, or what is locked.
    """

    items: tuple[ItemView, ...]
    kept: tuple[ItemView, ...]
    fingerprint: int
    worse: tuple[int, ...]
    spare: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Damaged:
    """Something that can be mended with `needed` pieces of a material, of which there are `has`."""

    item: ItemView
    material: str
    icon: str
    needed: int
    has: int

    @property
    def able(self) -> bool:
        return self.has >= self.needed


class PieceState(StrEnum):
    """UNFIT is there, but cannot be worn in its slot now: catalog, level or the other hand are in the way."""

    WORN = "worn"
    READY = "ready"
    UNFIT = "unfit"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class PieceView:
    """`name` is the catalog's source text; the `base_id` itself where `known` is False."""

    slot: Slot
    item_id: int
    base_id: str
    name: str
    icon: str
    known: bool
    state: PieceState


@dataclass(frozen=True, slots=True)
class LoadoutView:
    """A loadout as it stands: what putting it on would change, and which pieces stay away."""

    id: int
    name: str
    pieces: tuple[PieceView, ...]
    before: Figures
    after: Figures

    def having(self, *states: PieceState) -> tuple[PieceView, ...]:
        return tuple(piece for piece in self.pieces if piece.state in states)
