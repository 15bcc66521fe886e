"""What is given to a player: so many pieces of a kind, and what sets them apart from it."""

from collections import Counter
from collections.abc import Iterable

from apps.game_core.modules.inventory.inventory.limits import Affixes, PointsLeft
from apps.game_core.modules.items.contracts import Rarity
from apps.game_core.value import Value, field


class Roll(Value):
    """What pieces have beside what their kind has; without a `rarity` of their own they have the kind's.

    `durability` are the points left of it, without it all; no more than their kind has when they are made.
    Of what never wears out it says nothing.
    """

    rarity: Rarity | None = None
    affixes: Affixes = field(default_factory=dict)
    bound: bool = False
    durability: PointsLeft | None = None

    def __hash__(self) -> int:
        return hash((self.rarity, frozenset(self.affixes.items()), self.bound, self.durability))

    def points_of(self, most: int) -> int:
        """What is left of so much."""
        return most if self.durability is None else min(self.durability, most)


PLAIN = Roll()


class Gift(Value):
    """What the inbox delivers, or somebody is told of."""

    base_id: str
    quantity: int
    roll: Roll = PLAIN


def gathered(gifts: Iterable[Gift]) -> tuple[Gift, ...]:
    """What is alike as one, in the order in which it came first."""
    pieces: Counter[tuple[str, Roll]] = Counter()
    for gift in gifts:
        pieces[gift.base_id, gift.roll] += gift.quantity
    return tuple(Gift(base_id, quantity, roll) for (base_id, roll), quantity in pieces.items())
