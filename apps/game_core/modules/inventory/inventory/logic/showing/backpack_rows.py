"""Which rows of the backpack are shown, and in which order: decided before any of them is formatted."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache, partial
from operator import attrgetter
from typing import Any, overload

from apps.game_core.modules.inventory.contracts import BackpackQuery, GroupBy, ItemView, SortBy
from apps.game_core.modules.inventory.inventory.logic.showing.judging import Judge
from apps.game_core.modules.inventory.inventory.logic.showing.remembered import Kind
from apps.game_core.modules.inventory.inventory.model import Item
from apps.game_core.modules.items.contracts import ItemType, Rarity, Slot


class Rows(Sequence[ItemView]):
    """One row for each of the items, formatted when somebody looks at it."""

    def __init__(self, items: Sequence[Item], row: Callable[[Item], ItemView]) -> None:
        self.items = items
        self._row = row
        self._made: dict[int, ItemView] = {}

    def __len__(self) -> int:
        return len(self.items)

    @overload
    def __getitem__(self, place: int) -> ItemView: ...
    @overload
    def __getitem__(self, place: slice) -> tuple[ItemView, ...]: ...
    def __getitem__(self, place: int | slice) -> ItemView | tuple[ItemView, ...]:
        places = range(len(self.items))[place]
        return self._at(places) if isinstance(places, int) else tuple(map(self._at, places))

    def __iter__(self) -> Iterator[ItemView]:
        return map(self._at, range(len(self.items)))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and tuple(self) == tuple(other)

    def __hash__(self) -> int:
        return hash(tuple(self))

    def __repr__(self) -> str:
        return repr(tuple(self))

    def _at(self, place: int) -> ItemView:
        made = self._made.get(place)
        if made is None:
            made = self._made[place] = self._row(self.items[place])
        return made


def chosen(items: Iterable[Item], query: BackpackQuery, judge: Judge) -> list[Item]:
    """What passes the filters, sorted and grouped.

    What is locked comes first, but where the question is what to wear.
    """
    kept = [item for item in items if _is_rare(item, query.filter_rarity)]
    if query.without or query.filter_several:
        kept = [item for item in kept if item.id not in query.without and _is_enough(item, query)]
    if query.filter_tradable:
        kept = [item for item in kept if _is_tradable(item, judge.kind(item))]
    if _asks_for_kinds(query):
        wanted = cache(partial(_is_wanted, query=query, words=query.fold(query.search)))
        kept = [item for item in kept if wanted(judge.kind(item))]
    if query.sort_by is not None:
        kept.sort(key=_sort_key(query, query.sort_by, judge))
    if query.sort_by is not SortBy.VERDICT:
        kept.sort(key=_LOCKED, reverse=True)
    if query.group_by is not None:
        kept.sort(key=partial(_GROUPS[query.group_by], judge))
    return kept


def _is_rare(item: Item, least: Rarity | None) -> bool:
    return least is None or item.rarity.rank >= least.rank


def _is_enough(item: Item, query: BackpackQuery) -> bool:
    return item.quantity > 1 or not query.filter_several


def _is_tradable(item: Item, kind: Kind) -> bool:
    return not (item.locked or item.bound) and kind.type not in (None, ItemType.QUEST)


def _asks_for_kinds(query: BackpackQuery) -> bool:
    return bool(query.filter_type or query.filter_equippable or query.filter_slot or query.search)


def _is_wanted(kind: Kind, *, query: BackpackQuery, words: str) -> bool:
    return (
        query.filter_type in (None, kind.type)
        and (not query.filter_equippable or kind.wearable)
        and (query.filter_slot is None or query.filter_slot in kind.slots)
        and words in query.fold(query.name_of(kind.name))
    )


def _sort_key(query: BackpackQuery, sort_by: SortBy, judge: Judge) -> Callable[[Item], tuple[Any, ...]]:
    first = _FIRST.get(sort_by) or partial(_how_wearable, judge, query.filter_slot)

    @cache
    def by_name(name: str) -> Any:
        return query.collate(query.name_of(name))

    def key(item: Item) -> tuple[Any, ...]:
        kind = judge.kind(item)
        return first(item, kind), by_name(kind.name), item.id

    return key


def _how_wearable(judge: Judge, wanted: Slot | None, item: Item, kind: Kind) -> tuple[bool, bool, float]:
    """What can be worn comes first, then what can be worn one day, the biggest gain first; then the rest."""
    return not kind.wearable, not kind.slots, -judge.gain(item, wanted)


_FIRST: Mapping[SortBy, Callable[[Item, Kind], Any]] = {
    SortBy.NAME: lambda _, __: 0,
    SortBy.VALUE: lambda item, kind: -kind.value * item.quantity,
    SortBy.RARITY: lambda item, _: -item.rarity.rank,
    SortBy.LEVEL: lambda _, kind: -kind.level,
    SortBy.NEWEST: lambda item, _: -item.acquired_at,
}
_LOCKED = attrgetter("locked")
_TYPES = tuple(ItemType)


def _type(judge: Judge, item: Item) -> int:
    of = judge.kind(item).type
    return _TYPES.index(of) if of else len(_TYPES)


def _rarity(_: Judge, item: Item) -> int:
    return len(Rarity) - item.rarity.rank


_GROUPS: Mapping[GroupBy, Callable[[Judge, Item], int]] = {GroupBy.TYPE: _type, GroupBy.RARITY: _rarity}
