"""What is given to a player: so many pieces of a kind, and what sets them apart from it."""

from dataclasses import dataclass, field

from apps.game_core.modules.inventory.inventory.limits import Affixes
from apps.game_core.modules.items.contracts import Rarity


@dataclass(frozen=True, slots=True)
class Roll:
    """What pieces have beside what their kind has; without a `rarity` of their own they have the kind's."""

    rarity: Rarity | None = None
    affixes: Affixes = field(default_factory=dict)
    bound: bool = False


PLAIN = Roll()


@dataclass(frozen=True, slots=True)
class Gift:
    """What the inbox delivers; of what is only counted the `roll` is not told."""

    base_id: str
    quantity: int
    roll: Roll = PLAIN
