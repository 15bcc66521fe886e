"""Topics of forums and of private chats."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiogram.types import Update
from aiohttp import ClientSession

from telegram_sandbox.client import ControlRefusedError, SandboxClient
from telegram_sandbox.config import SandboxConfig
from telegram_sandbox.server import SandboxServer

from .conftest import RawBot, settled

FORUM = -10070
NOT_FOUND = "Bad Request: message thread not found"
CLOSED = "Bad Request: TOPIC_CLOSED"


@pytest.fixture
async def forum(bot: RawBot, chat: SandboxClient) -> RawBot:
    """A forum of Alice's, with Boris in it and the bot as administrator."""
    await chat.add_chat(FORUM, "Guild", [1, 2], is_forum=True)
    await chat.set_member(FORUM, "administrator")
    await settled(bot)
    return bot


@pytest.fixture
async def trade(forum: RawBot, chat: SandboxClient) -> int:
    topic = await chat.topic(2, FORUM, "Trade")
    await settled(forum)
    return topic


async def told(bot: RawBot) -> list[dict[str, Any]]:
    updates = await bot.updates()
    await settled(bot)
    for update in updates:
        Update.model_validate(update)
    return [update["message"] for update in updates]


async def test_a_bot_begins_a_topic_and_writes_in_it(forum: RawBot, chat: SandboxClient) -> None:
    made = (await forum("createForumTopic", chat_id=FORUM, name=" Trade  fair ", icon_color=0xFFD67E)).result
    thread = made["message_thread_id"]
    assert made == {"message_thread_id": thread, "name": "Trade fair", "icon_color": 0xFFD67E}
    sent = (await forum("sendMessage", chat_id=FORUM, message_thread_id=thread, text="Come!")).result
    assert (sent["message_thread_id"], sent["is_topic_message"]) == (thread, True)
    assert sent["chat"]["is_forum"] is True
    [begun] = await told(forum)
    assert begun["forum_topic_created"] == {"name": "Trade fair", "icon_color": 0xFFD67E}
    assert "reply_to_message" not in begun
    assert (begun["message_id"], begun["message_thread_id"], begun["is_topic_message"]) == (
        thread,
        thread,
        True,
    )
    assert [topic["name"] for topic in await chat.topics(FORUM)] == ["General", "Trade fair"]
    assert (await forum("getChat", chat_id=FORUM)).result["is_forum"] is True


async def test_people_write_in_a_topic_and_below_what_is_there(
    forum: RawBot, chat: SandboxClient, trade: int
) -> None:
    await chat.send(1, "in General", FORUM)
    asked = await chat.send(1, "in Trade", FORUM, topic=trade)
    await chat.send(2, "an answer there", FORUM, reply_to=asked)
    general, first, second = await told(forum)
    assert {"message_thread_id", "is_topic_message", "reply_to_message"} & general.keys() == set()
    assert (first["message_thread_id"], first["is_topic_message"]) == (trade, True)
    assert first["reply_to_message"]["forum_topic_created"]["name"] == "Trade"
    assert (second["message_thread_id"], second["reply_to_message"]["text"]) == (trade, "in Trade")


async def test_a_tap_says_in_which_topic(forum: RawBot, chat: SandboxClient, trade: int) -> None:
    markup = {"inline_keyboard": [[{"text": "a", "callback_data": "a"}]]}
    place = {"chat_id": FORUM, "message_thread_id": trade}
    sent = (await forum("sendMessage", **place, text="x", reply_markup=markup)).result
    await chat.tap(1, FORUM, sent["message_id"], "a", wait=0)
    [update] = await forum.updates()
    assert update["callback_query"]["message"]["message_thread_id"] == trade


@pytest.mark.parametrize("thread", [1, 999])
async def test_a_topic_that_is_not_there(forum: RawBot, trade: int, thread: int) -> None:
    """General may not be named but by actions."""
    for method, given in (("sendMessage", {"text": "x"}), ("sendLocation", {"latitude": 1, "longitude": 2})):
        refused = await forum(method, chat_id=FORUM, message_thread_id=thread, **given)
        assert refused.refusal == NOT_FOUND
    acted = await forum("sendChatAction", chat_id=FORUM, message_thread_id=thread, action="typing")
    assert acted.status == (200 if thread == 1 else 400)
    assert (await forum("sendMessage", chat_id=1, message_thread_id=thread, text="x")).refusal == NOT_FOUND


