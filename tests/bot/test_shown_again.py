"""A screen that Telegram sends back with a tap is known again, so that it is not drawn a second time."""

from datetime import UTC, datetime

import pytest
from aiogram.types import Chat, Message, MessageEntity

from bot.views.screens import Screens
from bot.views.ui import Ui
from telegram_sandbox.rules import botapi_rules
from tests.support.every_screen import HERO, OWNER, shipped, shipped_screens


def sent_back(html: str) -> str:
    """The text as aiogram reads it from a message that was sent with it."""
    shown = botapi_rules.message_text(html, "HTML")
    entities = [
        MessageEntity.model_validate(each) for each in shown.entities if each["type"] != "bot_command"
    ]
    return Message(
        message_id=1,
        date=datetime.now(UTC),
        chat=Chat(id=1, type="private"),
        text=shown.text,
        entities=entities,
    ).html_text


@pytest.fixture(scope="module", params=["en", "ru"])
def ui(request: pytest.FixtureRequest) -> Ui:
    return shipped(request.param)


def test_every_screen_comes_back_as_it_was_sent(ui: Ui) -> None:
    for name, screen in shipped_screens(ui.translator.language):
        assert sent_back(screen.text) == screen.text, name


@pytest.mark.parametrize(
    "name", ["O'Neill", 'The "Great" One', "<b>&amp;</b>", "&#39;", "\u202e\u05d9\u05e2\u2069 a"]
)
def test_so_do_quotes_angles_and_direction_marks_in_names(ui: Ui, name: str) -> None:
    screen = Screens(ui, OWNER).lobby(type(HERO)(1, OWNER, name, "en", 7, 9, 100))

    assert sent_back(screen.text) == screen.text
