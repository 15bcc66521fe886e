"""Pieces that nobody can tell from each other: one row, one card that says how many, none of them lost."""

from typing import Any

import pytest

from apps.game_core.modules.inventory.contracts import BackpackQuery, GroupBy, SortBy
from apps.game_core.modules.inventory.inventory.logic.inventory_formatter import InventoryFormatter
from apps.game_core.modules.inventory.inventory.logic.showing.formatted_inventory import FormattedInventory
from apps.game_core.modules.inventory.inventory.logic.showing.judging import NEW_FOR
from apps.game_core.modules.inventory.inventory.model import Durability, InventorySession
from apps.game_core.modules.items.contracts import Rarity, Slot, Stat
from apps.game_core.value import replace
from tools.support.bags import NOW, bag, item, rules

OTHERWISE: dict[str, Any] = {
    "rarity": Rarity.EPIC,
    "affixes": {Stat.POWER: 3},
    "durability": Durability(1, 50),
    "locked": True,
    "junk": True,
    "bound": True,
}


def reader(session: InventorySession) -> FormattedInventory:
    return FormattedInventory(session, InventoryFormatter(rules(), NOW))


def rows(session: InventorySession, **query: Any) -> list[tuple[str, int]]:
    page = reader(session).backpack(BackpackQuery(**query))
    return [(row.base_id, row.pieces) for row in page.items]


def test_identical_pieces_are_one_row_that_stands_for_all() -> None:
    swords = [item("iron_sword") for _ in range(3)]
    session = bag(swords[0], item("copper_ring"), *swords[1:])

    page = reader(session).backpack(BackpackQuery())

    assert rows(session) == [("iron_sword", 3), ("copper_ring", 1)]
    assert {page.items[0].id, *page.items[0].alike} == {sword.id for sword in swords}
    assert len(page.found) == 4


@pytest.mark.parametrize("field", OTHERWISE)
def test_whatever_a_player_can_tell_apart_has_a_row_of_its_own(field: str) -> None:
    sword = item("iron_sword")
    other = replace(item("iron_sword"), **{field: OTHERWISE[field]})

    assert sorted(rows(bag(sword, other))) == [("iron_sword", 1)] * 2
    assert reader(bag(sword, other)).alike(sword.id) == ()


@pytest.mark.parametrize("affixes", [{}, {Stat.POWER: 3, Stat.ARMOR: 1}])
def test_the_same_rolled_numbers_are_the_same_in_any_order(affixes: dict[Stat, int]) -> None:
    one = replace(item("iron_sword"), affixes=affixes)
    other = replace(item("iron_sword"), affixes=dict(reversed(affixes.items())))

    assert rows(bag(one, other)) == [("iron_sword", 2)]


def test_stacks_stay_as_they_were_set_apart() -> None:
    assert rows(bag(item("bread"), item("bread"), item("iron_ore", 5), item("iron_ore", 5))) == [
        ("bread", 1),
        ("bread", 1),
        ("iron_ore", 5),
        ("iron_ore", 5),
    ]


def test_what_nobody_knows_any_more_is_not_thrown_together() -> None:
    one, other = (replace(item("iron_sword"), base_id="gone") for _ in range(2))

    assert rows(bag(one, other)) == [("gone", 1), ("gone", 1)]


def test_a_row_is_new_as_soon_as_one_of_its_pieces_is() -> None:
    old, new = item("iron_sword", acquired_at=NOW - NEW_FOR - 1), item("iron_sword", acquired_at=NOW)

    [row] = reader(bag(old, new)).backpack(BackpackQuery()).items

    assert (row.pieces, row.is_new) == (2, True)


def test_pages_are_pages_of_rows() -> None:
    session = bag(*(item("iron_sword") for _ in range(40)), *(item("bread") for _ in range(9)))

    first, last = (reader(session).backpack(BackpackQuery(page=page)) for page in (0, 9))

    assert (first.pages, len(first.items), last.page) == (2, 9, 1)
    assert [row.base_id for row in last.items] == ["bread"]


@pytest.mark.parametrize(
    "query", [{}, *({"sort_by": each} for each in SortBy), *({"group_by": each} for each in GroupBy)]
)
def test_every_piece_is_in_exactly_one_row(query: dict[str, Any]) -> None:
    kinds = ("iron_sword", "copper_ring", "bread", "dragon_blade")
    session = bag(*(item(kind) for _ in range(5) for kind in kinds))

    shown = reader(session).backpack(BackpackQuery(page_size=100, **query)).items

    ids = [each for row in shown for each in (row.id, *row.alike)]
    assert sorted(ids) == sorted(each.id for each in session.backpack)


def test_the_card_says_how_many_there_are() -> None:
    swords = [item("iron_sword") for _ in range(3)]
    session = bag(*swords, worn={Slot.MAIN_HAND: item("iron_sword")})
    worn = session.equipped[Slot.MAIN_HAND]
    assert worn is not None

    assert reader(session).item(swords[1].id).item.pieces == 3
    assert reader(session).item(worn.id).item.pieces == 1


def test_as_rare_or_rarer_passes() -> None:
    session = bag(*(replace(item("iron_sword"), rarity=rarity) for rarity in Rarity))

    passed = {
        rarity: {row.rarity for row in reader(session).backpack(BackpackQuery(filter_rarity=rarity)).found}
        for rarity in Rarity
    }

    assert passed == {rarity: {each for each in Rarity if each.rank >= rarity.rank} for rarity in Rarity}
