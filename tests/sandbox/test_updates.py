import asyncio
from typing import Any

import pytest
from aiogram.types import Update

from telegram_sandbox.client import ControlRefusedError, SandboxClient
from telegram_sandbox.server import SandboxServer

from .conftest import RawBot, settled


async def test_updates_wait_until_they_are_confirmed(bot: RawBot, chat: SandboxClient) -> None:
    for text in ("a", "b", "c"):
        await chat.send(1, text)
    first = await bot.updates()
    assert [update["message"]["text"] for update in first] == ["a", "b", "c"]
    assert await bot.updates() == first
    assert await bot.updates(offset=first[1]["update_id"], limit=1) == first[1:2]
    assert await bot.updates(offset=first[2]["update_id"] + 1) == []


async def test_a_negative_offset_keeps_the_last(bot: RawBot, chat: SandboxClient) -> None:
    for text in ("a", "b", "c"):
        await chat.send(1, text)
    assert [u["message"]["text"] for u in await bot.updates(offset=-1)] == ["c"]
    assert [u["message"]["text"] for u in await bot.updates()] == ["c"]


@pytest.mark.parametrize(("limit", "handed_over"), [(0, 1), (-1, 1), (2, 2), (1000, 3), (None, 3)])
async def test_a_limit_is_brought_within_1_and_100(
    bot: RawBot, chat: SandboxClient, limit: int | None, handed_over: int
) -> None:
    for text in ("a", "b", "c"):
        await chat.send(1, text)
    assert len(await bot.updates(limit=limit)) == handed_over


async def test_a_long_poll_answers_as_soon_as_something_happens(bot: RawBot, chat: SandboxClient) -> None:
    polling = asyncio.create_task(bot.updates(timeout=50))
    await asyncio.sleep(0.05)
    assert not polling.done()
    await chat.send(1, "/start now")
    (update,) = await asyncio.wait_for(polling, 45)
    message = update["message"]
    assert (message["text"], message["from"]["language_code"]) == ("/start now", "en")
    assert message["entities"] == [{"type": "bot_command", "offset": 0, "length": 6}]


async def test_a_second_poller_ends_the_first(bot: RawBot) -> None:
    first = asyncio.create_task(bot("getUpdates", timeout=50))
    await asyncio.sleep(0.05)
    assert await bot.updates() == []
    ended = await asyncio.wait_for(first, 45)
    assert ended.status == 409
    assert ended.refusal.startswith("Conflict: terminated by other getUpdates request")


async def test_polling_and_a_webhook_exclude_each_other(bot: RawBot) -> None:
    polling = asyncio.create_task(bot("getUpdates", timeout=50))
    await asyncio.sleep(0.05)
    await bot("setWebhook", url="http://127.0.0.1:9/")
    assert (await polling).refusal == "Conflict: terminated by setWebhook request"
    assert (await bot("getUpdates")).refusal.startswith(
        "Conflict: can't use getUpdates method while webhook is active"
    )
    await bot("setWebhook", url="")
    assert await bot.updates() == []


async def test_allowed_updates_persist_when_omitted(bot: RawBot, chat: SandboxClient) -> None:
    await bot("getUpdates", allowed_updates=["callback_query", "nonsense"])
    await chat.send(1, "unseen")
    assert await bot.updates() == []
    await bot("getUpdates", allowed_updates=[])
    await chat.send(1, "seen")
    assert len(await bot.updates()) == 1


async def test_what_people_do_before_any_bot_comes_is_kept_for_the_first(
    sandbox: SandboxServer, chat: SandboxClient, http: Any
) -> None:
    await chat.send(2, "is anybody there?")
    assert not await chat.is_served()
    first = RawBot(http, sandbox.url)
    (update,) = await first.updates()
    assert update["message"]["from"]["first_name"] == "Борис"
    assert await chat.is_served()


async def test_health_follows_the_bot(sandbox: SandboxServer, bot: RawBot, http: Any) -> None:
    async with http.get(f"{sandbox.url}/healthz") as health:
        assert health.status == 200
    fresh = SandboxServer(sandbox.config)
    async with fresh, http.get(f"{fresh.url}/healthz") as health:
        assert health.status == 503
    await bot("setWebhook", url="http://localhost:9/")
    async with http.get(f"{sandbox.url}/healthz") as health:
        assert health.status == 200


