"""Pieces that nobody can tell from each other, so that a list may show them in one row."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from apps.game_core.modules.inventory.contracts import ItemView
from apps.game_core.modules.inventory.inventory.model import Item
from apps.game_core.modules.items.contracts import Catalog

Look = tuple[object, ...]
Row = tuple[ItemView, list[ItemView]]
"""The piece that stands for all, and the others."""


def look(item: Item, catalog: Catalog) -> Look | None:
    """Equal for pieces that are the same in everything that can be seen; None for what stacks by itself.

    A stack was set apart by its player, and says how many there are.
    """
    entry = catalog.get(item.base_id)
    if entry is None or entry.max_stack > 1:
        return None
    affixes = tuple(sorted(item.affixes.items())) if item.affixes else ()
    return item.base_id, item.rarity, affixes, item.durability, item.locked, item.bound


def alike(item: Item, among: Iterable[Item], catalog: Catalog) -> tuple[int, ...]:
    """Ids of the others that look the same."""
    looks = look(item, catalog)
    if looks is None:
        return ()
    same = (each for each in among if each.base_id == item.base_id and each.id != item.id)
    return tuple(each.id for each in same if look(each, catalog) == looks)


def in_rows(rows: Sequence[ItemView], items: Iterable[Item], catalog: Catalog) -> list[Row]:
    """What looks the same in one row, in the order of the first pieces."""
    by_id = {item.id: item for item in items}
    kept: list[Row] = []
    seen: dict[Look, Row] = {}
    for row in rows:
        looks = look(by_id[row.id], catalog)
        if looks is not None and looks in seen:
            seen[looks][1].append(row)
            continue
        kept.append((row, []))
        if looks is not None:
            seen[looks] = kept[-1]
    return kept


def shown(row: Row) -> ItemView:
    """One new piece makes the row new."""
    one, others = row
    if not others:
        return one
    is_new = one.is_new or any(each.is_new for each in others)
    return replace(one, alike=tuple(each.id for each in others), is_new=is_new)
