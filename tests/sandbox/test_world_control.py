"""A world begun anew, and updates that no page can make."""

from typing import Any

import pytest
from playwright.async_api import Page, expect

from telegram_sandbox.client import SandboxClient
from telegram_sandbox.server import SandboxServer

from .conftest import RawBot
from .test_webhooks import Receiver, receiver

__all__ = ["receiver"]

CHAT = {"id": -100, "type": "nebula", "title": "x"}
UPDATES: list[tuple[str, dict[str, Any]]] = [
    ("edited_message", {"message_id": 1, "date": 1, "chat": CHAT, "text": "x"}),
    ("channel_post", {"message_id": 1, "date": 1, "chat": CHAT}),
    ("message", {"message_id": 1, "date": 1, "chat": {"id": 5, "type": "private"}, "pinned_message": {}}),
    ("poll", {"id": "5"}),
    ("inline_query", {"id": "5", "from": {"id": 9}, "query": ""}),
    ("what_comes_next_year", {}),
]


@pytest.mark.parametrize("update", UPDATES)
async def test_any_update_is_handed_over_as_it_is(
    bot: RawBot, chat: SandboxClient, update: tuple[str, dict[str, Any]]
) -> None:
    kind, payload = update
    update_id = await chat.inject(kind, payload)
    assert await bot.updates() == [{"update_id": update_id, kind: payload}]


async def test_any_update_reaches_a_webhook(bot: RawBot, chat: SandboxClient, receiver: Receiver) -> None:
    await bot("setWebhook", url=receiver.url)
    for kind, payload in UPDATES:
        await chat.inject(kind, payload | {"text": kind})
    assert sorted(await receiver.has(len(UPDATES))) == sorted(kind for kind, _ in UPDATES)


@pytest.mark.parametrize("kind", ["chat_member", "message_reaction", "message_reaction_count"])
async def test_some_kinds_come_only_when_they_are_asked_for(
    bot: RawBot, chat: SandboxClient, kind: str
) -> None:
    assert await chat.inject(kind, {}) is None
    await bot.updates(allowed_updates=[kind])
    assert await chat.inject("message", {}) is None
    assert await chat.inject(kind, {}) is not None
    await bot.updates(allowed_updates=[])
    assert await chat.inject(kind, {}) is None


async def test_a_reset_begins_anew_under_the_same_bot(
    sandbox: SandboxServer, bot: RawBot, chat: SandboxClient
) -> None:
    await chat.add_user(7, "Medea")
    await chat.add_chat(-50, "Tavern", [1, 7])
    await chat.fault("sendMessage", "403")
    await bot("setMyCommands", commands=[{"command": "start", "description": "Begin"}])
    before = await chat.send(1, "/start")
    await chat.reset()
    world = sandbox.state
    assert (sorted(world.users), world.groups, world.faults.listed()) == ([1, 2], {}, [])
    assert (await chat.messages(1), await chat.calls(), await bot.updates()) == ([], [], [])
    assert (await bot("sendMessage", chat_id=1, text="x")).refusal == "Bad Request: chat not found"
    assert (await bot("getMyCommands")).result
    assert await chat.send(1, "/start") > before
    assert (await bot("sendMessage", chat_id=1, text="x")).result["text"] == "x"


async def test_the_page_follows_a_reset(page: Page, bot: RawBot, chat: SandboxClient) -> None:
    await chat.add_user(7, "Medea")
    await chat.send(1, "before the flood")
    await expect(page.get_by_text("before the flood")).to_be_visible()
    async with page.expect_response("**/sandbox/commands?user_id=7*"):
        await page.locator(".user-name").select_option("7")
    await expect(page.locator(".panel")).to_have_attribute("aria-label", "Medea in Sandbox bot")
    await chat.reset()
    await expect(page.locator(".panel")).to_have_attribute("aria-label", "Alice in Sandbox bot")
    await expect(page.get_by_text("No messages here yet")).to_be_visible()
    await chat.send(1, "after it")
    await expect(page.get_by_text("after it")).to_be_visible()