async def test_a_deleted_topic_takes_its_messages_along(
    forum: RawBot, chat: SandboxClient, trade: int
) -> None:
    await chat.send(1, "in Trade", FORUM, topic=trade)
    await chat.send(1, "in General", FORUM)
    assert (await forum("deleteForumTopic", chat_id=FORUM, message_thread_id=trade)).result is True
    assert [message.text for message in await chat.messages(FORUM)][-1] == "in General"
    assert [topic["message_thread_id"] for topic in await chat.topics(FORUM)] == [1]
    sent = await forum("sendMessage", chat_id=FORUM, message_thread_id=trade, text="x")
    assert sent.refusal == NOT_FOUND


async def test_a_group_without_topics_passes_the_parameter_over(bot: RawBot, chat: SandboxClient) -> None:
    for chat_id in (-50, -10050):
        await chat.add_chat(chat_id, "Tavern", [1])
        sent = (await bot("sendMessage", chat_id=chat_id, message_thread_id=999, text="x")).result
        assert "message_thread_id" not in sent


async def test_a_group_gets_topics_and_loses_them(bot: RawBot, chat: SandboxClient) -> None:
    await chat.add_chat(FORUM, "Guild", [1])
    await chat.set_member(FORUM, "administrator")
    for is_forum in (True, None, False):
        await chat.add_chat(FORUM, "Guild", [1], is_forum=is_forum)
        made = await bot("createForumTopic", chat_id=FORUM, name="Trade")
        assert made.status == (400 if is_forum is False else 200)
    assert await chat.topics(FORUM) == []


async def test_answers_in_a_supergroup_are_a_thread(bot: RawBot, chat: SandboxClient) -> None:
    await chat.add_chat(-10050, "Tavern", [1, 2])
    asked = (await bot("sendMessage", chat_id=-10050, text="Elf?")).result["message_id"]
    await settled(bot)
    first = await chat.send(1, "Elf", -10050, reply_to=asked)
    await chat.send(2, "/orc", -10050, reply_to=first)
    for message in await told(bot):
        assert message["message_thread_id"] == asked
        assert "is_topic_message" not in message


async def test_who_may_write_in_what_is_closed(forum: RawBot, chat: SandboxClient, trade: int) -> None:
    place = {"chat_id": FORUM, "message_thread_id": trade}
    await chat.topic(2, FORUM, message_thread_id=trade, closed=True)
    await chat.topic(1, FORUM, message_thread_id=1, closed=True)
    assert (await forum("sendMessage", **place, text="an administrator may")).status == 200
    await chat.set_member(FORUM, "member")
    assert (await forum("sendMessage", **place, text="x")).refusal == CLOSED
    assert (await forum("sendMessage", chat_id=FORUM, text="x")).refusal == CLOSED
    below = {"chat_id": FORUM, "text": "x", "reply_parameters": {"message_id": trade}}
    assert (await forum("sendMessage", **below)).refusal == CLOSED
    await chat.send(2, "who began it may", FORUM, topic=trade)
    with pytest.raises(ControlRefusedError, match="is closed"):
        await chat.send(2, "but not in General", FORUM)
    await chat.topic(1, FORUM, message_thread_id=1, closed=False)
    assert (await forum("sendMessage", chat_id=FORUM, text="x")).status == 200


