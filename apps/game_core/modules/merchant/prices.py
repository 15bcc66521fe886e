"""What things cost and bring, in coins: nothing else says so.

No deals, in whatever order, make coins of nothing. What is bought for its value brings half of it, rounded
down; making whole costs as much as it adds to what a piece brings, rounded up; what is bought back costs what
was paid for it.
"""

from collections.abc import Iterable
from enum import StrEnum
from zlib import crc32

from apps.game_core.modules.inventory.contracts import BACKPACK, Item, PlacedItem
from apps.game_core.modules.items.contracts import CatalogEntry

_HALF = 2


class Obstacle(StrEnum):
    """Why something is not sold."""

    IN_USE = "in_use"
    QUEST = "quest"
    LOCKED = "locked"
    BOUND = "bound"
    WORTHLESS = "worthless"


def cost(entry: CatalogEntry, quantity: int) -> int:
    """Of so many new pieces."""
    return entry.value * quantity


def brings(item: Item, entry: CatalogEntry | None, quantity: int) -> int:
    """So many pieces of a stack, all together: half of their value, and less for what is worn out."""
    left, most = _points(item)
    return entry.value * quantity * left // (_HALF * most) if entry else 0


def mending(item: Item, entry: CatalogEntry | None) -> int | None:
    """To make it whole again; None for what is whole, or nobody knows."""
    left, most = _points(item)
    if entry is None or left == most:
        return None
    return max(1, -(-entry.value * (most - left) // (_HALF * most)))


def obstacle(placed: PlacedItem, entry: CatalogEntry | None) -> Obstacle | None:
    """What keeps it from being sold; the first that comes to mind."""
    item = placed.item
    if placed.place != BACKPACK:
        return Obstacle.IN_USE
    if entry is not None and entry.quest:
        return Obstacle.QUEST
    if item.locked:
        return Obstacle.LOCKED
    if item.bound:
        return Obstacle.BOUND
    return None if brings(item, entry, item.quantity) else Obstacle.WORTHLESS


def fingerprint(items: Iterable[Item]) -> int:
    """Names these stacks, as a button does that says what they bring."""
    return crc32(" ".join(f"{item.id}x{item.quantity}" for item in items).encode())


def points_now(item: Item, entry: CatalogEntry) -> int | None:
    """What leaves as large a share of a new piece as there is of this, whatever files said back then."""
    if item.durability is None or entry.max_durability is None:
        return None
    left, most = _points(item)
    return max(0, left) * entry.max_durability // most


def is_new_by_now(item: Item, entry: CatalogEntry | None) -> bool:
    """Whether it was worn out, and nothing of its kind is any more."""
    left, most = _points(item)
    return entry is not None and entry.max_durability is None and left < most


def key(name: str) -> int:
    """Short for a name that no button has room for."""
    return crc32(name.encode())


def _points(item: Item) -> tuple[int, int]:
    """Of its durability, left and most; rows may have been edited into anything."""
    wear = item.durability
    if wear is None:
        return 1, 1
    most = max(1, wear.max)
    return min(wear.left, most), most
