"""What the inventory shows: values that any UI can draw, free of text in a human language."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from apps.game_core.combat import Stats, needed
from apps.game_core.modules.inventory.errors import Shortfall
from apps.game_core.modules.inventory.inventory.model import Buff, Durability
from apps.game_core.modules.items.contracts import Attribute, Effect, ItemType, Rarity, Slot, Stat


class Verdict(StrEnum):
    """What becomes of the character in a fight: by `combat.worth`, whatever else an item is good for."""

    BETTER = "better"
    WORSE = "worse"
    EQUAL = "equal"


@dataclass(frozen=True, slots=True)
class ItemView:
    """One list row. `value` (gold) and `weight` (grams) are of the whole stack.

    `name` is the catalog's source text, to be translated by whoever shows it; an item whose catalog entry
    is gone has `known` False and its `base_id` for a name. `wasted`: it only heals, and nothing hurts.
    `gain`: by which share the worth in a fight grows (0.5: half as much again) once the item is worn.
    `alike`: ids of other pieces in the backpack that nobody can tell from this one, for which it stands.
    `as_made`: its durability is what a new piece of its kind has.
    """

    id: int
    base_id: str
    known: bool
    name: str
    icon: str
    type: ItemType | None
    subtype: str
    rarity: Rarity
    quantity: int
    level: int
    value: int
    weight: int
    locked: bool
    junk: bool
    is_new: bool
    is_quest: bool
    consumable: bool
    usable_in_combat: bool
    wasted: bool
    slots: tuple[Slot, ...]
    wearable: bool
    durability: Durability | None
    verdict: Verdict | None
    gain: float
    acquired_at: int
    effects: tuple[Effect, ...] = ()
    alike: tuple[int, ...] = ()
    affixes: Mapping[Stat, int] = field(default_factory=dict, hash=False)
    as_made: bool = True

    @property
    def pieces(self) -> int:
        return self.quantity + len(self.alike)

    @property
    def broken(self) -> bool:
        return self.durability is not None and self.durability.current <= 0

    @property
    def equippable(self) -> bool:
        return bool(self.slots)

    @property
    def droppable(self) -> bool:
        """As far as the item itself goes: a worn one must be taken off first."""
        return not self.locked and not self.is_quest


@dataclass(frozen=True, slots=True)
class SlotView:
    """`blocked`: empty because the other hand's weapon needs both.

    `fitting`: the backpack has something that can be worn here, `better`: something that improves on it.
    """

    slot: Slot
    item: ItemView | None
    blocked: bool = False
    better: bool = False
    fitting: bool = False


@dataclass(frozen=True, slots=True)
class StatsView:
    """Weights in grams, percents rounded down, value in gold."""

    weight: int
    max_weight: int
    weight_percent: int
    slots_used: int
    max_slots: int
    slots_percent: int
    total_value: int
    is_overweight: bool
    hp: int
    max_hp: int


@dataclass(frozen=True, slots=True)
class Figures:
    """What a set of worn gear comes to for one character now.

    `attack` is the damage that a turn deals on the average, `taken` what an answer costs; `max_weight` in
    grams. `worth` is the score that verdicts are made of.
    """

    attack: float
    taken: float
    armor: int
    max_hp: int
    quick_slots: int
    max_weight: int
    worth: float


@dataclass(frozen=True, slots=True)
class LoadoutTitle:
    """`worn`: all of it."""

    id: int
    name: str
    item_ids: frozenset[int]
    worn: bool


@dataclass(frozen=True, slots=True)
class InventoryView:
    """The whole inventory, as one screen may show it. `fighter` and `figures` count the running `buffs`.

    Rows of the backpack, and those of its consumables, are formatted when they are looked at. `junk` counts
    pieces and stacks that are marked. `loadouts` are in the order of their names. `coins` are in the purse.
    """

    char_id: int
    version: int
    hero_name: str
    level: int
    experience: int
    equipped: tuple[SlotView, ...]
    backpack: Sequence[ItemView]
    consumables: Sequence[ItemView]
    quick_slots: tuple[ItemView | None, ...]
    stats: StatsView
    fighter: Stats
    figures: Figures
    buffs: tuple[Buff, ...]
    junk: int
    loadouts: tuple[LoadoutTitle, ...]
    coins: int

    @property
    def needed(self) -> int:
        """Experience from this level to the next."""
        return needed(self.level)


@dataclass(frozen=True, slots=True)
class Comparison:
    """What the whole set comes to before and after the item goes into `slot` and pushes out `replaced`."""

    slot: Slot
    replaced: tuple[ItemView, ...]
    before: Figures
    after: Figures
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class BestSet:
    """What to put on to wear the best there is, by slot, and what comes off for it.

    `fingerprint` names exactly this set, so that what was shown is what is put on.
    """

    items: Mapping[Slot, ItemView]
    taken_off: tuple[ItemView, ...]
    before: Figures
    after: Figures
    fingerprint: int


@dataclass(frozen=True, slots=True)
class Consequence:
    """What using a consumable does now: hit points and figures before and after."""

    hp_before: int
    hp: int
    before: Figures
    after: Figures


@dataclass(frozen=True, slots=True)
class ItemDetails:
    """Everything an item card shows. `place` is a slot's name, `backpack` or `quick_slot`.

    `merges_into` is another stack of the kind that has room for pieces of this one. `consequence` is that of
    using it, where it can be used out of a fight. `loadouts` are the names of those that it belongs to.
    """

    item: ItemView
    place: str
    slot_index: int | None
    description: str
    stats: Mapping[Stat, int]
    affixes: Mapping[Stat, int]
    effects: tuple[Effect, ...]
    requirements: Mapping[Attribute, Shortfall]
    missing: Mapping[Attribute, Shortfall]
    valid_slots: tuple[Slot, ...]
    comparison: Comparison | None
    usable: bool
    quick_slots: tuple[ItemView | None, ...]
    merges_into: int | None = None
    consequence: Consequence | None = None
    loadouts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class BackpackPage:
    """`page` counts from 0 and is always a page that exists; `found` is all that the filters let through.

    Rows that are `found` are formatted when they are looked at.
    Of pieces that nobody can tell from each other, one of the `items` stands for all.
    """

    items: tuple[ItemView, ...]
    page: int
    pages: int
    found: Sequence[ItemView]
    stats: StatsView
