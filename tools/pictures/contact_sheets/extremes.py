"""Bags, gear and names at the edge of what may happen, for pictures and for tests."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import cycle, islice
from typing import NamedTuple

from apps.game_core.modules.items.contracts import Catalog, Rarity, Slot

SIZES = (0, 1, 9, 10, 14, 200, 1000)
PLAIN = "Aetheron"
NAMES = {
    "plain": PLAIN,
    "64 Cyrillic letters": "\N{CYRILLIC CAPITAL LETTER YERU}" * 64,
    "markup": "<b>&amp;</b> & <\"'",
    "right to left": "\u202e\u05d9\u05e2\u05e7\u05d1\u200f & <b>",
}
"""What a player may be called, by how it is said in a caption."""


class Kind(NamedTuple):
    """What pieces of an unmarked stack have in common."""

    base_id: str
    rarity: Rarity


@dataclass(frozen=True, slots=True)
class Gear:
    """What is worn, by slot, and the stacks in the first quick slots."""

    worn: Mapping[Slot, str]
    quick: Mapping[str, int]


NOTHING, EVERYTHING = "nothing", "everything"
GEAR = {
    NOTHING: Gear({}, {}),
    EVERYTHING: Gear(
        {
            Slot.MAIN_HAND: "iron_sword",
            Slot.OFF_HAND: "iron_shield",
            Slot.HEAD: "leather_helmet",
            Slot.CHEST: "leather_armor",
            Slot.LEGS: "leather_pants",
            Slot.FEET: "leather_boots",
            Slot.ACCESSORY_1: "copper_ring",
            Slot.ACCESSORY_2: "wolf_tooth_necklace",
        },
        {"health_potion": 5, "strength_elixir": 2, "fireball_scroll": 1, "bread": 3},
    ),
}
"""By how much of it is worn, as a caption says it."""


def bag_of(catalog: Catalog, size: int) -> Mapping[Kind, int]:
    """Pieces by kind that fill `size` slots.

    One of each kind, then one of each in every rarity, then more of those that do not stack.
    """
    known = [catalog.entries[base_id] for base_id in sorted(catalog.entries)]
    once = dict.fromkeys(Kind(each.base_id, each.rarity) for each in known)
    once |= dict.fromkeys(Kind(each.base_id, rarity) for rarity in Rarity for each in known)
    single = [kind for kind in once if catalog.entries[kind.base_id].max_stack == 1]
    return Counter((*islice(once, size), *islice(cycle(single), max(0, size - len(once)))))
