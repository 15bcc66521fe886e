"""Which rows of the backpack are shown, and in which order."""

from collections.abc import Callable
from typing import Any

from apps.game_core.modules.inventory.contracts import BackpackQuery, GroupBy, ItemView, SortBy
from apps.game_core.modules.items.contracts import ItemType, Rarity


def passes(row: ItemView, query: BackpackQuery, wanted: str) -> bool:
    """`wanted` is the search, folded."""
    return (
        (query.filter_type is None or row.type is query.filter_type)
        and (query.filter_rarity is None or row.rarity.rank >= query.filter_rarity.rank)
        and (not query.filter_equippable or row.wearable)
        and (query.filter_slot is None or query.filter_slot in row.slots)
        and (not wanted or wanted in query.fold(query.name_of(row.name)))
    )


def sort_key(sort_by: SortBy, query: BackpackQuery) -> Callable[[ItemView], Any]:
    first: dict[SortBy, Callable[[ItemView], Any]] = {
        SortBy.NAME: lambda _: 0,
        SortBy.VALUE: lambda row: -row.value,
        SortBy.RARITY: lambda row: -row.rarity.rank,
        SortBy.LEVEL: lambda row: -row.level,
        SortBy.NEWEST: lambda row: -row.acquired_at,
        SortBy.VERDICT: _how_wearable,
    }
    return lambda row: (first[sort_by](row), query.collate(query.name_of(row.name)), row.id)


def _how_wearable(row: ItemView) -> tuple[bool, bool, float]:
    """What can be worn comes first, then what can be worn one day, the biggest gain first; then the rest."""
    return not row.wearable, not row.equippable, -row.gain


_TYPES = tuple(ItemType)
GROUPS: dict[GroupBy, Callable[[ItemView], int]] = {
    GroupBy.TYPE: lambda row: _TYPES.index(row.type) if row.type else len(_TYPES),
    GroupBy.RARITY: lambda row: len(Rarity) - row.rarity.rank,
}
