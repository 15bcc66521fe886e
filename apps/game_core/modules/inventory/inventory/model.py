"""The values a session is made of. Frozen: a change makes a new session that shares what did not change."""

from bisect import bisect
from collections.abc import Container, Iterator, Mapping
from enum import StrEnum
from operator import attrgetter

from apps.game_core.modules.inventory.inventory.gift import Gift
from apps.game_core.modules.inventory.inventory.loadout import Loadout
from apps.game_core.modules.inventory.inventory.trail import NO_TRAIL, Trail
from apps.game_core.modules.items.contracts import Rarity, Slot, Stat
from apps.game_core.value import Formed, Value, field, replace

SCHEMA = 2
LEAST_HP = 1
BACKPACK = "backpack"
QUICK_SLOT = "quick_slot"


class Source(StrEnum):
    """Where a consumable is taken from."""

    BACKPACK = BACKPACK
    QUICK_SLOT = QUICK_SLOT


class Durability(Value):
    """`current` is below zero where somebody has edited it so."""

    current: int
    max: int

    @property
    def left(self) -> int:
        return max(0, self.current)


class Item(Value, Formed):
    """One stack or single piece.

    `id` is globally unique (63 bits). `acquired_at` is in Unix seconds. `position` orders the backpack
    and is unique within it; it means nothing elsewhere. What is both `locked` and `junk`, by SQL, is locked.
    """

    id: int
    base_id: str
    quantity: int = 1
    rarity: Rarity = Rarity.COMMON
    affixes: Mapping[Stat, int] = field(default_factory=dict)
    durability: Durability | None = None
    locked: bool = False
    bound: bool = False
    acquired_at: int = 0
    position: int = 0
    junk: bool = False

    @property
    def broken(self) -> bool:
        return self.durability is not None and self.durability.current <= 0

    def stacks_with(self, other: "Item") -> bool:
        """Whether both are pieces of the same kind. Whether one is a favourite, or junk, does not matter."""
        mine = (self.base_id, self.rarity, self.affixes, self.bound, self.durability)
        return mine == (other.base_id, other.rarity, other.affixes, other.bound, other.durability)


class PlacedItem(Value):
    """An item with its place: a slot's name, `backpack` or `quick_slot`, and the position there."""

    item: Item
    place: str
    position: int


class Confirmation(Value):
    """Of one's own half as it is, and the partner's with this `mark`.

    `stamp` names the state of the inventory in which it was made.
    """

    mark: int
    stamp: str


class Half(Value):
    """What one player has laid on the table of a trade; it stays in the backpack as it is.

    `mark` names this content of this half, and never comes again. `partner` is None while the chair opposite
    is empty. From `until` (Unix seconds) on it counts as left.
    """

    trade: int
    mark: int
    until: int
    partner: int | None = None
    items: tuple[Item, ...] = ()
    coins: int = 0
    confirmed: Confirmation | None = None


class Parcel(Value):
    """What a row of the inbox brings that comes of a trade: whole things, and coins.

    `mark` names the half that they lay on; `returned`: they come back to whoever has given them.
    """

    trade: int
    mark: int
    items: tuple[Item, ...]
    coins: int = 0
    returned: bool = False


class Buff(Value):
    """`expires_at` in Unix seconds."""

    stat: Stat
    amount: int
    expires_at: int


class Vitals(Value):
    """What consumables act on; written together with the item they cost."""

    hp: int
    buffs: tuple[Buff, ...] = ()


class Limits(Value):
    """How many stacks the backpack holds and how many quick slots there are without a belt."""

    max_slots: int = 50
    quick_slots: int = 4


class Hero(Value):
    """The character as the rules see it; `max_hp` without what worn items add.

    `experience` is what was gained since the last level.
    """

    name: str
    level: int
    strength: int
    max_hp: int
    experience: int = 0


class InventorySession(Value):
    """One character's inventory as players see it.

    `rev` is the compare-and-set token of the stored document; `version` counts changes; `loaded_at` is
    in Unix seconds. `equipped` always has all eight slots. `loadouts` are in the order of their ids.
    `waiting` are ids of inbox rows that do not fit. `coins` are in the purse. `half` lies on a table.

    News stays until the player's next change: `conflicts` are the kinds of operations that could not be kept
    when the inventory was changed from elsewhere, `gifts` came out of the inbox.
    """

    char_id: int
    loaded_at: int
    version: int
    hero: Hero
    vitals: Vitals
    limits: Limits
    equipped: Mapping[Slot, Item | None]
    backpack: tuple[Item, ...]
    quick_slots: tuple[Item | None, ...]
    loadouts: tuple[Loadout, ...] = ()
    waiting: tuple[int, ...] = ()
    conflicts: tuple[str, ...] = ()
    gifts: tuple[Gift, ...] = ()
    trail: Trail = NO_TRAIL
    dirty: bool = False
    rev: str = ""
    schema: int = SCHEMA
    coins: int = 0
    half: Half | None = None

    def placed(self) -> Iterator[PlacedItem]:
        """Every item once, with its place."""
        for slot, item in self.equipped.items():
            if item is not None:
                yield PlacedItem(item, slot.value, 0)
        for item in self.backpack:
            yield PlacedItem(item, BACKPACK, item.position)
        for index, item in enumerate(self.quick_slots):
            if item is not None:
                yield PlacedItem(item, QUICK_SLOT, index)

    def rows(self, ids: Container[int]) -> Iterator[PlacedItem]:
        """The items among `ids`, with their places; nothing is made of any other."""
        for slot, item in self.equipped.items():
            if item is not None and item.id in ids:
                yield PlacedItem(item, slot.value, 0)
        for item in self.backpack:
            if item.id in ids:
                yield PlacedItem(item, BACKPACK, item.position)
        for index, item in enumerate(self.quick_slots):
            if item is not None and item.id in ids:
                yield PlacedItem(item, QUICK_SLOT, index)

    def in_backpack(self, item_id: int) -> Item | None:
        return next((item for item in self.backpack if item.id == item_id), None)


_position = attrgetter("position")


Items = tuple[Item, ...]
"""Of a backpack, in its order."""


def without(session: InventorySession, item_id: int) -> InventorySession:
    return replace(session, backpack=less(session.backpack, item_id))


def with_item(session: InventorySession, changed: Item) -> InventorySession:
    """Replace the backpack item of the same id."""
    backpack = tuple([changed if item.id == changed.id else item for item in session.backpack])
    return replace(session, backpack=backpack)


def adding(session: InventorySession, item: Item, *, position: int | None = None) -> InventorySession:
    """Put an item into the backpack: at its end, or in the place that `position` names."""
    return replace(session, backpack=plus(session.backpack, item, position))


def less(backpack: Items, item_id: int) -> Items:
    return tuple([item for item in backpack if item.id != item_id])


def plus(backpack: Items, item: Item, position: int | None = None) -> Items:
    """With the item at the end, or in the place that `position` names."""
    if position is None:
        position = backpack[-1].position + 1 if backpack else 0
    place = bisect(backpack, position, key=_position)
    return (*backpack[:place], replace(item, position=position), *backpack[place:])