async def test_what_happens_to_topics_is_told(forum: RawBot, chat: SandboxClient, trade: int) -> None:
    place = {"chat_id": FORUM, "message_thread_id": trade}
    for method, given in (
        ("editForumTopic", place | {"name": "Barter"}),
        ("closeForumTopic", place),
        ("reopenForumTopic", place),
        ("editGeneralForumTopic", {"chat_id": FORUM, "name": "Hall"}),
        ("closeGeneralForumTopic", {"chat_id": FORUM}),
        ("hideGeneralForumTopic", {"chat_id": FORUM}),
        ("unhideGeneralForumTopic", {"chat_id": FORUM}),
        ("reopenGeneralForumTopic", {"chat_id": FORUM}),
    ):
        assert (await forum(method, **given)).result is True
        with_name = {"name": given["name"]} if "name" in given else {}
        [message] = await told(forum)
        kind = {
            "editForumTopic": "forum_topic_edited",
            "closeForumTopic": "forum_topic_closed",
            "reopenForumTopic": "forum_topic_reopened",
            "editGeneralForumTopic": "forum_topic_edited",
            "closeGeneralForumTopic": "forum_topic_closed",
            "hideGeneralForumTopic": "general_forum_topic_hidden",
            "unhideGeneralForumTopic": "general_forum_topic_unhidden",
            "reopenGeneralForumTopic": "forum_topic_reopened",
        }[method]
        assert message[kind] == with_name
        assert message.get("message_thread_id") == (trade if "message_thread_id" in given else None)
    general, other = await chat.topics(FORUM)
    assert (general["name"], general["closed"], general["hidden"]) == ("Hall", False, False)
    assert (other["name"], other["closed"]) == ("Barter", False)


async def test_hiding_general_closes_it_and_opening_shows_it(forum: RawBot, chat: SandboxClient) -> None:
    await forum("hideGeneralForumTopic", chat_id=FORUM)
    [general] = await chat.topics(FORUM)
    assert (general["closed"], general["hidden"]) == (True, True)
    await forum("reopenGeneralForumTopic", chat_id=FORUM)
    [general] = await chat.topics(FORUM)
    assert (general["closed"], general["hidden"]) == (False, False)


@pytest.mark.parametrize(
    ("method", "given", "refusal"),
    [
        ("createForumTopic", {"name": " "}, "name must be non-empty"),
        ("createForumTopic", {"name": "x" * 129}, "name is too long"),
        ("createForumTopic", {"name": "x", "icon_color": 5}, "invalid icon color specified"),
        (
            "createForumTopic",
            {"name": "x", "icon_custom_emoji_id": "5"},
            "parameter icon_custom_emoji_id is known but not simulated by the sandbox",
        ),
        ("createForumTopic", {"name": "x", "chat_id": -50}, "the chat is not a forum"),
        ("createForumTopic", {"name": "x", "chat_id": 1}, "the chat is not a forum"),
        ("closeForumTopic", {"message_thread_id": 999}, "TOPIC_ID_INVALID"),
        ("closeForumTopic", {"message_thread_id": 0}, "invalid forum topic identifier specified"),
        ("reopenGeneralForumTopic", {}, "TOPIC_NOT_MODIFIED"),
        ("unhideGeneralForumTopic", {}, "TOPIC_NOT_MODIFIED"),
        ("editGeneralForumTopic", {"name": "General"}, "TOPIC_NOT_MODIFIED"),
        ("deleteForumTopic", {"message_thread_id": 1}, "TOPIC_ID_INVALID"),
    ],
)
async def test_what_topics_cannot_be(
    forum: RawBot, chat: SandboxClient, method: str, given: dict[str, Any], refusal: str
) -> None:
    await chat.add_chat(-50, "Tavern", [1])
    refused = await forum(method, **({"chat_id": FORUM} | given))
    assert refused.refusal.startswith(f"Bad Request: {refusal}")


async def test_a_bot_without_the_right_changes_only_what_it_began(
    forum: RawBot, chat: SandboxClient, trade: int
) -> None:
    own = (await forum("createForumTopic", chat_id=FORUM, name="News")).result["message_thread_id"]
    await chat.set_member(FORUM, "member")
    refusals = {
        "createForumTopic": "create a topic",
        "editForumTopic": "edit the topic",
        "closeForumTopic": "close or open the topic",
        "closeGeneralForumTopic": "close or open the topic",
        "hideGeneralForumTopic": "close or open the topic",
        "deleteForumTopic": "delete the topic",
    }
    for method, what in refusals.items():
        given: dict[str, dict[str, Any]] = {
            "createForumTopic": {"name": "x"},
            "editForumTopic": {"name": "x", "message_thread_id": trade},
        }
        named: dict[str, Any] = {} if "General" in method else {"message_thread_id": trade}
        refused = await forum(method, chat_id=FORUM, **given.get(method, named))
        assert refused.refusal == f"Bad Request: not enough rights to {what}", method
    for method in ("closeForumTopic", "reopenForumTopic", "deleteForumTopic"):
        assert (await forum(method, chat_id=FORUM, message_thread_id=own)).result is True


