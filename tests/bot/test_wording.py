"""One word for one thing, in the number that it has."""

import re

import pytest

from apps.game_core.modules.items.contracts import ItemType, Rarity
from tests.bot.test_languages import LANGUAGES, buttons, ui
from tests.support.every_screen import every_notice, shipped_screens

LONE = re.compile(r"×\s?1\b")


@pytest.mark.parametrize("language", LANGUAGES)
def test_one_piece_is_not_counted_anywhere(language: str) -> None:
    for name, screen in shipped_screens(language):
        assert not LONE.search(screen.text), name
        assert [label for _, label in buttons(screen) if LONE.search(label)] == [], name
    assert [notice.text for notice in every_notice(ui(language)) if LONE.search(notice.text)] == []


def test_a_filter_names_many_and_a_card_one() -> None:
    russian = ui("ru")

    filters = [russian.label("rarity_marked", each).split(" ", 1)[1] for each in Rarity]
    [common, *_] = [russian.label("rarity_name", each) for each in Rarity]

    assert filters == ["Обычные", "Необычные", "Редкие", "Эпические", "Легендарные"]
    assert common == "Обычный"


def test_armour_is_called_the_same_on_a_card_and_in_a_filter() -> None:
    russian = ui("ru")

    assert russian.label("types_name", ItemType.ARMOR) == "🛡 " + russian.label("type_name", ItemType.ARMOR)
