"""Rows are formatted when they are shown: what a screen costs does not follow from what is in the bag."""

from collections.abc import Callable, Iterator
from typing import Any
from unittest.mock import patch

import pytest

from apps.game_core.modules.inventory.contracts import BackpackQuery, InventoryReader, ItemView, SortBy
from apps.game_core.modules.inventory.inventory.logic import inventory_formatter
from apps.game_core.modules.inventory.inventory.logic.inventory_formatter import InventoryFormatter
from apps.game_core.modules.inventory.inventory.logic.showing.formatted_inventory import FormattedInventory
from apps.game_core.modules.items.contracts import ItemType, Slot
from bot.i18n import LOCALES, Translations
from bot.views.screens import Screens
from bot.views.ui import Uis
from tests.support.big_bags import kinds
from tests.support.every_screen import OWNER
from tools.support.bags import NOW, bag, item, rules

PAGE = 9
SCREENS = Screens(Uis(Translations.load(LOCALES)).of("en"), OWNER)


def reader(size: int) -> FormattedInventory:
    session = bag(*(item(kind) for kind in kinds(size)), max_slots=size, quick={0: item("bread")})
    return FormattedInventory(session, InventoryFormatter(rules(), NOW))


@pytest.fixture
def formatted() -> Iterator[list[int]]:
    """Ids of items whose rows were formatted."""
    made: list[int] = []

    def counted(**fields: Any) -> ItemView:
        made.append(fields["id"])
        return ItemView(**fields)

    with patch.object(inventory_formatter, "ItemView", counted):
        yield made


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"page": 40},
        {"filter_type": ItemType.CONSUMABLE},
        {"filter_equippable": True},
        {"filter_slot": Slot.HEAD},
        {"search": "sword"},
        *({"sort_by": order} for order in SortBy),
    ],
)
def test_a_page_formats_the_rows_that_it_shows(query: dict[str, Any], formatted: list[int]) -> None:
    page = reader(700).backpack(BackpackQuery(**query))

    assert formatted == [row.id for row in page.items]
    assert len(page.found) > PAGE


@pytest.mark.parametrize(
    ("draw", "most"),
    [
        (SCREENS.main, 1),
        (lambda inventory: SCREENS.backpack(inventory, 3), PAGE + 1),
        (lambda inventory: SCREENS.item(inventory, inventory.session.backpack[5].id, 0), 3),
        (SCREENS.quick_slots, 1),
    ],
    ids=["main", "backpack", "item", "quick slots"],
)
def test_a_screen_formats_as_many_rows_whatever_the_bag_holds(
    draw: Callable[[InventoryReader], object], most: int, formatted: list[int]
) -> None:
    draw(reader(700))

    assert 0 < len(formatted) <= most


def test_a_row_is_formatted_once_however_often_it_is_looked_at(formatted: list[int]) -> None:
    rows = reader(20).view().backpack
    formatted.clear()

    assert rows[3] is rows[3]
    assert rows[-1] is list(rows)[-1]
    assert [*rows[5:7]] == [rows[5], rows[6]]
    assert sorted(formatted) == sorted(row.id for row in rows)


def test_rows_are_equal_when_all_of_them_are() -> None:
    inventory = reader(20)

    assert inventory.view() == inventory.view()
    assert inventory.view().backpack == tuple(inventory.view().backpack)
    assert inventory.view().backpack != inventory.view().backpack[1:]
