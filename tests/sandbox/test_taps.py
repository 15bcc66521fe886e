import asyncio
from typing import Any

import pytest

from telegram_sandbox.client import SandboxClient
from telegram_sandbox.config import SandboxConfig

from .conftest import RawBot, keyboard

TOO_OLD = "Bad Request: query is too old and response timeout expired or query ID is invalid"


@pytest.fixture
def sandbox_config() -> SandboxConfig:
    return SandboxConfig(port=0, callback_lifetime=0.2)


async def start_tap(
    bot: RawBot, chat: SandboxClient, message_id: int, data: str = "go"
) -> tuple[Any, dict[str, Any]]:
    tapping = asyncio.create_task(chat.tap(1, 1, message_id, data, wait=1))
    (update,) = await bot.updates(timeout=2)
    await bot.updates(offset=update["update_id"] + 1)
    return tapping, update["callback_query"]


async def test_a_tap_reaches_the_bot_and_its_answer_the_user(bot: RawBot, chat: SandboxClient) -> None:
    sent = (await bot("sendMessage", chat_id=1, text="x", reply_markup=keyboard(callback_data="go"))).result
    tapping, query = await start_tap(bot, chat, sent["message_id"])
    assert (query["data"], query["from"]["id"], query["message"]) == ("go", 1, sent)
    assert (
        await bot("answerCallbackQuery", callback_query_id=query["id"], text="done", show_alert=True)
    ).result
    result = await tapping
    assert (result.text, result.alert) == ("done", "done")
    assert result.latency_ms > 0
    again = await bot("answerCallbackQuery", callback_query_id=query["id"])
    assert again.refusal == TOO_OLD


async def test_an_answer_without_text_only_stops_the_spinner(bot: RawBot, chat: SandboxClient) -> None:
    tapping, query = await start_tap(bot, chat, 9999)
    await bot("answerCallbackQuery", callback_query_id=query["id"])
    result = await tapping
    assert result.answer is not None
    assert (result.text, result.alert) == (None, None)


async def test_a_late_answer_is_refused(bot: RawBot, chat: SandboxClient) -> None:
    tapping, query = await start_tap(bot, chat, 9999)
    await asyncio.sleep(0.25)
    assert (await bot("answerCallbackQuery", callback_query_id=query["id"])).refusal == TOO_OLD
    tapping.cancel()


async def test_unanswered_taps_end_with_nothing_and_are_forgotten(bot: RawBot, chat: SandboxClient) -> None:
    assert (await chat.tap(1, 1, 9999, "x", wait=0.1)).answer is None
    await asyncio.sleep(0.15)
    await chat.tap(1, 1, 9999, "x", wait=0)
    (first, _) = await bot.updates()
    assert (
        await bot("answerCallbackQuery", callback_query_id=first["callback_query"]["id"])
    ).refusal == TOO_OLD


async def test_forged_and_stale_taps_can_be_tried(bot: RawBot, chat: SandboxClient) -> None:
    for data in ("я" * 500, "\x00", "\ud800"):
        tapping, query = await start_tap(bot, chat, 9999, data)
        assert query["data"] == data.replace("\ud800", "\ufffd")
        assert query["message"] == {
            "message_id": 9999,
            "chat": {"id": 1, "type": "private", "first_name": "Alice"},
            "date": 0,
        }
        await bot("answerCallbackQuery", callback_query_id=query["id"])
        await tapping


@pytest.mark.parametrize(
    ("parameters", "refusal"),
    [
        ({}, TOO_OLD),
        ({"callback_query_id": "nope"}, TOO_OLD),
        ({"callback_query_id": "1", "text": "x" * 201}, "Bad Request: MESSAGE_TOO_LONG"),
        (
            {"callback_query_id": "1", "url": "https://t.me/x"},
            "Bad Request: answers with a URL are known but not simulated by the sandbox",
        ),
    ],
)
async def test_wrong_answers_are_refused(bot: RawBot, parameters: dict[str, Any], refusal: str) -> None:
    assert (await bot("answerCallbackQuery", **parameters)).refusal == refusal
