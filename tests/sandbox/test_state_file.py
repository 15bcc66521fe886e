import asyncio
import json
import logging
from pathlib import Path
from typing import Any

import pytest

from telegram_sandbox.bots.bot import digest_of
from telegram_sandbox.client import SandboxClient
from telegram_sandbox.config import SandboxConfig
from telegram_sandbox.errors import NotLoopbackError, PortInUseError
from telegram_sandbox.server import SandboxServer
from telegram_sandbox.world import state_file
from telegram_sandbox.world.model import WorldRecord

from .conftest import TOKEN, RawBot, keyboard


@pytest.fixture
def kept_in(tmp_path: Path) -> Path:
    return tmp_path / "deep" / "world.json"


@pytest.fixture
def kept(kept_in: Path) -> SandboxConfig:
    return SandboxConfig(port=0, state_file=kept_in)


async def test_the_world_outlives_a_restart(kept: SandboxConfig, kept_in: Path, http: Any) -> None:
    async with SandboxServer(kept) as server, SandboxClient(server.url) as chat:
        bot = RawBot(http, server.url)
        await chat.add_user(3, "Цирцея")
        await chat.add_chat(-50, "Tavern", [3])
        await chat.send(1, "/start")
        sent = (
            await bot(
                "sendMessage",
                chat_id=1,
                text="<b>menu</b>",
                parse_mode="HTML",
                reply_markup=keyboard(callback_data="x"),
            )
        ).result
        await bot("setMyCommands", commands=[{"command": "a", "description": "b"}])
        await chat.send(1, "pending")
        before = await bot.updates()
    async with SandboxServer(kept) as server, SandboxClient(server.url) as chat:
        bot = RawBot(http, server.url)
        assert await bot.updates() == before
        place = {"chat_id": 1, "message_id": sent["message_id"]}
        assert (await bot("editMessageText", **place, text="menu 2")).status == 200
        newer = (await bot("sendMessage", chat_id=1, text="x")).result
        assert newer["message_id"] > sent["message_id"]
        assert (await bot("getMyCommands")).result == [{"command": "a", "description": "b"}]
        await chat.send(3, "/x", -50)
        assert (await bot.updates())[-1]["update_id"] == before[-1]["update_id"] + 1
    assert TOKEN.partition(":")[2] not in await asyncio.to_thread(kept_in.read_text)


async def test_topics_and_members_outlive_a_restart(kept: SandboxConfig, http: Any) -> None:
    async with SandboxServer(kept) as server, SandboxClient(server.url) as chat:
        await RawBot(http, server.url)("getMe")
        await chat.add_chat(-1005, "Guild", [1, 2], is_forum=True)
        topic = await chat.topic(1, -1005, "Trade")
        await chat.topic(1, -1005, message_thread_id=topic, closed=True)
        await chat.set_member(-1005, "kicked", 2)
    async with SandboxServer(kept) as server, SandboxClient(server.url) as chat:
        bot = RawBot(http, server.url)
        statuses = [
            (await bot("getChatMember", chat_id=-1005, user_id=who)).result["status"] for who in (1, 2, 4242)
        ]
        assert statuses == ["creator", "kicked", "member"]
        place = {"chat_id": -1005, "message_thread_id": topic}
        assert (await bot("sendMessage", **place, text="x")).refusal == "Bad Request: TOPIC_CLOSED"


async def test_a_world_kept_before_there_were_topics_is_read(kept: SandboxConfig, http: Any) -> None:
    path = kept.state_file
    assert path
    bots = [{"id": 4242, "digest": digest_of(TOKEN), "chats": {"-50": {"messages": {}}}}]
    old = {"groups": {"-50": {"id": -50, "title": "Tavern", "members": [1]}}, "bots": bots}
    state_file.write(path, json.dumps(old).encode())
    async with SandboxServer(kept) as server:
        bot = RawBot(http, server.url)
        assert (await bot("sendMessage", chat_id=-50, text="x")).result["text"] == "x"
        assert (await bot("getChatAdministrators", chat_id=-50)).result == []


async def test_changes_are_on_disk_a_moment_later(kept: SandboxConfig, kept_in: Path) -> None:
    """What a SIGKILL right then would leave behind."""
    async with SandboxServer(kept) as server, SandboxClient(server.url) as chat:
        await chat.send(1, "before the crash")
        await asyncio.sleep(0.3)
        left = state_file.load(kept_in)
        assert left is not None
        (bot,) = left.bots
        assert [message.text for message in bot.chats[1].messages.values()] == ["before the crash"]


def spoil(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b'{"users": {"1": {"id": 1')


async def test_a_corrupt_file_is_set_aside(
    kept: SandboxConfig, kept_in: Path, caplog: pytest.LogCaptureFixture
) -> None:
    spoil(kept_in)
    with caplog.at_level(logging.WARNING):
        async with SandboxServer(kept) as server:
            assert sorted(server.state.users) == [1, 2]
    assert "corrupt" in caplog.text
    (aside,) = kept_in.parent.glob("world.json.corrupt-*")
    assert aside.read_bytes() == b'{"users": {"1": {"id": 1'


async def test_a_disk_that_refuses_is_logged_and_does_not_stop_the_sandbox(
    kept: SandboxConfig, caplog: pytest.LogCaptureFixture
) -> None:
    saver = state_file.Saver(Path("/proc/nowhere/world.json"), WorldRecord)
    saver.touch()
    await asyncio.sleep(0.25)
    await saver.close()
    assert "could not be written" in caplog.text


async def test_a_write_in_progress_delays_the_next(kept_in: Path) -> None:
    saver = state_file.Saver(kept_in, WorldRecord)
    saver._begin()
    saver._begin()
    assert saver._timer is not None
    await saver.close()
    assert state_file.load(kept_in) is not None


async def test_a_taken_port_is_a_typed_error() -> None:
    async with SandboxServer(SandboxConfig(port=0)) as server:
        port = int(server.url.rpartition(":")[2])
        with pytest.raises(PortInUseError) as refusal:
            async with SandboxServer(SandboxConfig(port=port)):
                pass
        assert refusal.value.port == port


@pytest.mark.parametrize("host", ["0.0.0.0", "example.org", "192.168.0.1", "::"])
def test_it_listens_on_loopback_only(host: str) -> None:
    with pytest.raises(NotLoopbackError) as refusal:
        SandboxServer(SandboxConfig(host=host))
    assert refusal.value.host == host
