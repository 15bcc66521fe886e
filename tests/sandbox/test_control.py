import asyncio
import json
from typing import Any

import pytest
from aiohttp import ClientSession

from apps.sandbox.client import ControlRefusedError, SandboxClient
from apps.sandbox.config import Bounds, SandboxConfig
from apps.sandbox.server import SandboxServer

from .conftest import RawBot, keyboard


async def ask(
    http: ClientSession, server: SandboxServer, verb: str, path: str, **options: Any
) -> tuple[int, Any]:
    async with http.request(verb, f"{server.url}/sandbox/{path}", **options) as response:
        return response.status, await response.json()


WRONG: list[tuple[str, Any, int, str | None, str]] = [
    ("users", {}, 400, "id", "is missing"),
    ("users", {"id": 0, "first_name": "x"}, 400, "id", "must be an integer from 1 to 4503599627370496"),
    ("users", {"id": True, "first_name": "x"}, 400, "id", "must be an integer from 1 to 4503599627370496"),
    ("users", {"id": 2**63, "first_name": "x"}, 400, "id", "must be an integer from 1 to 4503599627370496"),
    ("users", {"id": 3, "first_name": ""}, 400, "first_name", "must be a string of 1 to 20000 characters"),
    ("users", {"id": 3, "first_name": "x", "blocked": "no"}, 400, "blocked", "must be true or false"),
    (
        "chats",
        {"id": 5, "title": "x", "members": []},
        400,
        "id",
        "must be an integer from -4503599627370496 to -1",
    ),
    (
        "chats",
        {"id": -5, "title": "x", "members": 1},
        400,
        "members",
        "must be a list of at most 1000 integers",
    ),
    (
        "chats",
        {"id": -5, "title": "x", "members": ["a"]},
        400,
        "members",
        "must be an integer from -4503599627370496 to 4503599627370496",
    ),
    ("chats", {"id": -5, "title": "x", "members": [99]}, 404, "members", "no such user: 99"),
    ("chats", {"id": -5, "upgrade_to": -10}, 404, "id", "no such chat: -5"),
    ("messages", {"user_id": 99, "text": "x"}, 404, "user_id", "no such user: 99"),
    ("messages", {"user_id": 1, "chat_id": -9, "text": "x"}, 404, "chat_id", "no such chat: -9"),
    ("messages", {"user_id": 1, "chat_id": 2, "text": "x"}, 400, "chat_id", "user 1 is not in chat 2"),
    ("messages", {"user_id": 1, "text": "x" * 4097}, 400, "text", "must be a string of 1 to 4096 characters"),
    ("messages", {"user_id": 1, "text": " "}, 400, "text", "must not be empty"),
    ("messages", {"user_id": 1, "text": "x", "bot": 123}, 404, "bot", "no such bot"),
    ("taps", {"user_id": 1, "message_id": 1}, 400, "callback_data", "is missing"),
    (
        "taps",
        {"user_id": 1, "message_id": 1, "callback_data": "x", "wait": -1},
        400,
        "wait",
        "must be a number from 0 to 60",
    ),
    (
        "taps",
        {"user_id": 1, "message_id": "1", "callback_data": "x"},
        400,
        "message_id",
        "must be an integer from 1 to 4503599627370496",
    ),
    ("faults", {"method": "nope", "kind": "drop"}, 400, "method", "no such method: nope"),
    (
        "faults",
        {"method": "*", "kind": "600"},
        400,
        "kind",
        "unknown kind of fault; there are: drop, drop_reply, duplicate, delay, 400, 401, 403, 409, 429, 5xx",
    ),
    ("faults", {"method": "*", "kind": "drop", "count": 0}, 400, "count", "must be from 1 to 1000000"),
    (
        "faults",
        {"method": "*", "kind": "drop", "seconds": 1e9},
        400,
        "seconds",
        "must be a number from 0 to 60",
    ),
]


@pytest.mark.parametrize("wrong", WRONG)
async def test_wrong_calls_are_refused_by_field(
    sandbox: SandboxServer, http: ClientSession, wrong: tuple[str, Any, int, str | None, str]
) -> None:
    path, body, status, field, reason = wrong
    refused = await ask(http, sandbox, "POST", path, json=body)
    assert refused == (status, {"error": reason, "field": field})


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


async def test_the_client_raises_what_the_sandbox_refuses(chat: SandboxClient) -> None:
    with pytest.raises(ControlRefusedError) as refusal:
        await chat.send(99, "x")
    assert (refusal.value.status, refusal.value.field) == (404, "user_id")


async def test_the_world_can_be_looked_at(
    sandbox: SandboxServer, bot: RawBot, chat: SandboxClient, http: ClientSession
) -> None:
    await chat.add_user(3, "Цирцея 🧙", "ru")
    await chat.add_chat(-50, "Tavern", [1, 3, 3])
    status, world = await ask(http, sandbox, "GET", "world")
    assert status == 200
    assert [user["first_name"] for user in world["users"]] == ["Alice", "Борис", "Цирцея 🧙"]
    assert world["groups"] == [
        {"id": -50, "title": "Tavern", "type": "group", "members": [1, 3], "migrated_to": None}
    ]
    assert (world["bot"], world["served"]) == (4242, True)


