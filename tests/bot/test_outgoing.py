"""What goes to the messenger says the same as aiogram's own form."""

import json
from typing import Any

import pytest
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.methods import (
    AnswerCallbackQuery,
    DeleteMessage,
    GetMe,
    GetUpdates,
    SendDocument,
    SendMessage,
    SetMyCommands,
    TelegramMethod,
)
from aiogram.types import (
    BotCommand,
    BotCommandScopeChat,
    BufferedInputFile,
    ForceReply,
    InlineKeyboardMarkup,
    ReplyParameters,
)
from aiohttp import FormData, JsonPayload

from bot.callbacks.buttons import Close
from bot.outgoing.connections import outgoing
from bot.outgoing.edits import EditMenu
from bot.process.factory import build_bot
from bot.views.screen import DANGER, button, keyboard

URL = "http://127.0.0.1:1"
MARKUP = keyboard([[button("⚔️ <Меч>", Close(owner=1), DANGER)]])
CALLS: list[TelegramMethod[Any]] = [
    GetMe(),
    GetUpdates(offset=0, timeout=25, allowed_updates=["message"]),
    AnswerCallbackQuery(callback_query_id="1", text="Готово & all", show_alert=True),
    AnswerCallbackQuery(callback_query_id="1"),
    SendMessage(chat_id=-100_1, text='<b>"x"</b>\n', reply_markup=MARKUP),
    SendMessage(chat_id=1, text="?", reply_markup=ForceReply(selective=True)),
    SendMessage(chat_id=1, text="?", reply_parameters=ReplyParameters(message_id=7)),
    EditMenu(chat_id=1, message_id=2, text="Рюкзак", reply_markup=MARKUP),
    EditMenu(chat_id=1, message_id=2, text="x", reply_markup=InlineKeyboardMarkup(inline_keyboard=[])),
    DeleteMessage(chat_id=1, message_id=2),
    SetMyCommands(commands=[BotCommand(command="a", description="б")], scope=BotCommandScopeChat(chat_id=1)),
]


@pytest.mark.parametrize("call", CALLS, ids=lambda call: type(call).__name__)
def test_a_call_says_what_a_form_would_say(call: TelegramMethod[Any]) -> None:
    session = outgoing(URL)
    bot = build_bot("1:x", URL, session)
    body = session.build_form_data(bot, call)

    assert isinstance(body, JsonPayload)
    assert json.loads(body.decode()) == fields(AiohttpSession.build_form_data(session, bot, call))
    assert body.content_type == "application/json"


def test_a_file_goes_in_a_form() -> None:
    session = outgoing(URL)
    file = BufferedInputFile(b"content", "name.txt")

    assert isinstance(session.build_form_data(Bot("1:x"), SendDocument(chat_id=1, document=file)), FormData)


def fields(form: FormData) -> dict[str, str]:
    return {options["name"]: value for options, _, value in form._fields}
