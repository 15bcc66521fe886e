"""What screens show of many things: some of them, each with how many it stands for."""

from dataclasses import replace

from apps.game_core.modules.inventory.contracts import BackpackQuery, InventoryReader, ItemView, SortBy
from apps.game_core.modules.items.contracts import Rarity, Slot

_MOST_NAMED = 12


def gathered(inventory: InventoryReader, marked: tuple[ItemView, ...]) -> list[ItemView]:
    """The first of them; of pieces that look the same, one that stands for all."""
    ids, told, rows = {item.id for item in marked}, set[int](), list[ItemView]()
    for item in marked:
        if item.id not in told and len(rows) < _MOST_NAMED:
            alike = tuple(each for each in inventory.alike(item.id) if each in ids)
            told.update(alike)
            rows.append(replace(item, alike=alike))
    return rows


def is_dressed(inventory: InventoryReader) -> bool:
    return any(each.item for each in inventory.view().equipped)


def by_name(items: tuple[ItemView, ...]) -> list[tuple[ItemView, int]]:
    """One of each name and rarity, with how many pieces there are of it, in the order of the first ones."""
    pieces: dict[tuple[str, Rarity], int] = {}
    first: dict[tuple[str, Rarity], ItemView] = {}
    for item in items:
        key = (item.base_id, item.rarity)
        pieces[key] = pieces.get(key, 0) + item.quantity
        first.setdefault(key, item)
    return [(item, pieces[key]) for key, item in first.items()]


def fitting(inventory: InventoryReader, slot: Slot, most: int) -> tuple[ItemView, ...]:
    """What the backpack has for a slot, best first; of pieces that are alike, one."""
    query = BackpackQuery(sort_by=SortBy.VERDICT, filter_equippable=True, filter_slot=slot)
    alike = {(row.base_id, row.rarity, row.gain): row for row in reversed(inventory.backpack(query).found)}
    return tuple(reversed(alike.values()))[:most]