async def test_messages_show_what_people_see(
    bot: RawBot, chat: SandboxClient, sandbox: SandboxServer, http: ClientSession
) -> None:
    markup = keyboard(callback_data="a", style="danger")
    await bot(
        "sendMessage",
        chat_id=2,
        text='<a href="https://e.org/?a=1&amp;b=2">&lt;x&gt;</a>',
        parse_mode="HTML",
        reply_markup=markup,
    )
    _, shown = await ask(http, sandbox, "GET", "chats/2/messages")
    assert isinstance(shown, list)
    last = shown[-1]
    assert last["text"] == "<x>"
    assert (
        last["html"]
        == '<a href="https://e.org/?a=1&amp;b=2" target="_blank" rel="noreferrer noopener">&lt;x&gt;</a>'
    )
    assert (last["reply_markup"], last["edits"], last["from"]["is_bot"]) == (markup, 0, True)
    (message,) = [m for m in await chat.messages(2) if m.from_bot]
    assert message.button("press") == message.buttons[0]
    assert message.buttons[0].style == "danger"
    assert message.as_text() == "<x>\n[press]"


async def test_calls_are_kept_in_a_ring(
    bot: RawBot, chat: SandboxClient, sandbox: SandboxServer, http: ClientSession
) -> None:
    await bot("sendMessage", chat_id=1, text="hello")
    await bot("sendMessage", chat_id=1, text="y" * 200_000)
    fine, refused = (await chat.calls())[-2:]
    assert (fine["method"], fine["arguments"], fine["answer"]["result"]["text"]) == (
        "sendMessage",
        {"chat_id": 1, "text": "hello"},
        "hello",
    )
    assert (refused["status"], refused["arguments"]) == (400, {"omitted": "200000 characters"})
    assert [call["seq"] for call in await chat.calls(refused["seq"])] == [refused["seq"]]
    _, listed = await ask(http, sandbox, "GET", f"calls?since={refused['seq'] + 1}")
    assert listed == {"calls": [], "next": refused["seq"] + 1}


async def test_other_origins_and_names_are_refused(sandbox: SandboxServer, http: ClientSession) -> None:
    for headers in ({"Origin": "https://evil.example"}, {"Host": "evil.example:80"}):
        status, _ = await ask(http, sandbox, "GET", "world", headers=headers)
        assert status == 403
    status, _ = await ask(http, sandbox, "GET", "world", headers={"Origin": sandbox.url})
    assert status == 200


async def test_events_tell_the_page_what_happens(
    sandbox: SandboxServer, bot: RawBot, chat: SandboxClient, http: ClientSession
) -> None:
    async with http.get(f"{sandbox.url}/sandbox/events") as stream:
        assert stream.content_type == "text/event-stream"
        assert await stream.content.readline() == b"retry: 500\n"
        seen: list[tuple[str, Any]] = []

        async def read_until(name: str) -> Any:
            async with asyncio.timeout(3):
                while not any(event == name for event, _ in seen):
                    event = (await stream.content.readline()).decode().removeprefix("event: ").strip()
                    data = (await stream.content.readline()).decode().removeprefix("data: ")
                    await stream.content.readline()
                    seen.append((event, json.loads(data)))
            return next(data for event, data in seen if event == name)

        await read_until("hello")
        sent = (await bot("sendMessage", chat_id=1, text="x")).result
        assert (await read_until("message"))["message_id"] == sent["message_id"]
        assert (await read_until("call"))["method"] == "sendMessage"
        await bot("deleteMessage", chat_id=1, message_id=sent["message_id"])
        assert (await read_until("deleted"))["message_id"] == sent["message_id"]
        await bot("sendChatAction", chat_id=1, action="typing")
        assert (await read_until("action"))["action"] == "typing"
        await chat.add_user(5, "New")
        await chat.add_chat(-5, "Group", [5])
        assert (await read_until("user"))["id"] == 5
        assert (await read_until("group"))["id"] == -5
        assert "served" in await read_until("status")
        await read_until("beat")


async def test_a_page_that_does_not_read_is_cut_off(sandbox: SandboxServer) -> None:
    events = sandbox.state.events
    with events.subscribed() as queue:
        for _ in range(sandbox.config.bounds.event_backlog + 1):
            events.publish("x", dict)
        assert queue.qsize() == sandbox.config.bounds.event_backlog + 1
        while (event := queue.get_nowait()) is not None:
            assert event == ("x", {})


async def test_the_world_has_bounds(http: ClientSession) -> None:
    bounds = Bounds(users=3, groups=1, bots=2, chat_messages=2, photos=1)
    async with (
        SandboxServer(SandboxConfig(port=0, bounds=bounds)) as server,
        SandboxClient(server.url) as chat,
    ):
        await chat.add_user(3)
        with pytest.raises(ControlRefusedError, match="there are 3 users already"):
            await chat.add_user(4)
        await chat.add_chat(-1, "a", [])
        with pytest.raises(ControlRefusedError, match="there are 1 groups already"):
            await chat.add_chat(-2, "b", [])
        for text in ("a", "b", "c"):
            await chat.send(1, text)
        assert [message.text for message in await chat.messages(1)] == ["b", "c"]
        for number in range(1, 6):
            await RawBot(http, server.url, f"{number}:{'A' * 30}")("getMe")
        assert [bot.id for bot in server.state.bots] == [1, 5]
