"""An edit of ours goes out as aiogram's own would."""

import json
from typing import Any

import pytest
from aiogram import Bot
from aiogram.methods import EditMessageText
from aiogram.types import InlineKeyboardMarkup

from bot.outgoing.edits import EditMenu
from bot.process.factory import build_bot
from bot.unchecked import made
from bot.views.screen import Screen
from tests.support.every_screen import shipped_screens
from tools.bench.post import Post

JSON = ("reply_markup", "link_preview_options")


@pytest.fixture(scope="module")
def bot() -> Bot:
    return build_bot("1:x", "http://127.0.0.1:1", Post())


def on_the_wire(bot: Bot, method: EditMessageText) -> dict[str, Any]:
    sent = {
        name: bot.session.prepare_value(value, bot, {})
        for name, value in method.model_dump(warnings=False).items()
    }
    return {name: json.loads(value) if name in JSON else value for name, value in sent.items() if value}


def test_every_screen_goes_out_as_aiogram_sends_it(bot: Bot) -> None:
    screens = [screen for _, screen in shipped_screens("ru")]
    screens += [Screen("no buttons"), Screen("none left", InlineKeyboardMarkup(inline_keyboard=[]))]

    for screen in screens:
        said: dict[str, Any] = {"text": screen.text, "message_id": 5, "reply_markup": screen.keyboard}
        for where in ({"chat_id": 7}, {"chat_id": -7, "business_connection_id": "b"}):
            assert on_the_wire(bot, made(EditMenu, **said, **where)) == on_the_wire(
                bot, EditMessageText(**said, **where)
            )


async def test_the_message_that_comes_back_is_not_read(bot: Bot) -> None:
    edited = await bot(made(EditMenu, chat_id=7, message_id=5, text="x"))

    assert isinstance(edited, dict)
