"""What the rest of the game may know about items: catalog values, without storage or text lookup."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType


class ItemType(StrEnum):
    WEAPON = "weapon"
    ARMOR = "armor"
    ACCESSORY = "accessory"
    CONSUMABLE = "consumable"
    MATERIAL = "material"
    QUEST = "quest"


class Rarity(StrEnum):
    """Ordered from the most ordinary to the rarest; `rank` counts from 0."""

    COMMON = "common"
    UNCOMMON = "uncommon"
    RARE = "rare"
    EPIC = "epic"
    LEGENDARY = "legendary"

    @property
    def rank(self) -> int:
        return tuple(Rarity).index(self)


class Slot(StrEnum):
    """The eight places where an item can be worn."""

    MAIN_HAND = "main_hand"
    OFF_HAND = "off_hand"
    HEAD = "head"
    CHEST = "chest"
    LEGS = "legs"
    FEET = "feet"
    ACCESSORY_1 = "accessory_1"
    ACCESSORY_2 = "accessory_2"


class Grip(StrEnum):
    ONE_HAND = "1h"
    TWO_HAND = "2h"
    OFF_HAND = "off_hand"


class Stat(StrEnum):
    """What an item adds while worn. Chances are in percent, the rest in points.

    `POWER` ± `SPREAD` is a weapon's damage; `QUICK_SLOTS` is what a belt adds to the quick-slot list.
    """

    POWER = "power"
    SPREAD = "spread"
    ACCURACY = "accuracy"
    CRIT_CHANCE = "crit_chance"
    ARMOR = "armor"
    BLOCK_CHANCE = "block_chance"
    MAX_HP = "max_hp"
    STRENGTH = "strength"
    QUICK_SLOTS = "quick_slots"


class Attribute(StrEnum):
    """What a character must have to wear or use an item."""

    LEVEL = "level"
    STRENGTH = "strength"


class EffectKind(StrEnum):
    HEAL = "heal"
    BUFF = "buff"
    DAMAGE = "damage"


@dataclass(frozen=True, slots=True)
class Effect:
    """What happens when a consumable is used.

    `amount` is hit points for heal and damage, points of `stat` for a buff; `duration` is in seconds,
    0 for effects that happen at once.
    """

    kind: EffectKind
    amount: int
    stat: Stat | None = None
    duration: int = 0


@dataclass(frozen=True, slots=True)
class CatalogEntry:
    """One kind of item. `weight` is in grams, `value` in gold, both of a single piece.

    `mended_with` is a material's base_id. `name` and `description` are the English source texts that
    translation catalogs are keyed by.
    """

    base_id: str
    type: ItemType
    subtype: str
    icon: str
    rarity: Rarity
    name: str
    description: str
    weight: int
    value: int
    slots: tuple[Slot, ...] = ()
    grip: Grip | None = None
    level: int = 1
    max_stack: int = 1
    max_durability: int | None = None
    mended_with: str | None = None
    stats: Mapping[Stat, int] = field(default_factory=lambda: MappingProxyType({}))
    effects: tuple[Effect, ...] = ()
    requirements: Mapping[Attribute, int] = field(default_factory=lambda: MappingProxyType({}))
    quest: bool = False
    usable_in_combat: bool = False

    @property
    def is_consumable(self) -> bool:
        return self.type is ItemType.CONSUMABLE

    @property
    def is_equippable(self) -> bool:
        return bool(self.slots)


@dataclass(frozen=True, slots=True)
class Span:
    """A whole number between these two."""

    least: int
    most: int


@dataclass(frozen=True, slots=True)
class LootLine:
    """Found as often as its `weight` has part in all weights of its table.

    Pieces of `base_id`; or, with `levels_below`, of any gear for the finder's level or so many below. What
    wears out has so many percent of its `durability` left, without them all.
    """

    weight: int
    base_id: str = ""
    levels_below: int | None = None
    quantity: Span = Span(1, 1)
    durability: Span | None = None


@dataclass(frozen=True, slots=True)
class LootTable:
    """`rarity` says how often of 100 gear is so rare, where its kind is less; `affixes` come with that."""

    lines: tuple[LootLine, ...]
    rarity: Mapping[Rarity, int] = field(default_factory=lambda: MappingProxyType({}))
    affixes: Mapping[Stat, Span] = field(default_factory=lambda: MappingProxyType({}))


HOURS_A_DAY = 24


@dataclass(frozen=True, slots=True)
class Ware:
    """A kind that is for sale; with a `stock` only so many pieces, for all players, `every` so many hours."""

    base_id: str
    stock: int | None = None
    every: int = HOURS_A_DAY


@dataclass(frozen=True, slots=True)
class Catalog:
    """All kinds of items, frozen, by name the loot tables that they are in, and which of them are for sale.

    `revision` is a hash of the source files' content.
    """

    entries: Mapping[str, CatalogEntry]
    revision: str
    loot: Mapping[str, LootTable] = field(default_factory=lambda: MappingProxyType({}))
    wares: tuple[Ware, ...] = ()

    def get(self, base_id: str) -> CatalogEntry | None:
        return self.entries.get(base_id)

    def __iter__(self) -> Iterator[CatalogEntry]:
        return iter(self.entries.values())

    def __len__(self) -> int:
        return len(self.entries)
