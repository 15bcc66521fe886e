"""What a player chose to see, kept for one tap."""

import pytest
from pydantic import ValidationError

from apps.game_core.modules.inventory.contracts import GroupBy, SortBy
from apps.game_core.modules.items.contracts import ItemType, Rarity
from bot.callbacks.buttons import Choose, Facet
from bot.handlers import choosing
from bot.players.choices import MAX_KEPT, BackpackChoice, View, recalled
from bot.players.states import Inventory
from tests.bot.conftest import USER, Played, Stage
from tests.support.every_screen import every_view

RARE = {"filter_rarity": "rare", "sort_by": "verdict"}


async def chosen(stage: Stage, before: Played | None, facet: Facet, value: str = "") -> Played:
    data = Choose(facet=facet, owner=USER, value=value)
    kept = before.data if before else {}
    return await stage.tap(choosing.choose, data, state=Inventory.browsing, kept=kept)


@pytest.mark.parametrize("view", every_view(), ids=lambda view: view.code)
def test_a_view_is_one_word_in_a_button_and_back(view: View) -> None:
    chosen = BackpackChoice(marked=frozenset({1})).with_facet(Facet.VIEW, view.code)

    assert (chosen.view, chosen.marked, chosen.search) == (view, frozenset({1}), "")


async def test_a_view_is_kept_and_comes_back_with_one_tap(stage: Stage) -> None:
    played = await chosen(stage, None, Facet.RARITY, "rare")
    played = await chosen(stage, played, Facet.SORT, "verdict")
    played = await chosen(stage, played, Facet.KEEP, "1")
    assert played.data["backpack"] == {**RARE, "kept": [RARE]}

    played = await chosen(stage, played, Facet.ALL)
    assert played.data["backpack"] == {"kept": [RARE]}
    assert "⭐ 🔵▲" in played.labels

    back = await chosen(stage, played, Facet.VIEW, View(**RARE).code)
    assert back.data["backpack"] == {**RARE, "kept": [RARE]}

    again = await chosen(stage, back, Facet.ALL)
    assert again.data["backpack"] == {"kept": [RARE]}


async def test_a_view_can_be_forgotten(stage: Stage) -> None:
    played = await chosen(stage, None, Facet.TYPE, "weapon")
    played = await chosen(stage, played, Facet.KEEP, "1")
    played = await chosen(stage, played, Facet.KEEP)

    assert played.data["backpack"] == {"filter_type": "weapon"}
    assert not [label for label in played.labels if "⭐" in label]


def test_only_the_latest_views_are_kept_each_once() -> None:
    choice = BackpackChoice()
    for kind in (*ItemType, ItemType.QUEST):
        choice = choice.with_facet(Facet.TYPE, kind).with_facet(Facet.KEEP, "1")

    assert [view.filter_type for view in choice.kept] == list(ItemType)[-MAX_KEPT:]


def test_a_search_and_marks_are_no_part_of_a_view() -> None:
    choice = BackpackChoice(sort_by=SortBy.VALUE, search="bow", marked=frozenset({1}))

    assert choice.with_facet(Facet.KEEP, "1").kept == (View(sort_by=SortBy.VALUE),)


def test_everything_as_it_lies_is_no_view_to_keep() -> None:
    assert BackpackChoice(search="bow").view.code == ""
    with pytest.raises(ValidationError):
        Choose(facet=Facet.VIEW, owner=USER, value="")


def test_what_an_older_release_kept_is_understood() -> None:
    kept = {"backpack": {"filter_rarity": "common", "group_by": "type"}}

    assert recalled(kept) == BackpackChoice(group_by=GroupBy.TYPE)
    assert not recalled(kept).narrows


def test_an_old_button_for_the_most_ordinary_hides_nothing() -> None:
    assert not BackpackChoice().with_facet(Facet.RARITY, Rarity.COMMON).narrows
