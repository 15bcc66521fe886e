"""Sessions as views: filters, orders, groups, search, what is wasted, what fits a slot."""

from typing import Any

import pytest

from apps.game_core.modules.inventory.contracts import BackpackQuery, GroupBy, SortBy, Verdict
from apps.game_core.modules.inventory.inventory.logic.inventory_formatter import InventoryFormatter
from apps.game_core.modules.inventory.inventory.logic.showing.formatted_inventory import FormattedInventory
from apps.game_core.modules.inventory.inventory.model import InventorySession
from apps.game_core.modules.items.contracts import ItemType, Rarity, Slot, Stat
from apps.game_core.value import replace
from tools.support.bags import NOW, bag, item, rules


def reader(session: InventorySession) -> FormattedInventory:
    return FormattedInventory(session, InventoryFormatter(rules(), NOW))


def found(session: InventorySession, **query: Any) -> list[str]:
    return [row.base_id for row in reader(session).backpack(BackpackQuery(**query)).found]


MIXED = bag(
    item("iron_ore", 3, acquired_at=NOW - 10),
    item("dragon_blade", acquired_at=NOW - 1_000),
    item("bread", 2, acquired_at=NOW - 20),
    item("steel_sword", acquired_at=NOW - 30),
    level=10,
    strength=20,
)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, ["iron_ore", "dragon_blade", "bread", "steel_sword"]),
        ({"filter_type": ItemType.WEAPON}, ["dragon_blade", "steel_sword"]),
        ({"filter_rarity": Rarity.LEGENDARY}, ["dragon_blade"]),
        ({"filter_equippable": True}, ["steel_sword"]),
        ({"filter_slot": Slot.MAIN_HAND}, ["dragon_blade", "steel_sword"]),
        ({"filter_slot": Slot.HEAD}, []),
        ({"search": "BLADE"}, ["dragon_blade"]),
        ({"search": "хлеб", "name_of": lambda name: "Хлеб" if "Bread" in name else name}, ["bread"]),
        (
            {"search": "x", "fold": lambda text: "x" if text != "Iron Ore" else "y"},
            [
                "dragon_blade",
                "bread",
                "steel_sword",
            ],
        ),
        ({"sort_by": SortBy.NAME}, ["dragon_blade", "iron_ore", "bread", "steel_sword"]),
        ({"sort_by": SortBy.NEWEST}, ["iron_ore", "bread", "steel_sword", "dragon_blade"]),
        ({"sort_by": SortBy.VERDICT}, ["steel_sword", "dragon_blade", "iron_ore", "bread"]),
        ({"group_by": GroupBy.TYPE}, ["dragon_blade", "steel_sword", "bread", "iron_ore"]),
    ],
)
def test_what_the_backpack_shows(query: dict[str, Any], expected: list[str]) -> None:
    assert found(MIXED, **query) == expected


def test_value_rarity_and_level_put_the_most_first() -> None:
    for order in (SortBy.VALUE, SortBy.RARITY, SortBy.LEVEL):
        assert found(MIXED, sort_by=order)[0] == "dragon_blade"


@pytest.mark.parametrize(("asked", "shown"), [(-3, 0), (0, 0), (1, 1), (99, 1)])
def test_a_page_that_exists_is_shown(asked: int, shown: int) -> None:
    page = reader(MIXED).backpack(BackpackQuery(page=asked, page_size=3))

    assert (page.page, page.pages, len(page.found)) == (shown, 2, 4)
    assert len(page.items) == (3, 1)[shown]


def test_pieces_of_one_kind_with_other_affixes_are_judged_apart() -> None:
    plain, magic = item("steel_sword"), item("steel_sword", affixes={Stat.POWER: 5})
    session = bag(plain, magic, worn={Slot.MAIN_HAND: item("steel_sword")})

    verdicts = {row.id: row.verdict for row in reader(session).view().backpack}

    assert verdicts[magic.id] is Verdict.BETTER
    assert verdicts[plain.id] in {Verdict.EQUAL, Verdict.BETTER}


@pytest.mark.parametrize(
    ("base_id", "hp", "wasted"),
    [("health_potion", 100, True), ("health_potion", 99, False), ("strength_elixir", 100, False)],
)
def test_healing_the_healthy_is_a_waste(base_id: str, hp: int, wasted: bool) -> None:
    session = bag(item(base_id), hp=hp)

    assert reader(session).view().backpack[0].wasted is wasted


def test_what_may_be_dropped() -> None:
    session = bag(item("bread"), item("sealed_letter"), item("iron_ore", locked=True))

    assert [row.droppable for row in reader(session).view().backpack] == [True, False, False]


@pytest.mark.parametrize("order", [None, *SortBy])
def test_favourites_come_first_but_where_the_question_is_what_to_wear(order: SortBy | None) -> None:
    cheap = item("rusty_sword", locked=True, acquired_at=NOW - 9_000)
    mixed = (item("steel_sword"), item("bread"), cheap, item("iron_ore"))
    grouped = {"sort_by": order, "group_by": GroupBy.TYPE}

    first, in_groups = (
        found(bag(*mixed, level=10, strength=20), **each) for each in ({"sort_by": order}, grouped)
    )

    swords = ["rusty_sword", "steel_sword"] if order is not SortBy.VERDICT else ["steel_sword", "rusty_sword"]
    assert first[0] == swords[0]
    assert in_groups[:2] == swords


def test_what_others_may_have_is_found_without_what_they_are_offered() -> None:
    offered, ore = item("bread", 2), item("iron_ore", 3)
    kept = (item("iron_sword", locked=True), item("iron_sword", bound=True), item("sealed_letter"))
    forgotten = replace(item("bread"), base_id="of_old")
    session = bag(offered, ore, *kept, forgotten, item("copper_ring"))

    assert found(session, filter_tradable=True) == ["bread", "iron_ore", "copper_ring"]
    assert found(session, filter_tradable=True, without=frozenset({offered.id})) == [
        "iron_ore",
        "copper_ring",
    ]
    assert found(session, filter_tradable=True, filter_several=True) == ["bread", "iron_ore"]
    assert found(session, filter_tradable=True, search="ore") == ["iron_ore"]
