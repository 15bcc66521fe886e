"""How long texts and how large numbers of items may be."""

from collections.abc import Mapping
from types import MappingProxyType

from apps.game_core.modules.items.contracts import Attribute, Stat

MAX_NAME = 64
MAX_DESCRIPTION = 200
MAX_WEIGHT_KG = 500
MAX_VALUE = 1_000_000
MAX_LEVEL = 100
MAX_STACK = 999
MAX_DURABILITY = 1_000
MAX_HEALING = 1_000
MAX_DURATION = 86_400
MAX_STOCK = 10_000
MAX_HOURS = 8_760

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
