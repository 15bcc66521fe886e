"""What part of the backpack is asked for, and in which order."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from apps.game_core.modules.items.contracts import ItemType, Rarity, Slot


class SortBy(StrEnum):
    """Best first: the most valuable, the rarest, the highest level, the newest, the biggest improvement."""

    NAME = "name"
    VALUE = "value"
    RARITY = "rarity"
    LEVEL = "level"
    NEWEST = "newest"
    VERDICT = "verdict"


class GroupBy(StrEnum):
    TYPE = "type"
    RARITY = "rarity"


def _source_name(name: str) -> str:
    return name


@dataclass(frozen=True, slots=True)
class BackpackQuery:
    """What part of the backpack, in which order. With `filter_slot`, rows are judged for that slot.

    `filter_rarity` lets through what is as rare, or rarer, `filter_tradable` what somebody else may have,
    `filter_several` stacks that can be divided. Items `without` are left out.
    `name_of` translates a name, `collate` orders texts, `fold` takes away what a search shall not mind.
    """

    page: int = 0
    page_size: int = 9
    sort_by: SortBy | None = None
    group_by: GroupBy | None = None
    filter_type: ItemType | None = None
    filter_rarity: Rarity | None = None
    filter_equippable: bool = False
    filter_slot: Slot | None = None
    filter_tradable: bool = False
    filter_several: bool = False
    without: frozenset[int] = frozenset()
    search: str = ""
    name_of: Callable[[str], str] = _source_name
    collate: Callable[[str], Any] = str.casefold
    fold: Callable[[str], str] = str.casefold
