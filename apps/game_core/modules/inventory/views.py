"""What the inventory shows: values that any UI can draw, free of text in a human language."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from apps.game_core.combat import Stats
from apps.game_core.modules.inventory.errors import Shortfall
from apps.game_core.modules.inventory.inventory.model import Buff, Durability, Gift
from apps.game_core.modules.inventory.queries import BackpackQuery
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

    @property
    def pieces(self) -> int:
        return self.quantity + len(self.alike)

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
class InventoryView:
    """The whole inventory, as one screen may show it. `fighter` and `figures` count the running `buffs`.

    Rows of the backpack, and those of its consumables, are formatted when they are looked at. `junk` counts
    pieces and stacks that are marked.
    """

    char_id: int
    version: int
    hero_name: str
    level: int
    equipped: tuple[SlotView, ...]
    backpack: Sequence[ItemView]
    consumables: Sequence[ItemView]
    quick_slots: tuple[ItemView | None, ...]
    stats: StatsView
    fighter: Stats
    figures: Figures
    buffs: tuple[Buff, ...]
    junk: int


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
class Junk:
    """What is marked as junk, in the order of the backpack: `items` go together, `kept` are upgrades by now.

    `fingerprint` names exactly these `items`. `worse` and `spare` are ids of what could be marked: what is
    worse than what is worn, and all but one of pieces of one kind. Neither has upgrades, or what is locked.
    """

    items: tuple[ItemView, ...]
    kept: tuple[ItemView, ...]
    fingerprint: int
    worse: tuple[int, ...]
    spare: tuple[int, ...]


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
    using it, where it can be used out of a fight.
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


class InventoryReader(Protocol):
    """One state of an inventory, formatted on demand; asking costs no round trip."""

    @property
    def stamp(self) -> str:
        """Names this state: equal stamps, equal inventories.

        An operation whose id begins with `at:{stamp}:` needs no look into the ledger to be known as new.
        """
        ...

    @property
    def version(self) -> int:
        """Of two states of an inventory the one with the higher version is the later."""
        ...

    @property
    def conflicts(self) -> tuple[str, ...]:
        """Kinds of operations lost to a change from elsewhere; to be told until the next change."""
        ...

    @property
    def gifts(self) -> tuple[Gift, ...]:
        """What came out of the inbox; to be told until the next change."""
        ...

    @property
    def waiting(self) -> int:
        """How many gifts do not fit; each comes as soon as there is room."""
        ...

    @property
    def stale(self) -> bool:
        """Read past the session, straight from the database: it may be a moment old and cannot change."""
        ...

    def source_name(self, base_id: str) -> str:
        """The catalog's source text for an item's name, the base_id itself if the catalog has no entry."""
        ...

    def most_that_fit(self, base_id: str) -> int:
        """How many pieces of a kind could be added if backpack and quick slots were empty.

        Raises UnknownItemError.
        """
        ...

    def view(self) -> InventoryView: ...

    def backpack(self, query: BackpackQuery) -> BackpackPage: ...

    def best_set(self) -> BestSet:
        """Of all that is in the backpack and can be worn; empty when what is worn is the best already."""
        ...

    def junk(self) -> Junk: ...

    def alike(self, item_id: int) -> tuple[int, ...]:
        """Ids of the other pieces in the backpack that look the same; none for what is not there."""
        ...

    def item(self, item_id: int, slot: Slot | None = None) -> ItemDetails:
        """Judged for `slot` if it fits there, else for where it helps most. Raises ItemNotFoundError."""
        ...
