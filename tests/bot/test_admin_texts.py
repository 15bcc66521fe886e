"""What admins read, in every language: nothing left out, nothing broken, nothing too long."""

import re
from dataclasses import replace

import pytest

from apps.game_core.modules.inventory.contracts import Difference, PastInventory, Roll
from apps.game_core.modules.items.contracts import Rarity, Slot, Stat
from bot.handlers.admins import COMMANDS
from bot.views.fitting import fits
from telegram_sandbox.rules import botapi_rules
from tests.bot.test_languages import LANGUAGES, left_out, pseudo, ui
from tests.support.every_admin_text import BREAD, DEEDS, every_admin_text
from tests.support.every_screen import HERO

NBSP = "\u00a0"
# Commands, times, and names that are the same everywhere.
NOT_A_TEXT = re.compile(rf"/(?:{'|'.join(COMMANDS)})\b|Telegram|UTC|\dT\d|\b\d[hd]\b")


def test_a_pseudo_language_shows_every_text_that_was_left_out() -> None:
    for name, text in every_admin_text(pseudo()):
        assert left_out(NOT_A_TEXT.sub("", text)) == "", name


def test_every_deed_has_words_of_its_own() -> None:
    history = "\n".join(text for name, text in every_admin_text(ui("en")) if name == "history")

    assert "…" not in history
    assert [deed for deed in DEEDS if deed in history] == []


def test_a_fight_is_told_with_the_level_it_brought_and_what_broke_in_it() -> None:
    history = [text for name, text in every_admin_text(ui("en")) if name == "history"]

    [line] = {line for text in history for line in text.splitlines() if "level 404" in line}

    assert "⭐ +12 🌟 level 404 🔧 Broke: Loaf of Bread" in line


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["Reinforced Leather Armor", "&" * 64])
def test_a_look_back_says_how_much_of_it_there_is_no_room_for(language: str, name: str) -> None:
    rolled = Roll(Rarity.EPIC, {Stat.ARMOR: 3, Stat.MAX_HP: 12}, bound=True, durability=40)
    things = (replace(BREAD, name=name, quantity=1, id=2**62, roll=rolled),) * 50
    past = PastInventory(0, 404, dict.fromkeys(Slot, things[0]), dict(enumerate(things[:4])), things, 1_500)
    words = ui(language)

    then = words.html("admin_recalled", character=HERO, past=past)
    both, one = (
        words.html("admin_compared", character=HERO, difference=Difference(0, 1, things, went, 5))
        for went in (things, ())
    )

    assert all(map(fits, (then, both, one)))
    assert "🪙" in then.split("🎒")[0]
    assert [counted(part) for part in (then, one)] == [50 + len(Slot) + 4, 50]
    assert "🪙 +5" in both.split("➕")[0]
    assert [counted(part) for part in both.split("➕")[1].split("➖")] == [50, 50]
    assert both.count("• ") < one.count("• ") + 2


def counted(text: str) -> int:
    """What is shown, and what is said to be there beside it."""
    [more] = re.findall(r"(\d+)\b.*(?:a terminal shows all|показывает терминал)", text)
    return text.count(f"🟣{NBSP}") + int(more)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_is_a_message(language: str) -> None:
    for name, text in every_admin_text(ui(language)):
        shown = botapi_rules.message_text(text, "HTML").text
        assert 0 < len(shown) <= 4096, name
        assert "\n\n\n" not in shown, name
        assert not text.endswith("\n…"), name
