"""Pieces of a kind: what is worth the same to a player who lost one."""

from collections import Counter
from collections.abc import Iterable

from apps.game_core.modules.inventory.inventory.model import InventorySession, Item

Kind = tuple[object, ...]


def owned(session: InventorySession) -> Counter[Kind]:
    return counted(placed.item for placed in session.placed())


def counted(items: Iterable[Item]) -> Counter[Kind]:
    """Pieces by kind."""
    pieces: Counter[Kind] = Counter()
    for item in items:
        pieces[kind(item)] += item.quantity
    return pieces


def kind(item: Item) -> Kind:
    """What makes two pieces worth the same to a player who lost one. Wear does not: the worn one is here."""
    return (item.base_id, item.rarity, frozenset(item.affixes.items()), item.bound)