async def test_in_groups_the_bot_sees_what_concerns_it(bot: RawBot, chat: SandboxClient) -> None:
    await chat.add_chat(-50, "Tavern", [1, 2])
    await settled(bot)
    await chat.send(1, "just talk", -50)
    await chat.send(1, "/inventory", -50)
    mine = (await bot("sendMessage", chat_id=-50, text="yes?")).result
    await chat.send(2, "answering", -50, reply_to=mine["message_id"])
    await chat.send(2, "hey @sandbox_4242_bot", -50)
    messages = [update["message"] for update in await bot.updates()]
    assert [m["text"] for m in messages] == ["/inventory", "answering", "hey @sandbox_4242_bot"]
    assert messages[1]["reply_to_message"]["text"] == "yes?"


async def test_a_hung_up_poller_is_forgotten(bot: RawBot, sandbox: SandboxServer) -> None:
    polling = asyncio.create_task(bot.updates(timeout=50))
    await asyncio.sleep(0.05)
    polling.cancel()
    with pytest.raises(asyncio.CancelledError):
        await polling
    await asyncio.sleep(0.05)
    (known,) = sandbox.state.bots
    assert known.queue.polled_within(1)
    assert not known.queue.polled_within(0)


async def test_the_queue_is_bounded(bot: RawBot, sandbox: SandboxServer) -> None:
    queue = sandbox.state.bots[0].queue
    queue._limit = 3
    ids = [queue.put("message", {"n": n}) for n in range(5)]
    assert [update["update_id"] for update in await bot.updates()] == ids[2:]


async def test_an_offset_of_another_count_confirms_nothing(bot: RawBot, chat: SandboxClient) -> None:
    await chat.send(1, "a")
    [update] = await bot.updates()
    assert await bot.updates(offset=update["update_id"] + 1_000) == [update]
    assert await bot.updates(offset=update["update_id"] + 2) == []


async def test_people_have_the_names_they_have(bot: RawBot, chat: SandboxClient) -> None:
    await chat.add_user(3, "Circe", last_name="Aeaea", username="circe_of_aeaea")
    await chat.send(3, "/start")
    await chat.send(1, "/start")
    named, plain = [update["message"] for update in await bot.updates()]
    names = {"first_name": "Circe", "last_name": "Aeaea", "username": "circe_of_aeaea"}
    assert named["from"] == {"id": 3, "is_bot": False, **names, "language_code": "en"}
    assert named["chat"] == {"id": 3, "type": "private", **names}
    assert plain["chat"] == {"id": 1, "type": "private", "first_name": "Alice"}
    await chat.block(3)
    await chat.block(3, blocked=False)
    shown = (await bot("getChat", chat_id=3)).result
    assert (shown["last_name"], shown["username"]) == ("Aeaea", "circe_of_aeaea")
    assert "username" not in (await bot("getChat", chat_id=1)).result


async def test_people_edit_what_they_wrote(bot: RawBot, chat: SandboxClient) -> None:
    mine = await chat.send(1, "frist")
    await chat.edit(1, mine, "first #1st")
    written, edited = await bot.updates()
    assert written["message"]["text"] == "frist"
    message = edited["edited_message"]
    assert (message["message_id"], message["text"]) == (mine, "first #1st")
    assert message["edit_date"] >= message["date"]
    assert message["entities"] == [{"type": "hashtag", "offset": 6, "length": 4}]
    theirs = (await bot("sendMessage", chat_id=1, text="x")).result["message_id"]
    for wrong in (theirs, 9999):
        with pytest.raises(ControlRefusedError, match="no message of theirs"):
            await chat.edit(1, wrong, "x")


async def test_edits_in_groups_are_as_private_as_messages(bot: RawBot, chat: SandboxClient) -> None:
    await chat.add_chat(-50, "Tavern", [1, 2])
    await settled(bot)
    mine = await chat.send(1, "just talk", -50)
    await chat.edit(1, mine, "more talk", -50)
    await chat.edit(1, mine, "/inventory", -50)
    assert [update["edited_message"]["text"] for update in await bot.updates()] == ["/inventory"]


async def test_a_block_and_its_end_are_told(bot: RawBot, chat: SandboxClient) -> None:
    await chat.add_user(3, "Circe")
    await chat.block(3)
    await chat.block(1)
    await chat.block(1)
    await chat.block(1, blocked=False)
    changes = [update["my_chat_member"] for update in await bot.updates()]
    states = [
        tuple(change[when]["status"] for when in ("old_chat_member", "new_chat_member")) for change in changes
    ]
    assert states == [("member", "kicked"), ("kicked", "member")]
    assert {change["chat"]["id"] for change in changes} == {1}
    assert changes[0]["new_chat_member"]["user"]["id"] == 4242
    assert [Update.model_validate({"update_id": 1, "my_chat_member": change}) for change in changes]
