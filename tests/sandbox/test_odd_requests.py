"""Requests as no client sends them: answered as Telegram answers, with nothing in the log and no 5xx."""

import logging
from typing import Any

import pytest
from aiohttp import ClientSession
from yarl import URL

from .conftest import TOKEN, RawBot

HUGE = "9" * 30
PART = '--x\r\nContent-Disposition: form-data; name="text"\r\n{}\r\n\r\nabc\r\n--x--\r\n'
MULTIPART = "multipart/form-data; boundary=x"
JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
IS_BROKEN = "can't parse the request body"


@pytest.fixture(autouse=True)
def nothing_is_logged(caplog: pytest.LogCaptureFixture) -> Any:
    yield
    assert [each for each in caplog.get_records("call") if each.levelno >= logging.WARNING] == []


@pytest.mark.parametrize("verb", ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"])
async def test_any_verb_calls(bot: RawBot, verb: str) -> None:
    assert (await bot.request("getMe", verb)).result["id"] == 4242


async def test_a_head_has_no_body(bot: RawBot, http: ClientSession) -> None:
    async with http.head(f"{bot.url}/bot{TOKEN}/getMe") as response:
        assert (response.status, response.content_type, await response.read()) == (200, JSON, b"")


@pytest.mark.parametrize(
    ("kind", "body", "words"),
    [
        (JSON, '{"chat_id": 1,', IS_BROKEN),
        (JSON, "[1]", "object expected"),
        (JSON, "null", "object expected"),
        (JSON, '{"chat_id": NaN, "text": "x"}', IS_BROKEN),
        (JSON, '{"chat_id": 1e999, "text": "x"}', IS_BROKEN),
        (JSON, '{"chat_id": ' + "9" * 6000 + ', "text": "x"}', IS_BROKEN),
        (JSON, '{"chat_id": 1, "text": "\\ud800"}', IS_BROKEN),
        (JSON, '{"chat_id": 1, "reply_markup": ' + "[" * 100_000, IS_BROKEN),
        (f"{JSON}; charset=utf-16", '{"chat_id": 1}'.encode("utf-16"), IS_BROKEN),
        (JSON, '{"chat_id": 1, "text": "ü"}'.encode("latin-1"), "strings must be encoded in UTF-8"),
        (
            f"{FORM}; charset=latin-1",
            "chat_id=1&text=ü".encode("latin-1"),
            "strings must be encoded in UTF-8",
        ),
        (FORM, "chat_id=1&text=%ff", "strings must be encoded in UTF-8"),
        (FORM, "&".join(f"a{number}=1" for number in range(400)), IS_BROKEN),
        (FORM, "chat_id=1&text=x&reply_markup=" + "[" * 100_000, "can't parse reply keyboard markup JSON"),
        ("text/xml", "<a/>", "chat_id is empty"),
        ("multipart/form-data", PART.format(""), IS_BROKEN),
        ("multipart/form-data; boundary=", PART.format(""), IS_BROKEN),
        ("multipart/form-data; boundary=y", PART.format(""), IS_BROKEN),
        (MULTIPART, PART.format("")[:-12], IS_BROKEN),
        (MULTIPART, PART.format("rubbish"), IS_BROKEN),
        (MULTIPART, PART.format("Content-Transfer-Encoding: bogus"), "unknown content transfer encoding"),
        (MULTIPART, PART.format("Content-Type: text/plain; charset=bogus"), "chat_id is empty"),
        ("multipart/mixed; boundary=x", "--x\r\n\r\nabc\r\n--x--\r\n", "a form field has no name"),
    ],
    ids=range(23),
)
async def test_bodies_that_are_broken(bot: RawBot, kind: str, body: str | bytes, words: str) -> None:
    sent = await bot.request("sendMessage", data=body, headers={"Content-Type": kind})
    assert (sent.status, words in sent.refusal) == (400, True), sent.refusal


@pytest.mark.parametrize("kind", [FORM, "text/plain", ";;;", "ü", f"{FORM}; charset=bogus"])
async def test_the_last_of_several_counts_in_any_form(bot: RawBot, kind: str) -> None:
    body = b"chat_id=2&text=x&chat_id=1"
    sent = await bot.request("sendMessage", data=body, headers={"Content-Type": kind})
    assert sent.result["chat"]["id"] == 1
    sent = await bot.request("sendMessage?chat_id=2", data=body, headers={"Content-Type": kind})
    assert sent.result["chat"]["id"] == 1


@pytest.mark.parametrize(
    ("method", "given"),
    [
        ("sendMessage", {"chat_id": int(HUGE), "text": "x"}),
        ("sendMessage", {"chat_id": f"-{HUGE}", "text": "x"}),
        ("sendMessage", {"chat_id": 1.5, "text": "x"}),
        ("sendMessage", {"chat_id": "@", "text": "x"}),
        ("sendMessage", {"chat_id": [1], "text": "x"}),
        ("sendMessage", {"chat_id": 1, "text": {"a": 1}}),
        ("sendMessage", {"chat_id": 1, "text": "x", "message_thread_id": int(HUGE)}),
        ("sendMessage", {"chat_id": 1, "text": "x", "reply_parameters": {"message_id": int(HUGE)}}),
        ("sendMessage", {"chat_id": 1, "text": "x", "reply_parameters": "{"}),
        ("sendMessage", {"chat_id": 1, "text": "x", "reply_markup": {"inline_keyboard": [[1]]}}),
        ("sendMessage", {"chat_id": 1, "text": "x", "entities": [[]]}),
        (
            "sendMessage",
            {"chat_id": 1, "text": "x", "entities": [{"type": "bold", "offset": 0, "length": 1e300}]},
        ),
        ("editMessageText", {"chat_id": 1, "message_id": int(HUGE), "text": "x"}),
        ("editMessageText", {"chat_id": 1, "message_id": -1, "text": "x"}),
        ("editMessageMedia", {"chat_id": 1, "message_id": 1, "media": 5}),
        ("sendPhoto", {"chat_id": 1, "photo": {"a": 1}}),
        ("sendPhoto", {"chat_id": 1, "photo": "\0"}),
        ("sendLocation", {"chat_id": 1, "latitude": "nan", "longitude": "inf"}),
        ("deleteMessages", {"chat_id": 1, "message_ids": 5}),
        ("getChatMember", {"chat_id": 1, "user_id": int(HUGE)}),
        ("getUpdates", {"offset": 1e30}),
        ("getUpdates", {"timeout": "x"}),
        ("setWebhook", {"url": "http://[::1"}),
        ("setWebhook", {"url": "http://127.0.0.1:99999999/"}),
        ("setMyCommands", {"commands": [{}]}),
        ("createForumTopic", {"chat_id": 1, "name": "x", "icon_color": int(HUGE)}),
        ("getMe", {"": 1}),
    ],
    ids=range(27),
)
async def test_values_that_are_none(bot: RawBot, method: str, given: dict[str, Any]) -> None:
    answered = await bot(method, **given)
    assert (answered.status, answered.refusal.startswith("Bad Request: ")) == (400, True)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("{bot}/nope", 404),
        ("{bot}/getMe/x", 404),
        ("{bot}/getMe%00", 404),
        ("{bot}/getMe%ff", 404),
        ("{bot}/%C3%A9", 404),
        ("{bot}/" + "x" * 5000, 404),
        ("{bot}/__init__", 404),
        ("{bot}/?method=5", 404),
        ("{bot}", 404),
        ("/bot", 404),
        ("/bot/getMe", 404),
        ("/file{bot}/photos/file_1.jpg", 404),
        ("/bot1:/getMe", 401),
        ("/bot0:" + "A" * 30 + "/getMe", 401),
        ("/bot-1:" + "A" * 30 + "/getMe", 401),
        ("/bot1:" + "A" * 19 + "/getMe", 401),
        ("/bot1:" + "A" * 30 + "%0A/getMe", 401),
        ("/bot1:" + "%C3%A9" * 30 + "/getMe", 401),
        ("/bot%D9%A1:" + "A" * 30 + "/getMe", 401),
        ("/bot" + "%ff" * 30 + "/getMe", 401),
    ],
)
async def test_addresses_that_are_none(bot: RawBot, http: ClientSession, path: str, status: int) -> None:
    address = URL(bot.url + path.format(bot=f"/bot{TOKEN}"), encoded=True)
    async with http.post(address) as response:
        body = await response.json()
    assert (response.status, body["ok"], body["error_code"]) == (status, False, status)
    assert body["description"]
