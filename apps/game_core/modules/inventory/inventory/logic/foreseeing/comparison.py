"""Rules in use beside those of item files that are not loaded yet, and what is worth telling of a piece."""

from collections.abc import Iterator
from dataclasses import dataclass

from apps.game_core.modules.inventory.foresight import Oddity
from apps.game_core.modules.inventory.inventory.model import Item
from apps.game_core.modules.inventory.inventory.rules.values import Rules

_CONSEQUENCES = frozenset({Oddity.RETURNED, Oddity.STUCK})


@dataclass(frozen=True, slots=True)
class RulesCompared:
    """`at` is in Unix seconds."""

    now: Rules
    then: Rules
    at: int

    def told(self, base_id: str, now: set[Oddity], then: set[Oddity]) -> tuple[Oddity, ...] | None:
        """What would be odd, of a kind that changes even if it is so already; None: nothing would change."""
        changes = self.now.catalog.get(base_id) != self.then.catalog.get(base_id)
        told = then - (now & _CONSEQUENCES if changes else now)
        ordered = tuple(oddity for oddity in Oddity if oddity in told)
        return ordered if changes or ordered else None


def of_itself(item: Item, rules: Rules) -> Iterator[Oddity]:
    """What is odd about a stack wherever it is."""
    entry = rules.catalog.get(item.base_id)
    if entry is None:
        yield Oddity.GONE
    elif item.quantity > entry.max_stack:
        yield Oddity.OVERSTACKED
