"""Wrong input to the control interface is refused with the field's name, whatever the call."""

from typing import Any

import pytest
from aiohttp import ClientSession

from telegram_sandbox.client import SandboxClient
from telegram_sandbox.server import SandboxServer

from .test_control import ask

POSITIVE = "must be an integer from 1 to 4503599627370496"
NEGATIVE = "must be an integer from -4503599627370496 to -1"
ANY = "must be an integer from -4503599627370496 to 4503599627370496"
ALICE = {"id": 3, "first_name": "x"}
GROUP = {"id": -5, "title": "x", "members": []}
TEXT = {"user_id": 1, "text": "x"}
PLACE = {"user_id": 1, "latitude": 1.5, "longitude": 2}
TAP = {"user_id": 1, "message_id": 1, "callback_data": "x"}
FAULT = {"method": "*", "kind": "drop"}
KINDS = "unknown kind of fault; there are: drop, drop_reply, duplicate, delay, 400, 401, 403, 409, 429, 5xx"
ONE_KIND = 'must be an object with one field, like {"poll": {…}}; the sandbox numbers it'

WRONG: list[tuple[str, Any, str, str]] = [
    ("users", {}, "id", "is missing"),
    ("users", {"id": 3}, "first_name", "is missing"),
    ("users", ALICE | {"id": 0}, "id", POSITIVE),
    ("users", ALICE | {"id": True}, "id", POSITIVE),
    ("users", ALICE | {"id": 2**63}, "id", POSITIVE),
    ("users", ALICE | {"id": "3"}, "id", POSITIVE),
    ("users", ALICE | {"first_name": ""}, "first_name", "must be a string of 1 to 20000 characters"),
    ("users", ALICE | {"language_code": 5}, "language_code", "must be a string of 1 to 64 characters"),
    ("users", ALICE | {"last_name": 5}, "last_name", "must be a string of 1 to 20000 characters"),
    ("users", ALICE | {"username": "@al"}, "username", r"must match [A-Za-z]\w{3,31}"),
    ("users", ALICE | {"blocked": "no"}, "blocked", "must be true or false"),
    (
        "users",
        ALICE | {"name": "x"},
        "name",
        "is unknown; there are: id, first_name, last_name, username, language_code, blocked, bot",
    ),
    ("chats", {}, "id", "is missing"),
    ("chats", {"id": -5}, "title", "is missing"),
    ("chats", {"id": -5, "title": "x"}, "members", "is missing"),
    ("chats", GROUP | {"id": 5}, "id", NEGATIVE),
    ("chats", GROUP | {"title": None}, "title", "must be a string of 1 to 20000 characters"),
    ("chats", GROUP | {"members": 1}, "members", "must be a list of at most 1000 integers"),
    ("chats", GROUP | {"members": ["a"]}, "members", ANY),
    (
        "chats",
        GROUP | {"type": "group"},
        "type",
        "is unknown; there are: id, title, members, is_forum, upgrade_to, bot",
    ),
    ("chats", {"id": -5, "upgrade_to": 10}, "upgrade_to", NEGATIVE),
    (
        "chats",
        GROUP | {"is_forum": True},
        "is_forum",
        "only supergroups have topics, whose ids begin with -100",
    ),
    ("members", {}, "chat_id", "is missing"),
    ("topics", {"user_id": 1, "name": "x"}, "chat_id", "has no topics"),
    ("messages", TEXT | {"message_thread_id": 0}, "message_thread_id", POSITIVE),
    ("locations", {"user_id": 1, "latitude": 1}, "longitude", "is missing"),
    ("locations", {"user_id": 1, "longitude": 1}, "latitude", "is missing"),
    ("locations", PLACE | {"latitude": 91}, "latitude", "must be a number from -90 to 90"),
    ("locations", PLACE | {"longitude": "1"}, "longitude", "must be a number from -180 to 180"),
    (
        "locations",
        PLACE | {"horizontal_accuracy": -1},
        "horizontal_accuracy",
        "must be a number from 0 to 1500",
    ),
    ("messages", {}, "user_id", "is missing"),
    ("messages", {"user_id": 1}, "text", "is missing"),
    ("messages", TEXT | {"user_id": "1"}, "user_id", POSITIVE),
    ("messages", TEXT | {"chat_id": "x"}, "chat_id", ANY),
    ("messages", TEXT | {"chat_id": 2}, "chat_id", "user 1 is not in chat 2"),
    ("messages", TEXT | {"text": "x" * 4097}, "text", "must be a string of 1 to 4096 characters"),
    ("messages", TEXT | {"text": " "}, "text", "must not be empty"),
    ("messages", TEXT | {"reply_to_message_id": "x"}, "reply_to_message_id", ANY),
    (
        "messages",
        TEXT | {"reply_to": 1},
        "reply_to",
        "is unknown; there are: user_id, chat_id, message_thread_id, text, reply_to_message_id, bot",
    ),
    ("taps", {"message_id": 1, "callback_data": "x"}, "user_id", "is missing"),
    ("taps", {"user_id": 1, "callback_data": "x"}, "message_id", "is missing"),
    ("taps", {"user_id": 1, "message_id": 1}, "callback_data", "is missing"),
    ("taps", TAP | {"chat_id": 2}, "chat_id", "user 1 is not in chat 2"),
    ("taps", TAP | {"message_id": "1"}, "message_id", POSITIVE),
    ("taps", TAP | {"callback_data": ""}, "callback_data", "must be a string of 1 to 4096 characters"),
    ("taps", TAP | {"wait": -1}, "wait", "must be a number from 0 to 60"),
    ("taps", TAP | {"wait": "5"}, "wait", "must be a number from 0 to 60"),
    (
        "taps",
        TAP | {"data": "x"},
        "data",
        "is unknown; there are: user_id, chat_id, message_id, callback_data, wait, bot",
    ),
    ("faults", {"kind": "drop"}, "method", "is missing"),
    ("faults", {"method": "*"}, "kind", "is missing"),
    ("faults", FAULT | {"method": "nope"}, "method", "no such method: nope"),
    ("faults", FAULT | {"kind": "600"}, "kind", KINDS),
    ("faults", FAULT | {"kind": True}, "kind", "must be a string of 1 to 32 characters"),
    ("faults", FAULT | {"count": 0}, "count", "must be from 1 to 1000000"),
    ("faults", FAULT | {"every": 0}, "every", "must be from 1 to 1000000"),
    ("faults", FAULT | {"every": True}, "every", ANY),
    ("faults", FAULT | {"count": 1.5}, "count", ANY),
    ("faults", FAULT | {"seconds": 1e9}, "seconds", "must be a number from 0 to 60"),
    (
        "faults",
        FAULT | {"times": 2},
        "times",
        "is unknown; there are: method, kind, count, seconds, every, bot",
    ),
    ("faults", FAULT | {"kind": "429", "seconds": 1e9}, "seconds", "must be a number from 0 to 86400"),
    ("edits", TEXT, "message_id", "is missing"),
    ("edits", TEXT | {"message_id": 1, "text": " "}, "text", "must not be empty"),
    ("updates", {}, "update", ONE_KIND),
    ("updates", {"update": []}, "update", ONE_KIND),
    ("updates", {"update": {}}, "update", ONE_KIND),
    ("updates", {"update": {"update_id": 1, "poll": {}}}, "update", ONE_KIND),
    ("updates", {"update": {"update_id": {}}}, "update", "must name a kind of update and an object"),
    ("updates", {"update": {"poll": 5}}, "update", "must name a kind of update and an object"),
    ("updates", {"update": {"Poll": {}}}, "update", "must name a kind of update and an object"),
    ("updates", {"updates": {}}, "updates", "is unknown; there are: update, bot"),
    ("reset", {"users": []}, "users", "is unknown; there are: bot"),
    ("floods", {"seconds": 5}, "chat_id", "is missing"),
    ("floods", {"chat_id": 1, "seconds": -1}, "seconds", "must be a number from 0 to 86400"),
    ("floods", {"chat_id": 1, "count": 1}, "count", "is unknown; there are: chat_id, seconds, bot"),
]
MISSING: list[tuple[str, Any, str, str]] = [
    ("members", {"chat_id": -5, "status": "left"}, "chat_id", "no such chat: -5"),
    ("messages", TEXT | {"message_thread_id": 7}, "message_thread_id", "no such topic: 7"),
    ("edits", TEXT | {"message_id": 9}, "message_id", "no message of theirs: 9"),
    ("chats", GROUP | {"members": [99]}, "members", "no such user: 99"),
    ("chats", {"id": -5, "upgrade_to": -10}, "id", "no such chat: -5"),
    ("messages", TEXT | {"user_id": 99}, "user_id", "no such user: 99"),
    ("messages", TEXT | {"chat_id": -9}, "chat_id", "no such chat: -9"),
    ("messages", TEXT | {"reply_to_message_id": 99}, "reply_to_message_id", "no such message: 99"),
    ("messages", TEXT | {"bot": 123}, "bot", "no such bot"),
    ("updates", {"update": {"poll": {}}, "bot": 123}, "bot", "no such bot"),
    ("floods", {"chat_id": 99}, "chat_id", "no such chat: 99"),
    ("taps", TAP | {"user_id": 99}, "user_id", "no such user: 99"),
    ("taps", TAP | {"chat_id": -9}, "chat_id", "no such chat: -9"),
    ("taps", TAP | {"bot": 123}, "bot", "no such bot"),
]


