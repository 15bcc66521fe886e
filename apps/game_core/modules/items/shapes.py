"""What kinds of items there are, where each may be worn, and how large numbers may be."""

from collections.abc import Mapping
from types import MappingProxyType

from apps.game_core.modules.items.contracts import Attribute, ItemType, Slot, Stat

HANDS = frozenset({Slot.MAIN_HAND, Slot.OFF_HAND})
ACCESSORIES = frozenset({Slot.ACCESSORY_1, Slot.ACCESSORY_2})

# type -> subtype -> the slots that an item of this subtype may name; none: it cannot be worn
SUBTYPES: Mapping[ItemType, Mapping[str, frozenset[Slot]]] = MappingProxyType(
    {
        ItemType.WEAPON: dict.fromkeys(
            ("sword", "axe", "hammer", "bow", "crossbow", "spear", "staff", "dagger"), HANDS
        ),
        ItemType.ARMOR: {
            "shield": frozenset({Slot.OFF_HAND}),
            "helmet": frozenset({Slot.HEAD}),
            "chest": frozenset({Slot.CHEST}),
            "legs": frozenset({Slot.LEGS}),
            "boots": frozenset({Slot.FEET}),
        },
        ItemType.ACCESSORY: dict.fromkeys(("ring", "amulet", "belt"), ACCESSORIES),
        ItemType.CONSUMABLE: dict.fromkeys(("potion", "elixir", "scroll", "bomb", "food"), frozenset()),
        ItemType.MATERIAL: dict.fromkeys(("ore", "ingot", "hide", "herb", "wood", "gem"), frozenset()),
        ItemType.QUEST: dict.fromkeys(("letter", "key", "map", "relic"), frozenset()),
    }
)

WORN_TYPES = frozenset({ItemType.WEAPON, ItemType.ARMOR, ItemType.ACCESSORY})

MAX_NAME = 64
MAX_DESCRIPTION = 200
MAX_WEIGHT_KG = 500
MAX_VALUE = 1_000_000
MAX_LEVEL = 100
MAX_STACK = 999
MAX_DURABILITY = 1_000
MAX_HEALING = 1_000
MAX_DURATION = 86_400

MAX_STATS: Mapping[Stat, int] = MappingProxyType(
    {
        Stat.POWER: 500,
        Stat.SPREAD: 250,
        Stat.ACCURACY: 100,
        Stat.CRIT_CHANCE: 100,
        Stat.ARMOR: 500,
        Stat.BLOCK_CHANCE: 100,
        Stat.MAX_HP: 1_000,
        Stat.STRENGTH: 100,
        Stat.QUICK_SLOTS: 6,
    }
)

MAX_REQUIREMENTS: Mapping[Attribute, int] = MappingProxyType(
    {Attribute.LEVEL: MAX_LEVEL, Attribute.STRENGTH: 100}
)
