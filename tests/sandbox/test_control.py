import asyncio
import json
from itertools import chain
from socket import AF_INET
from typing import Any

import psutil
import pytest
from aiohttp import ClientSession

from telegram_sandbox.client import ControlRefusedError, SandboxClient
from telegram_sandbox.config import Bounds, SandboxConfig
from telegram_sandbox.errors import NotLoopbackError
from telegram_sandbox.server import SandboxServer
from tools.support.patience import PATIENCE

from .conftest import RawBot, keyboard


async def ask(
    http: ClientSession, server: SandboxServer, verb: str, path: str, **options: Any
) -> tuple[int, Any]:
    async with http.request(verb, f"{server.url}/sandbox/{path}", **options) as response:
        return response.status, await response.json()


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
        {
            "id": -50,
            "title": "Tavern",
            "type": "group",
            "members": [1, 3],
            "owner": 1,
            "administrators": [],
            "banned": [],
            "is_forum": False,
            "migrated_to": None,
            "bots": [{"id": 4242, "status": "member"}],
        }
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


async def test_it_listens_on_loopback_only(sandbox: SandboxServer) -> None:
    for host in ("0.0.0.0", "::", "192.0.2.1", "example.org", ""):
        with pytest.raises(NotLoopbackError, match="loopback addresses only"):
            SandboxServer(SandboxConfig(host=host, port=0))
    port = int(sandbox.url.rpartition(":")[2])
    others = {each.address for each in chain(*psutil.net_if_addrs().values()) if each.family == AF_INET}
    for address in (others | {"127.0.0.2"}) - {"127.0.0.1"}:
        with pytest.raises(ConnectionRefusedError):
            await asyncio.open_connection(address, port)


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
            async with asyncio.timeout(PATIENCE):
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
