"""What admins read, in every language: nothing left out, nothing broken, nothing too long."""

import re

import pytest

from bot.handlers.admins import COMMANDS
from telegram_sandbox.rules import botapi_rules
from tests.bot.test_languages import LANGUAGES, left_out, pseudo, ui
from tests.support.every_admin_text import DEEDS, every_admin_text

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
def test_every_text_is_a_message(language: str) -> None:
    for name, text in every_admin_text(ui(language)):
        shown = botapi_rules.message_text(text, "HTML").text
        assert 0 < len(shown) <= 4096, name
        assert "\n\n\n" not in shown, name
