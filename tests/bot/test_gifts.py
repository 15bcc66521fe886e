"""Gifts on the screens where a player would look for them."""

from dataclasses import replace

import pytest

from apps.game_core.modules.inventory.contracts import Gift, Roll
from apps.game_core.modules.items.contracts import Rarity, Stat
from bot.i18n import LOCALES, Translations
from bot.views.screens import Screens
from bot.views.ui import Uis, rarity_mark
from tests.support.every_screen import OWNER, everything

GIFTS = (Gift("bread", 2), Gift("copper_ring", 1))


@pytest.mark.parametrize(
    ("language", "waiting", "said"),
    [
        ("en", 1, "1 gift waits: make room"),
        ("en", 2, "2 gifts wait: make room"),
        ("en", 0, "New in the backpack: Loaf of Bread ×2, Copper Ring\n"),
        ("ru", 1, "Ждёт 1 подарок:"),
        ("ru", 3, "Ждут 3 подарка:"),
        ("ru", 5, "Ждут 5 подарков:"),
    ],
)
def test_gifts_that_wait_and_that_have_come_are_told(language: str, waiting: int, said: str) -> None:
    screens = Screens(Uis(Translations.load(LOCALES)).of(language), OWNER)
    inventory = everything()
    told = replace(inventory, session=replace(inventory.session, waiting=(*range(waiting),), gifts=GIFTS))

    for screen in (screens.main(told), screens.backpack(told, 0)):
        assert said in f"{screen.text}\n"
    assert "🎁" not in screens.main(inventory).text
    assert "📬" not in screens.main(inventory).text


@pytest.mark.parametrize(
    ("roll", "mark"),
    [(Roll(Rarity.EPIC, {Stat.ARMOR: 1}), f"{rarity_mark(Rarity.EPIC)}\N{NO-BREAK SPACE}"), (Roll(), "")],
)
def test_a_rolled_gift_bears_the_mark_of_its_own_rarity(roll: Roll, mark: str) -> None:
    screens = Screens(Uis(Translations.load(LOCALES)).of("en"), OWNER)
    inventory = everything()
    told = replace(inventory, session=replace(inventory.session, gifts=(Gift("copper_ring", 1, roll),)))

    assert f"New in the backpack: {mark}Copper Ring\n" in screens.main(told).text


def test_nobody_is_asked_to_make_room_while_nothing_can_be_changed() -> None:
    screens = Screens(Uis(Translations.load(LOCALES)).of("en"), OWNER)
    inventory = everything()
    stale = replace(inventory, session=replace(inventory.session, waiting=(1,), rev=""))

    assert "make room" not in screens.main(stale).text
