"""What a player wants to see of the backpack and has marked in it; all but a search outlives the visit."""

from collections.abc import Mapping
from typing import Any
from zlib import crc32

from aiogram.fsm.context import FSMContext
from pydantic import BaseModel, ValidationError, field_validator

from apps.game_core.modules.inventory.contracts import BackpackQuery, GroupBy, ItemView, SortBy
from apps.game_core.modules.inventory.inventory_gateway import MAX_AT_ONCE
from apps.game_core.modules.items.contracts import ItemType, Rarity
from apps.game_core.system.written_words import kept, shortened
from bot.callbacks.buttons import Facet, view_code, view_sides
from bot.i18n import Translator

MAX_SEARCH = 40
MAX_KEPT = 2
_ROWS = 9  # one less where views to come back to take a row
_KEY = "backpack"
_FIELDS = {
    Facet.SORT: "sort_by",
    Facet.GROUP: "group_by",
    Facet.TYPE: "filter_type",
    Facet.RARITY: "filter_rarity",
    Facet.WEARABLE: "wearable",
    Facet.SEARCH: "search",
}


_FILTERS = frozenset({Facet.TYPE, Facet.RARITY, Facet.WEARABLE})


class View(BaseModel, frozen=True):
    """What passes, in which order. `filter_rarity`: as rare, or rarer."""

    sort_by: SortBy | None = None
    group_by: GroupBy | None = None
    filter_type: ItemType | None = None
    filter_rarity: Rarity | None = None
    wearable: bool = False

    @field_validator("filter_rarity")
    @classmethod
    def _hides_something(cls, rarity: Rarity | None) -> Rarity | None:
        """As rare as the most ordinary is everything; earlier releases meant nothing else by it."""
        return rarity if rarity and rarity.rank else None

    @property
    def code(self) -> str:
        """A word that names it in a button; empty for everything as it lies."""
        sides = {facet: getattr(self, name) for facet, name in _FIELDS.items() if name != "search"}
        return view_code({facet: "1" if side is True else side or "" for facet, side in sides.items()})


class BackpackChoice(View, frozen=True):
    """A search looks through all of the backpack: filters wait until it is over, and choosing one ends it.

    `marked` are ids of items, some of which may be gone; `kept` are views to come back to, the oldest first.
    """

    search: str = ""
    marked: frozenset[int] = frozenset()
    kept: tuple[View, ...] = ()

    @field_validator("kept")
    @classmethod
    def _worth_keeping(cls, views: tuple[View, ...]) -> tuple[View, ...]:
        """The latest, each once. Everything as it lies has a button of its own, and no word to be kept by."""
        latest = dict.fromkeys(view for view in reversed(views) if view.code)
        return tuple(reversed([*latest][:MAX_KEPT]))

    @property
    def view(self) -> View:
        return View(**{name: getattr(self, name) for name in View.model_fields})

    @property
    def narrows(self) -> bool:
        """Whether something of the backpack may be hidden."""
        return bool(self.search or self.filter_type or self.filter_rarity or self.wearable)

    def without_order(self) -> "BackpackChoice":
        return self.model_copy(update={"sort_by": None, "group_by": None})

    def with_facet(self, facet: Facet, value: str) -> "BackpackChoice":
        """The choice with one side changed, or all of them taken back."""
        match facet:
            case Facet.ALL:
                return BackpackChoice(marked=self.marked, kept=self.kept)
            case Facet.VIEW:
                sides = {_FIELDS[side]: chosen for side, chosen in view_sides(value).items() if chosen}
                return BackpackChoice(marked=self.marked, kept=self.kept, **sides)
            case Facet.KEEP:
                others = tuple(view for view in self.kept if view != self.view)
                kept = self._worth_keeping((*others, self.view)) if value else others
                return self.model_copy(update={"kept": kept})
        searched = {"search"} if facet in _FILTERS else set()
        left = self.model_dump(exclude={_FIELDS[facet], *searched})
        return BackpackChoice.model_validate(left | ({_FIELDS[facet]: value} if value else {}))

    def with_search(self, text: str) -> "BackpackChoice":
        """`text` is whatever a player wrote."""
        words = shortened(kept(" ".join(text.split())), MAX_SEARCH)
        return self.model_copy(update={"search": words.strip()})

    def with_marks(self, ids: frozenset[int]) -> "BackpackChoice":
        """As many of them as can be dropped together."""
        return self.model_copy(update={"marked": frozenset(sorted(ids)[:MAX_AT_ONCE])})

    def query(self, page: int, translator: Translator) -> BackpackQuery:
        return BackpackQuery(
            page=page,
            page_size=_ROWS - bool(self.kept) - bool(self.search),
            sort_by=self.sort_by,
            group_by=self.group_by,
            filter_type=None if self.search else self.filter_type,
            filter_rarity=None if self.search else self.filter_rarity,
            filter_equippable=self.wearable and not self.search,
            search=self.search,
            name_of=translator.item_name,
            collate=translator.collation_key,
            fold=translator.fold,
        )


def fingerprint(items: tuple[ItemView, ...]) -> int:
    """A number that names these stacks, so that a button can say which ones were asked about."""
    stacks = sorted((item.id, item.quantity) for item in items)
    return crc32(" ".join(f"{item_id}x{quantity}" for item_id, quantity in stacks).encode())


def recalled(kept: Mapping[str, Any]) -> BackpackChoice:
    """What the player chose last; the default when an older version of the game kept something else."""
    try:
        return BackpackChoice.model_validate(kept.get(_KEY, {}))
    except ValidationError:
        return BackpackChoice()


async def remember(state: FSMContext, choice: BackpackChoice) -> None:
    await state.update_data({_KEY: choice.model_dump(mode="json", exclude_defaults=True)})
