"""Gifts on the screens where a player would look for them."""

import pytest

from apps.game_core.modules.inventory.contracts import Gift, Roll, TakeNoteResult
from apps.game_core.modules.inventory.tables import Half
from apps.game_core.modules.items.contracts import Rarity, Stat
from bot.i18n import LOCALES, Translations
from bot.views.screens import Screens
from bot.views.ui import Uis, rarity_mark
from tests.support.altered import replace
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
    ("language", "waiting", "said"),
    [
        ("en", 1, "1 gift waits: it comes after your trade"),
        ("en", 2, "2 gifts wait: they come after your trade"),
        ("ru", 1, "Ждёт 1 подарок: он придёт после обмена"),
        ("ru", 3, "Ждут 3 подарка: они придут после обмена"),
        ("ru", 5, "Ждут 5 подарков: они придут после обмена"),
    ],
)
def test_a_gift_that_waits_at_a_table_asks_for_no_room(language: str, waiting: int, said: str) -> None:
    screens = Screens(Uis(Translations.load(LOCALES)).of(language), OWNER)
    inventory = everything()
    half = Half(7, 1, int(inventory.formatter.now) + 1, coins=1)
    told = replace(inventory, session=replace(inventory.session, waiting=(*range(waiting),), half=half))
    left = replace(told, session=replace(told.session, half=replace(half, until=half.until - 1)))

    assert said in screens.main(told).text
    assert said not in screens.main(left).text
    assert "📬" in screens.main(left).text


@pytest.mark.parametrize(
    ("roll", "mark"),
    [(Roll(Rarity.EPIC, {Stat.ARMOR: 1}), f"{rarity_mark(Rarity.EPIC)}\N{NO-BREAK SPACE}"), (Roll(), "")],
)
def test_a_rolled_gift_bears_the_mark_of_its_own_rarity(roll: Roll, mark: str) -> None:
    screens = Screens(Uis(Translations.load(LOCALES)).of("en"), OWNER)
    inventory = everything()
    told = replace(inventory, session=replace(inventory.session, gifts=(Gift("copper_ring", 1, roll),)))

    assert f"New in the backpack: {mark}Copper Ring\n" in screens.main(told).text


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "Copper Ring ×2 ✨ Armor +1, Accuracy −2%"),
        ("ru", "Медное кольцо ×2 ✨ Броня +1, Точность −2%"),
    ],
)
def test_news_tell_of_what_is_rolled_by_mark_and_affixes(language: str, said: str) -> None:
    screens = Screens(Uis(Translations.load(LOCALES)).of(language), OWNER)
    ring = Gift("copper_ring", 2, Roll(Rarity.EPIC, {Stat.ARMOR: 1, Stat.ACCURACY: -2}))
    plain = replace(ring, roll=Roll())
    told = TakeNoteResult((ring, plain), (ring,), (plain, ring))

    lines = screens.news(everything(), told).text.split("\n")

    marked = f"• {rarity_mark(Rarity.EPIC)}\N{NO-BREAK SPACE}{said}"
    bare = f"• {said.partition(' ✨')[0]}"
    assert [line for line in lines if line.startswith("•")] == [marked, bare, marked, bare, marked]


def test_of_many_affixes_news_tell_two() -> None:
    screens = Screens(Uis(Translations.load(LOCALES)).of("en"), OWNER)
    ring = Gift(
        "copper_ring", 1, Roll(None, dict.fromkeys((Stat.ARMOR, Stat.POWER, Stat.SPREAD, Stat.MAX_HP), 1))
    )

    text = screens.news(everything(), TakeNoteResult((ring,), (), ())).text

    assert text.endswith("• Copper Ring ✨ Armor +1, Power +1, …")


def test_nobody_is_asked_to_make_room_while_nothing_can_be_changed() -> None:
    screens = Screens(Uis(Translations.load(LOCALES)).of("en"), OWNER)
    inventory = everything()
    stale = replace(inventory, session=replace(inventory.session, waiting=(1,), rev=""))

    assert "make room" not in screens.main(stale).text