@pytest.mark.parametrize("wrong", WRONG)
async def test_wrong_calls_are_refused_by_field(
    sandbox: SandboxServer, http: ClientSession, wrong: tuple[str, Any, str, str]
) -> None:
    path, body, field, reason = wrong
    refused = await ask(http, sandbox, "POST", path, json=body)
    assert refused == (400, {"error": reason, "field": field})


@pytest.mark.parametrize("missing", MISSING)
async def test_what_is_not_there_is_404_by_field(
    sandbox: SandboxServer, http: ClientSession, missing: tuple[str, Any, str, str]
) -> None:
    path, body, field, reason = missing
    refused = await ask(http, sandbox, "POST", path, json=body)
    assert refused == (404, {"error": reason, "field": field})


async def test_a_group_is_upgraded_once_and_to_a_free_id(
    sandbox: SandboxServer, http: ClientSession, chat: SandboxClient
) -> None:
    await chat.add_chat(-5, "Tavern", [1])
    await chat.add_chat(-6, "Market", [1])
    taken = await ask(http, sandbox, "POST", "chats", json={"id": -5, "upgrade_to": -6})
    assert taken == (409, {"error": "there is such a chat already", "field": "upgrade_to"})
    await chat.upgrade_chat(-5, -100)
    again = await ask(http, sandbox, "POST", "chats", json={"id": -5, "upgrade_to": -101})
    assert again == (409, {"error": "was upgraded to -100 already", "field": "id"})


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"{", "the body must be JSON"),
        (b"[]", "the body must be a JSON object"),
        (b"\xff", "the body must be JSON"),
        (b"[" * 100_000, "the body must be JSON"),
    ],
)
async def test_bodies_that_are_no_objects_are_refused(
    sandbox: SandboxServer, http: ClientSession, data: bytes, reason: str
) -> None:
    assert await ask(http, sandbox, "POST", "users", data=data) == (400, {"error": reason, "field": None})


@pytest.mark.parametrize(
    ("verb", "path", "status"),
    [
        ("GET", "chats/77/messages", 404),
        ("GET", "chats/x/messages", 400),
        ("GET", "calls?since=x", 400),
        ("GET", "calls?since=", 400),
        ("GET", "commands?user_id=x", 400),
        ("GET", "commands?user_id=99", 404),
        ("GET", "commands", 400),
        ("GET", "photos/nothing", 404),
        ("GET", "chats/1/messages?bot=5", 404),
        ("GET", "nothing", 404),
        ("DELETE", "users", 405),
    ],
)
async def test_wrong_addresses_are_refused_in_json(
    sandbox: SandboxServer, http: ClientSession, verb: str, path: str, status: int
) -> None:
    refused, body = await ask(http, sandbox, verb, path)
    assert refused == status
    assert body["error"]