async def test_what_began_a_topic_is_neither_edited_nor_deleted(forum: RawBot) -> None:
    begun = (await forum("createForumTopic", chat_id=FORUM, name="News")).result["message_thread_id"]
    place = {"chat_id": FORUM, "message_id": begun}
    edited = await forum("editMessageText", **place, text="x")
    assert edited.refusal == "Bad Request: message can't be edited"
    deleted = await forum("deleteMessage", **place)
    assert deleted.refusal == "Bad Request: message can't be deleted for everyone"


async def test_what_people_cannot_do_to_topics(
    forum: RawBot, chat: SandboxClient, trade: int, http: ClientSession
) -> None:
    await chat.add_user(3, "Circe")
    await chat.set_member(FORUM, "member", 3)
    wrong: tuple[tuple[int, dict[str, Any], int, str], ...] = (
        (3, {"message_thread_id": trade, "closed": True}, 409, "user 3 may not change it"),
        (1, {"message_thread_id": trade, "closed": False}, 409, "TOPIC_NOT_MODIFIED"),
        (1, {"message_thread_id": 1, "deleted": True}, 400, "cannot be done to this topic"),
        (1, {"message_thread_id": trade, "hidden": True}, 400, "cannot be done to this topic"),
        (1, {"message_thread_id": 999, "closed": True}, 404, "no such topic: 999"),
        (1, {}, 400, "is missing"),
    )
    for who, change, status, reason in wrong:
        with pytest.raises(ControlRefusedError, match=reason) as refusal:
            await chat.topic(who, FORUM, **change)
        assert refusal.value.status == status
    here = await chat.send(1, "x", FORUM, topic=trade)
    with pytest.raises(ControlRefusedError, match="is in another topic"):
        await chat.send(1, "x", FORUM, reply_to=here, topic=1)
    assert await chat.topic(2, FORUM, message_thread_id=trade, deleted=True) == trade


@pytest.fixture
async def threaded(http: ClientSession) -> AsyncIterator[tuple[RawBot, SandboxClient]]:
    """A bot whose private chats have topics."""
    async with (
        SandboxServer(SandboxConfig(port=0, private_topics=True)) as sandbox,
        SandboxClient(sandbox.url) as chat,
    ):
        bot = RawBot(http, sandbox.url)
        await bot("getMe")
        await chat.send(1, "/start")
        await settled(bot)
        yield bot, chat


async def test_private_chats_have_topics_where_the_bot_has_them(
    threaded: tuple[RawBot, SandboxClient],
) -> None:
    bot, chat = threaded
    assert (await bot("getMe")).result["has_topics_enabled"] is True
    thread = (await bot("createForumTopic", chat_id=1, name="Quests")).result["message_thread_id"]
    await chat.send(1, "there", topic=thread)
    await chat.send(1, "outside")
    begun, there, outside = await told(bot)
    assert begun["forum_topic_created"]["name"] == "Quests"
    assert (there["message_thread_id"], there["is_topic_message"]) == (thread, True)
    assert "message_thread_id" not in outside
    sent = (await bot("sendMessage", chat_id=1, message_thread_id=thread, text="x")).result
    assert sent["message_thread_id"] == thread
    closed = await bot("closeForumTopic", chat_id=1, message_thread_id=thread)
    assert closed.refusal == "Bad Request: the chat is not a supergroup forum"
    assert (await bot("deleteForumTopic", chat_id=1, message_thread_id=thread)).result is True
    assert (await bot("sendMessage", chat_id=1, message_thread_id=thread, text="x")).refusal == NOT_FOUND
    assert await chat.topic(1, 1, "Mine") > thread
