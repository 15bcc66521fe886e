"""What of an operation is worth a line of history."""

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from apps.game_core.modules.inventory.inventory.model import Item
from apps.game_core.modules.items.contracts import Slot
from apps.game_core.value import Value


class Pieces(NamedTuple):
    base_id: str
    quantity: int


class Told(Value, kw_only=True):
    """What a line shows beside the operation's kind, or beside `deed` where another name says more.

    `healed` is below zero for hit points lost, `coins` for those paid. `gained` is experience, `level` the
    one that it brought, if it brought any; `broke` did so in a fight. `name` is a loadout's.
    """

    deed: str | None = None
    items: tuple[Pieces, ...] = ()
    returned: tuple[Pieces, ...] = ()
    spent: tuple[Pieces, ...] = ()
    slot: Slot | None = None
    slot_index: int | None = None
    healed: int = 0
    gained: int = 0
    level: int = 0
    broke: tuple[Pieces, ...] = ()
    name: str = ""
    coins: int = 0


def pieces(*items: Item) -> tuple[Pieces, ...]:
    return tuple(Pieces(item.base_id, item.quantity) for item in items)


def summed(items: Iterable[Item]) -> tuple[Pieces, ...]:
    """Each base_id once."""
    total: Counter[str] = Counter()
    for item in items:
        total[item.base_id] += item.quantity
    return tuple(Pieces(base_id, quantity) for base_id, quantity in total.items())
