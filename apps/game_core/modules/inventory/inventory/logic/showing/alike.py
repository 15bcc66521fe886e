"""Pieces that nobody can tell from each other, so that a list may show them in one row."""

from collections.abc import Iterable, Sequence

from apps.game_core.modules.inventory.inventory.model import Item
from apps.game_core.modules.items.contracts import Catalog

Look = tuple[object, ...]


def look(item: Item, catalog: Catalog) -> Look | None:
    """Equal for pieces that are the same in everything that can be seen; None for what stacks by itself.

    A stack was set apart by its player, and says how many there are.
    """
    entry = catalog.get(item.base_id)
    if entry is None or entry.max_stack > 1:
        return None
    affixes = tuple(sorted(item.affixes.items())) if item.affixes else ()
    return item.base_id, item.rarity, affixes, item.durability, item.locked, item.bound, item.junk


def alike(item: Item, among: Iterable[Item], catalog: Catalog) -> tuple[int, ...]:
    """Ids of the others that look the same."""
    looks = look(item, catalog)
    if looks is None:
        return ()
    same = (each for each in among if each.base_id == item.base_id and each.id != item.id)
    return tuple(each.id for each in same if look(each, catalog) == looks)


def in_rows(items: Sequence[Item], catalog: Catalog) -> list[list[int]]:
    """Places of what looks the same together, in the order of the first pieces."""
    kept: list[list[int]] = []
    seen: dict[Look, list[int]] = {}
    for place, item in enumerate(items):
        looks = look(item, catalog)
        if looks is not None and looks in seen:
            seen[looks].append(place)
            continue
        kept.append([place])
        if looks is not None:
            seen[looks] = kept[-1]
    return kept
