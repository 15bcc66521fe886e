"""The lobby's handlers in the plain style of aiogram-tests, to copy from.

`stage.middlewares` are what our dispatcher has around each handler. `state` puts the player there beforehand;
what the bot said is in the calls, by its method's name.
"""

from typing import Any

import telegram_sandbox.aiogram_bridge  # noqa: F401 - aiogram-tests was made for another aiogram

# isort: split
import pytest
from aiogram.filters import Command, CommandStart
from aiogram.fsm.state import State
from aiogram_tests import MockedBot
from aiogram_tests.handler import CallbackQueryHandler, MessageHandler
from aiogram_tests.types.dataset import CALLBACK_QUERY, MESSAGE

from bot.callbacks.buttons import Close, Open, ScreenName
from bot.handlers import lobby
from bot.players.states import Inventory, Lobby

from .conftest import USER, Stage


@pytest.fixture
def around(stage: Stage) -> dict[str, Any]:
    return {"dp_middlewares": stage.middlewares, "exclude_observer_methods": ["update"]}


def tapped(button: Open | Close) -> Any:
    return CALLBACK_QUERY.as_object(data=button.pack())


@pytest.mark.parametrize("known", [None, Lobby.idle, Lobby.away])
async def test_start_knows_an_old_hand_wherever_it_is_sent(
    around: dict[str, Any], known: State | None
) -> None:
    handler = MessageHandler(lobby.start, CommandStart(), state=known, **around)
    calls = await MockedBot(handler).query(MESSAGE.as_object(text="/start"))
    assert "tavern" in calls.send_message.fetchone().text
    assert "Welcome" not in calls.send_message.fetchone().text


async def test_help(around: dict[str, Any]) -> None:
    handler = MessageHandler(lobby.show_help, Command("help"), **around)
    calls = await MockedBot(handler).query(MESSAGE.as_object(text="/help"))
    assert "/inventory" in calls.send_message.fetchone().text


async def test_logging_out_leaves_every_state(around: dict[str, Any]) -> None:
    handler = MessageHandler(lobby.logout, Command("logout"), state=Inventory.browsing, **around)
    await MockedBot(handler).query(MESSAGE.as_object(text="/logout"))
    assert await handler.dp.fsm.get_context(handler.bot, USER, USER).get_state() == Lobby.away.state


async def test_leaving_by_button_is_answered(around: dict[str, Any]) -> None:
    handler = CallbackQueryHandler(lobby.leave, Close.filter(), state=Inventory.browsing, **around)
    calls = await MockedBot(handler).query(tapped(Close(owner=USER, leave=True)))
    assert calls.answer_callback_query.fetchone().text == "See you soon!"
    assert await handler.dp.fsm.get_context(handler.bot, USER, USER).get_state() == Lobby.away.state


async def test_the_lobby_is_drawn_into_the_menu(around: dict[str, Any]) -> None:
    handler = CallbackQueryHandler(lobby.open_lobby, Open.filter(), **around)
    calls = await MockedBot(handler).query(tapped(Open(owner=USER, screen=ScreenName.LOBBY)))
    assert "tavern" in calls.edit_message_text.fetchone().text


@pytest.mark.parametrize(
    ("callback", "screen", "label"),
    [
        (lobby.open_languages, ScreenName.LANGUAGE, "✓ English"),
        (lobby.open_logout, ScreenName.LOGOUT, "🚪 Save and leave"),
    ],
)
async def test_its_pages_have_their_buttons(
    around: dict[str, Any], callback: Any, screen: ScreenName, label: str
) -> None:
    handler = CallbackQueryHandler(callback, Open.filter(), **around)
    calls = await MockedBot(handler).query(tapped(Open(owner=USER, screen=screen)))
    rows = calls.edit_message_text.fetchone().reply_markup.inline_keyboard
    assert label in [button.text for row in rows for button in row]
