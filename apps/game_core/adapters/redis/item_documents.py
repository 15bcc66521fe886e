"""One item in a session document: with short names, and without what is at its default."""

from collections.abc import Mapping
from sys import intern

import msgspec

from apps.game_core.modules.inventory.inventory.model import Durability, Item
from apps.game_core.modules.items.contracts import Rarity, Stat

_NAMES = {"base_id": "base", "quantity": "n", "durability": "wear", "acquired_at": "at", "position": "pos"}
_NO_AFFIXES: Mapping[Stat, int] = {}


class ItemDocument(msgspec.Struct, frozen=True, omit_defaults=True, gc=False, rename=_NAMES):
    """`durability` is the current and the most there can be."""

    id: int
    base_id: str
    quantity: int = 1
    rarity: Rarity = Rarity.COMMON
    affixes: Mapping[Stat, int] = {}
    durability: tuple[int, int] | None = None
    locked: bool = False
    bound: bool = False
    acquired_at: int = 0
    position: int = 0
    junk: bool = False

    @classmethod
    def of(cls, item: Item) -> "ItemDocument":
        return cls(
            item.id,
            item.base_id,
            item.quantity,
            item.rarity,
            item.affixes,
            (item.durability.current, item.durability.max) if item.durability else None,
            item.locked,
            item.bound,
            item.acquired_at,
            item.position,
            item.junk,
        )

    def item(self) -> Item:
        """Thousands of sessions are kept: what many items have in common is there once."""
        return Item(
            self.id,
            intern(self.base_id),
            self.quantity,
            self.rarity,
            self.affixes or _NO_AFFIXES,
            Durability(*self.durability) if self.durability else None,
            self.locked,
            self.bound,
            self.acquired_at,
            self.position,
            self.junk,
        )


class EarlierItem(msgspec.Struct, frozen=True, gc=False):
    """As the last release wrote it."""

    id: int
    base_id: str
    quantity: int = 1
    rarity: Rarity = Rarity.COMMON
    affixes: Mapping[Stat, int] = {}
    durability: Durability | None = None
    locked: bool = False
    bound: bool = False
    acquired_at: int = 0
    position: int = 0

    def item(self) -> Item:
        return Item(*msgspec.structs.astuple(self))
