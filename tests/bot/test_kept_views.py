"""What a player chose to see, kept for one tap."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from apps.game_core.modules.inventory.contracts import GroupBy, SortBy
from apps.game_core.modules.inventory.inventory.logic.inventory_formatter import InventoryFormatter
from apps.game_core.modules.inventory.inventory.logic.showing.formatted_inventory import FormattedInventory
from apps.game_core.modules.items.contracts import ItemType, Rarity
from apps.game_core.value import replace
from bot.callbacks.buttons import Choose, Facet
from bot.handlers import choosing
from bot.i18n import LOCALES, Translations
from bot.players.choices import MAX_KEPT, BackpackChoice, View, recalled
from bot.players.states import Inventory
from bot.views.screens import Screens
from bot.views.ui import Uis
from tests.bot.conftest import USER, Played, Stage
from tests.support.every_screen import every_view
from tools.support.bags import NOW, bag, rules

UI = Uis(Translations.load(LOCALES)).of("en")
EMPTY = FormattedInventory(replace(bag(), rev="f" * 8), InventoryFormatter(rules(), NOW))
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


async def test_an_old_button_that_keeps_a_view_keeps_nothing_where_everything_is_shown(stage: Stage) -> None:
    played = await chosen(stage, None, Facet.KEEP, "1")

    assert "backpack" not in played.data or played.data["backpack"] == {}
    assert not [label for label in played.labels if "⭐" in label]


@pytest.mark.parametrize(
    "kept",
    [[{}], [{"filter_rarity": "common"}], [{}, RARE], [RARE, RARE], [{}, {}, RARE, {}]],
    ids=["plain", "most ordinary", "before another", "twice", "among many"],
)
async def test_what_cannot_be_a_view_is_left_out_of_what_was_kept(
    stage: Stage, kept: list[dict[str, str]]
) -> None:
    views = (View(**RARE),) if RARE in kept else ()
    assert recalled({"backpack": {"kept": kept}}).kept == views

    played = await stage.tap(
        choosing.choose,
        Choose(facet=Facet.TYPE, owner=USER),
        state=Inventory.browsing,
        kept={"backpack": {"kept": kept}},
    )
    assert len([label for label in played.labels if "⭐" in label]) == len(views)


ANY_BUTTON = st.one_of(
    st.sampled_from([Facet.ALL, Facet.SEARCH]).map(lambda facet: (facet, "")),
    st.tuples(st.just(Facet.SORT), st.sampled_from(["", *SortBy])),
    st.tuples(st.just(Facet.GROUP), st.sampled_from(["", *GroupBy])),
    st.tuples(st.just(Facet.TYPE), st.sampled_from(["", *ItemType])),
    st.tuples(st.just(Facet.RARITY), st.sampled_from(["", *Rarity])),
    st.tuples(st.just(Facet.VIEW), st.sampled_from(["----", *(view.code for view in every_view())])),
    st.tuples(st.sampled_from([Facet.KEEP, Facet.WEARABLE]), st.sampled_from(["", "1"])),
)


@given(st.lists(ANY_BUTTON, max_size=8))
def test_whatever_buttons_are_tapped_in_whatever_order_the_backpack_opens(
    buttons: list[tuple[Facet, str]],
) -> None:
    choice = BackpackChoice()
    for facet, value in buttons:
        Choose(facet=facet, owner=USER, value=value)
        choice = choice.with_facet(facet, value)

    assert recalled({"backpack": choice.model_dump(mode="json", exclude_defaults=True)}) == choice
    keyboard = Screens(UI, USER, choice).backpack(EMPTY, 0).keyboard
    assert keyboard is not None
    stars = [each for row in keyboard.inline_keyboard for each in row if "⭐" in each.text]
    assert len(stars) == len(choice.kept) <= MAX_KEPT


def test_of_too_many_kept_views_the_latest_stay() -> None:
    kept = [{"filter_type": kind} for kind in ItemType]

    assert [view.filter_type for view in recalled({"backpack": {"kept": kept}}).kept] == list(ItemType)[
        -MAX_KEPT:
    ]


def test_what_an_older_release_kept_is_understood() -> None:
    kept = {"backpack": {"filter_rarity": "common", "group_by": "type"}}

    assert recalled(kept) == BackpackChoice(group_by=GroupBy.TYPE)
    assert not recalled(kept).narrows


def test_an_old_button_for_the_most_ordinary_hides_nothing() -> None:
    assert not BackpackChoice().with_facet(Facet.RARITY, Rarity.COMMON).narrows
