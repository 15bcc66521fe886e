"""Training as the bot knows it: what it is asked and what it answers."""

from dataclasses import dataclass
from typing import Literal

from apps.game_core.combat import Blow, BlowKind
from apps.game_core.modules.inventory.contracts import Durability, ItemView
from apps.game_core.modules.items.contracts import Rarity
from apps.game_core.modules.training.errors import NoFightError
from apps.game_core.modules.training.fight import Exchange, Fight, FightState, Lesson, Move, Use
from apps.game_core.system.protocols import Context

__all__ = [
    "Blow",
    "BlowKind",
    "Exchange",
    "Fight",
    "FightState",
    "FightView",
    "ForgetFight",
    "GiveUpFight",
    "Lesson",
    "LookAtFight",
    "MakeMove",
    "Move",
    "NoFightError",
    "Prize",
    "StartFight",
    "Use",
]


@dataclass(frozen=True, slots=True)
class Prize:
    """`name` is the catalog's source text. `waits`: it did not fit and comes as soon as there is room.

    `durability` is of what is not whole.
    """

    name: str
    icon: str
    rarity: Rarity
    quantity: int
    waits: bool
    durability: Durability | None = None


@dataclass(frozen=True, slots=True)
class FightView:
    """A fight with the fighter as the inventory has them now, less what the fight has cost since.

    `deals` and `suffers` are what a turn comes to on the average, for the dummy and for the fighter. The
    next level comes with `needed` experience. `quick_slots` are those whose use would do something now.
    `repeated`: nothing was done, since it had been done before or was asked of another fight.
    """

    fight: Fight
    name: str
    hp: int
    max_hp: int
    quick_slots: tuple[ItemView | None, ...]
    deals: float
    suffers: float
    experience: int
    needed: int
    prize: Prize | None = None
    repeated: bool = False


@dataclass(frozen=True, slots=True)
class StartFight(Context[Literal["training"], Literal["start"], FightView]):
    """Write the inventory and begin; a fight that goes on stays, and the answer is `repeated`.

    However often an `op_id` comes, it begins one fight. Raises NoFightError when that one was given up since.
    """

    module = "training"
    action = "start"

    char_id: int
    op_id: str


@dataclass(frozen=True, slots=True)
class LookAtFight(Context[Literal["training"], Literal["look"], FightView]):
    """Raises NoFightError."""

    module = "training"
    action = "look"

    char_id: int


@dataclass(frozen=True, slots=True)
class MakeMove(Context[Literal["training"], Literal["move"], FightView]):
    """Make `move` in turn `turn` of fight `fight_id`; a move of another turn or fight changes nothing.

    Raises NoFightError, and what the inventory says of an item that cannot be used.
    """

    module = "training"
    action = "move"

    char_id: int
    fight_id: str
    turn: int
    move: Move


@dataclass(frozen=True, slots=True)
class GiveUpFight(Context[Literal["training"], Literal["give_up"], bool]):
    """Give up this very fight; with no `fight_id` whichever goes on. False: it does not go on."""

    module = "training"
    action = "give_up"

    char_id: int
    fight_id: str | None = None


@dataclass(frozen=True, slots=True)
class ForgetFight(Context[Literal["training"], Literal["forget"], None]):
    """The character goes, and its fight with it, whatever its state."""

    module = "training"
    action = "forget"

    char_id: int
