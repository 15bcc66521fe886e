"""Rules that hold for every simulated method which has the parameter they are about."""

from typing import Any

import pytest
from aiohttp import FormData

from telegram_sandbox.client import SandboxClient
from telegram_sandbox.methods import SIMULATED

from .conftest import RawBot, keyboard
from .random_requests import picture

METHODS = {cls.__api_method__: cls.model_fields for cls in SIMULATED}
PLACED = sorted(name for name, fields in METHODS.items() if "chat_id" in fields)
KEYED = sorted(name for name, fields in METHODS.items() if "reply_markup" in fields)


FORUM: dict[str, Any] = {"chat_id": -1005}
NEEDS = {
    "closeGeneralForumTopic": "reopenGeneralForumTopic",
    "unhideGeneralForumTopic": "hideGeneralForumTopic",
}


@pytest.fixture
async def right(bot: RawBot, chat: SandboxClient) -> dict[str, dict[str, Any]]:
    """Arguments with which each of these methods succeeds."""
    text = (await bot("sendMessage", chat_id=1, text="x")).result
    form = FormData({"chat_id": "1"})
    form.add_field("photo", picture(), filename="p.png")
    photo = (await bot.request("sendPhoto", data=form)).result
    file_id = photo["photo"][0]["file_id"]
    topic = await forum(bot, chat)
    on_text = {"chat_id": 1, "message_id": text["message_id"]}
    on_photo = {"chat_id": 1, "message_id": photo["message_id"]}
    return {
        "sendMessage": {"chat_id": 1, "text": "y"},
        "sendPhoto": {"chat_id": 1, "photo": file_id},
        "sendLocation": {"chat_id": 1, "latitude": 1, "longitude": 2},
        "sendVenue": {"chat_id": 1, "latitude": 1, "longitude": 2, "title": "t", "address": "a"},
        "sendChatAction": {"chat_id": 1, "action": "typing"},
        "editMessageText": {**on_text, "text": "y"},
        "editMessageReplyMarkup": {**on_text, "reply_markup": keyboard(callback_data="y")},
        "editMessageCaption": {**on_photo, "caption": "y"},
        "editMessageMedia": {**on_photo, "media": {"type": "photo", "media": file_id, "caption": "y"}},
        "deleteMessage": on_text,
        "deleteMessages": {"chat_id": 1, "message_ids": [text["message_id"]]},
        "getChat": {"chat_id": 1},
        "getChatMember": {"chat_id": 1, "user_id": 1},
        "getChatMemberCount": {"chat_id": 1},
        "getChatAdministrators": FORUM,
        "leaveChat": FORUM,
        "createForumTopic": FORUM | {"name": "Trade"},
        "editForumTopic": topic | {"name": "Barter"},
        "closeForumTopic": topic,
        "reopenForumTopic": topic | {"message_thread_id": 1},
        "deleteForumTopic": topic,
        "editGeneralForumTopic": FORUM | {"name": "Barter"},
        "closeGeneralForumTopic": FORUM,
        "reopenGeneralForumTopic": FORUM,
        "hideGeneralForumTopic": FORUM,
        "unhideGeneralForumTopic": FORUM,
    }


async def forum(bot: RawBot, chat: SandboxClient) -> dict[str, Any]:
    """One with General closed, where the bot rules; a topic in it."""
    await chat.add_chat(-1005, "Guild", [1], is_forum=True)
    await chat.set_member(-1005, "administrator")
    topic = await chat.topic(1, -1005, "Trade")
    await chat.topic(1, -1005, message_thread_id=1, closed=True)
    return FORUM | {"message_thread_id": topic}


@pytest.mark.parametrize("method", PLACED)
async def test_a_chat_that_is_not_there(bot: RawBot, right: dict[str, dict[str, Any]], method: str) -> None:
    for chat_id in (999, "@nobody", [1]):
        refused = await bot(method, **(right[method] | {"chat_id": chat_id}))
        assert refused.refusal == "Bad Request: chat not found"
    if before := NEEDS.get(method):
        await bot(before, **right[before])
    assert (await bot(method, **right[method])).status == 200


@pytest.mark.parametrize("method", KEYED)
async def test_a_keyboard_that_cannot_be(bot: RawBot, right: dict[str, dict[str, Any]], method: str) -> None:
    row = [{"text": "a", "callback_data": "a"}]
    bad = {
        "BUTTON_DATA_INVALID": keyboard(callback_data="x" * 65),
        "reply markup is too long": {"inline_keyboard": [row * 9]},
        "object expected as reply markup": 5,
        "can't parse inline keyboard button: Can't find field \"text\"": {"inline_keyboard": [[{}]]},
    }
    for refusal, markup in bad.items():
        refused = await bot(method, **(right[method] | {"reply_markup": markup}))
        assert refused.refusal == f"Bad Request: {refusal}"


@pytest.mark.parametrize("method", sorted(METHODS))
async def test_a_parameter_that_nobody_knows(bot: RawBot, method: str) -> None:
    refused = await bot(method, unheard_of=1)
    assert refused.refusal.startswith(f'Bad Request: unknown parameter "unheard_of" of {method} ')
