"""The values a session is made of. Frozen: a change makes a new session that shares what did not change."""

from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from operator import attrgetter

from apps.game_core.modules.inventory.inventory.gift import Gift
from apps.game_core.modules.inventory.inventory.loadout import Loadout
from apps.game_core.modules.items.contracts import Rarity, Slot, Stat

SCHEMA = 2
LEAST_HP = 1
BACKPACK = "backpack"
QUICK_SLOT = "quick_slot"


class Source(StrEnum):
    """Where a consumable is taken from."""

    BACKPACK = BACKPACK
    QUICK_SLOT = QUICK_SLOT


@dataclass(frozen=True, slots=True)
class Durability:
    """`current` is below zero where somebody has edited it so."""

    current: int
    max: int

    @property
    def left(self) -> int:
        return max(0, self.current)


class Formed:
    """Values never change: whoever has put one into another form may leave that form with it."""

    __slots__ = ("form",)

    form: bytes

    def keep_form(self, form: bytes) -> bytes:
        object.__setattr__(self, "form", form)
        return form


@dataclass(frozen=True, slots=True)
class Item(Formed):
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


@dataclass(frozen=True, slots=True)
class PlacedItem:
    """An item with its place: a slot's name, `backpack` or `quick_slot`, and the position there."""

    item: Item
    place: str
    position: int


@dataclass(frozen=True, slots=True)
class Confirmation:
    """Of one's own half as it is, and the partner's with this `mark`.

    `stamp` names the state of the inventory in which it was made.
    """

    mark: int
    stamp: str


@dataclass(frozen=True, slots=True)
class Half:
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


@dataclass(frozen=True, slots=True)
class Parcel:
    """What a row of the inbox brings that comes of a trade: whole things, and coins.

    `mark` names the half that they lay on; `returned`: they come back to whoever has given them.
    """

    trade: int
    mark: int
    items: tuple[Item, ...]
    coins: int = 0
    returned: bool = False


@dataclass(frozen=True, slots=True)
class Buff:
    """`expires_at` in Unix seconds."""

    stat: Stat
    amount: int
    expires_at: int


@dataclass(frozen=True, slots=True)
class Vitals:
    """What consumables act on; written together with the item they cost."""

    hp: int
    buffs: tuple[Buff, ...] = ()


@dataclass(frozen=True, slots=True)
class Limits:
    """How many stacks the backpack holds and how many quick slots there are without a belt."""

    max_slots: int = 50
    quick_slots: int = 4


@dataclass(frozen=True, slots=True)
class Hero:
    """The character as the rules see it; `max_hp` without what worn items add.

    `experience` is what was gained since the last level.
    """

    name: str
    level: int
    strength: int
    max_hp: int
    experience: int = 0


_TRAIL = 256


@dataclass(frozen=True, slots=True)
class Trail:
    """What players did to a session since it was made from the database, as version `since`.

    `made` are the versions and ids of the latest operations that are not known to be written; what only the
    inbox delivered is not among them.
    """

    since: int = 0
    made: tuple[tuple[int, str], ...] = ()

    def then(self, version: int, op_id: str) -> "Trail":
        return Trail(self.since, (*self.made, (version, op_id))[-_TRAIL:])

    def unwritten(self, synced_version: int) -> "Trail":
        """Less what the database has."""
        if not self.made or self.made[0][0] > synced_version:
            return self
        return Trail(self.since, tuple(each for each in self.made if each[0] > synced_version))


@dataclass(frozen=True, slots=True)
class InventorySession:
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
    trail: Trail = Trail()
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

    def next_position(self) -> int:
        return max((item.position for item in self.backpack), default=-1) + 1


_position = attrgetter("position")


def without(session: InventorySession, item_id: int) -> InventorySession:
    return replace(session, backpack=tuple([item for item in session.backpack if item.id != item_id]))


def with_item(session: InventorySession, changed: Item) -> InventorySession:
    """Replace the backpack item of the same id."""
    backpack = tuple([changed if item.id == changed.id else item for item in session.backpack])
    return replace(session, backpack=backpack)


def adding(session: InventorySession, item: Item, *, position: int | None = None) -> InventorySession:
    """Put an item into the backpack: at its end, or in the place that `position` names."""
    where = session.next_position() if position is None else position
    moved = replace(item, position=where)
    ordered = sorted((*session.backpack, moved), key=_position)
    return replace(session, backpack=tuple(ordered))
