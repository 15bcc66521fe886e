"""Who is in a group: joins, departures and ranks are told, and decide what a bot may do."""

from typing import Any

import pytest
from aiogram.types import Update
from aiohttp import ClientSession

from telegram_sandbox.client import ControlRefusedError, SandboxClient
from telegram_sandbox.server import SandboxServer

from .conftest import RawBot, settled

GROUP, SUPERGROUP = -50, -10050
EVERYTHING = ["message", "my_chat_member", "chat_member"]


@pytest.fixture
async def guild(bot: RawBot, chat: SandboxClient) -> RawBot:
    """A supergroup that Alice owns, with Boris and the bot in it; Circe (3) is outside. All is asked for."""
    await chat.add_user(3, "Circe")
    await chat.add_chat(SUPERGROUP, "Guild", [1, 2])
    await bot.updates(allowed_updates=EVERYTHING)
    await settled(bot)
    return bot


async def told(bot: RawBot) -> list[tuple[str, Any]]:
    """Each update's kind, and what it says; they must be such as aiogram reads."""
    updates = await bot.updates()
    await settled(bot)
    for update in updates:
        Update.model_validate(update)
    return [_gist(update) for update in updates]


def _gist(update: dict[str, Any]) -> tuple[str, Any]:
    [(kind, value)] = [(kind, value) for kind, value in update.items() if kind != "update_id"]
    if kind != "message":
        old, new = value["old_chat_member"], value["new_chat_member"]
        assert old["user"] == new["user"]
        return kind, (value["from"]["id"], new["user"]["id"], old["status"], new["status"])
    if members := value.get("new_chat_members"):
        return "joined", (value["from"]["id"], [member["id"] for member in members])
    if left := value.get("left_chat_member"):
        return "left", (value["from"]["id"], left["id"])
    return kind, value["text"]


@pytest.mark.parametrize("chat_id", [GROUP, SUPERGROUP])
async def test_a_bot_is_told_where_it_was_added_and_removed(
    bot: RawBot, chat: SandboxClient, chat_id: int
) -> None:
    await chat.add_chat(chat_id, "Tavern", [2, 1])
    await chat.set_member(chat_id, "member")
    await chat.set_member(chat_id, "kicked", by=1)
    await chat.set_member(chat_id, "member")
    assert await told(bot) == [
        ("my_chat_member", (2, 4242, "left", "member")),
        ("joined", (2, [4242])),
        ("my_chat_member", (1, 4242, "member", "kicked")),
        ("left", (1, 4242)),
        ("my_chat_member", (2, 4242, "kicked", "member")),
        ("joined", (2, [4242])),
    ]


async def test_a_bot_that_comes_later_is_told_by_its_own_name(
    sandbox: SandboxServer, chat: SandboxClient, http: ClientSession
) -> None:
    await chat.add_chat(GROUP, "Tavern", [1])
    bot = RawBot(http, sandbox.url)
    assert await told(bot) == [("my_chat_member", (1, 4242, "left", "member")), ("joined", (1, [4242]))]


async def test_a_bot_outside_may_do_nothing(bot: RawBot, chat: SandboxClient) -> None:
    for chat_id, kind in ((GROUP, "group"), (SUPERGROUP, "supergroup")):
        await chat.add_chat(chat_id, "Tavern", [1])
        sent = (await bot("sendMessage", chat_id=chat_id, text="x")).result["message_id"]
        place = {"chat_id": chat_id, "message_id": sent}
        await chat.set_member(chat_id, "kicked")
        kicked = f"Forbidden: bot was kicked from the {kind} chat"
        for method, given in (
            ("sendMessage", {"chat_id": chat_id, "text": "x"}),
            ("sendChatAction", {"chat_id": chat_id, "action": "typing"}),
            ("editMessageText", place | {"text": "y"}),
            ("deleteMessage", place),
            ("getChatMemberCount", {"chat_id": chat_id}),
            ("getChatAdministrators", {"chat_id": chat_id}),
            ("getChatMember", {"chat_id": chat_id, "user_id": 1}),
        ):
            refused = await bot(method, **given)
            assert (refused.status, refused.refusal) == (403, kicked), method
        looked = await bot("getChat", chat_id=chat_id)
        assert looked.status == (200 if kind == "group" else 403)
        await chat.set_member(chat_id, "member")
        assert (await bot("leaveChat", chat_id=chat_id)).result is True
        refused = await bot("sendMessage", chat_id=chat_id, text="x")
        assert refused.refusal == f"Forbidden: bot is not a member of the {kind} chat"


async def test_a_bot_leaves_and_hears_no_more(guild: RawBot, chat: SandboxClient) -> None:
    await guild("leaveChat", chat_id=SUPERGROUP)
    await chat.send(1, "/start", SUPERGROUP)
    await chat.set_member(SUPERGROUP, "left", 2)
    assert await told(guild) == [
        ("my_chat_member", (4242, 4242, "member", "left")),
        ("left", (4242, 4242)),
    ]
    assert [message.text for message in await chat.messages(SUPERGROUP)][-1] == "/start"
    assert (await guild("leaveChat", chat_id=1)).refusal == "Bad Request: can't leave private chats"


async def test_members_come_and_go(guild: RawBot, chat: SandboxClient) -> None:
    await chat.set_member(SUPERGROUP, "member", 3)
    await chat.set_member(SUPERGROUP, "left", 3)
    await chat.set_member(SUPERGROUP, "member", 3, by=2)
    await chat.set_member(SUPERGROUP, "kicked", 3)
    await chat.set_member(SUPERGROUP, "kicked", 3)
    assert await told(guild) == [
        ("joined", (3, [3])),
        ("left", (3, 3)),
        ("joined", (2, [3])),
        ("left", (1, 3)),
    ]


async def test_administrators_are_told_of_every_change_when_they_ask(
    guild: RawBot, chat: SandboxClient
) -> None:
    await chat.set_member(SUPERGROUP, "administrator")
    await told(guild)
    await chat.set_member(SUPERGROUP, "member", 3)
    await chat.set_member(SUPERGROUP, "administrator", 3)
    await chat.set_member(SUPERGROUP, "kicked", 3)
    await chat.set_member(SUPERGROUP, "left", 3, by=1)
    assert await told(guild) == [
        ("chat_member", (3, 3, "left", "member")),
        ("joined", (3, [3])),
        ("chat_member", (1, 3, "member", "administrator")),
        ("chat_member", (1, 3, "administrator", "kicked")),
        ("left", (1, 3)),
        ("chat_member", (1, 3, "kicked", "left")),
    ]


async def test_nobody_is_told_of_members_who_has_not_asked(guild: RawBot, chat: SandboxClient) -> None:
    await chat.set_member(SUPERGROUP, "administrator")
    await guild.updates(allowed_updates=[])
    await settled(guild)
    await chat.set_member(SUPERGROUP, "administrator", 2)
    assert await told(guild) == []


async def test_an_administrator_hears_everything(guild: RawBot, chat: SandboxClient) -> None:
    await chat.send(1, "just talk", SUPERGROUP)
    await chat.set_member(SUPERGROUP, "administrator")
    await chat.send(1, "more talk", SUPERGROUP)
    await chat.set_member(SUPERGROUP, "member")
    await chat.send(1, "and more", SUPERGROUP)
    assert await told(guild) == [
        ("my_chat_member", (1, 4242, "member", "administrator")),
        ("message", "more talk"),
        ("my_chat_member", (1, 4242, "administrator", "member")),
    ]


@pytest.mark.parametrize(
    ("user_id", "status", "by"),
    [
        (1, "kicked", 2),
        (1, "administrator", 2),
        (2, "kicked", 2),
        (2, "administrator", 2),
        (3, "member", 3),
        (3, "left", 2),
        (2, "left", 1),
        (1, "member", 1),
    ],
)
async def test_what_people_cannot_do_to_each_other(
    guild: RawBot, chat: SandboxClient, user_id: int, status: str, by: int
) -> None:
    """Circe is banned."""
    await chat.set_member(SUPERGROUP, "kicked", 3)
    await settled(guild)
    with pytest.raises(ControlRefusedError) as refusal:
        await chat.set_member(SUPERGROUP, status, user_id, by)
    assert (refusal.value.status, refusal.value.field) == (409, "status")
    assert await told(guild) == []


async def test_wrong_statuses_are_refused(guild: RawBot, chat: SandboxClient) -> None:
    for status, reason in (("creator", "must be one of"), ("left", "a bot leaves by leaveChat")):
        with pytest.raises(ControlRefusedError, match=reason):
            await chat.set_member(SUPERGROUP, status)
    with pytest.raises(ControlRefusedError, match="no such user: 99"):
        await chat.set_member(SUPERGROUP, "member", 99)


async def test_who_is_there_and_as_what(guild: RawBot, chat: SandboxClient) -> None:
    async def status(user_id: int, chat_id: int = SUPERGROUP) -> str:
        return str((await guild("getChatMember", chat_id=chat_id, user_id=user_id)).result["status"])

    assert [await status(who) for who in (1, 2, 3, 4242)] == ["creator", "member", "left", "member"]
    assert [await status(who, 1) for who in (1, 4242)] == ["member", "member"]
    assert (await guild("getChatMemberCount", chat_id=SUPERGROUP)).result == 3
    assert (await guild("getChatMemberCount", chat_id=1)).result == 2
    await chat.set_member(SUPERGROUP, "kicked", 2)
    await chat.set_member(SUPERGROUP, "administrator")
    assert [await status(who) for who in (2, 4242)] == ["kicked", "administrator"]
    listed = (await guild("getChatAdministrators", chat_id=SUPERGROUP)).result
    assert [(each["user"]["id"], each["status"]) for each in listed] == [
        (1, "creator"),
        (4242, "administrator"),
    ]
    assert listed[1]["can_manage_topics"] is True
    await chat.set_member(SUPERGROUP, "left", 1)
    listed = (await guild("getChatAdministrators", chat_id=SUPERGROUP)).result
    assert [each["user"]["id"] for each in listed] == [4242]


@pytest.mark.parametrize(
    ("method", "given", "refusal"),
    [
        ("getChatMember", {"chat_id": SUPERGROUP, "user_id": 99}, "member not found"),
        ("getChatMember", {"chat_id": SUPERGROUP, "user_id": 0}, "invalid user_id specified"),
        ("getChatMember", {"chat_id": 1, "user_id": 2}, "member not found"),
        ("getChatAdministrators", {"chat_id": 1}, "there are no administrators in the private chat"),
    ],
)
async def test_whom_nobody_knows(guild: RawBot, method: str, given: dict[str, Any], refusal: str) -> None:
    assert (await guild(method, **given)).refusal == f"Bad Request: {refusal}"


async def test_a_group_changes_its_name_and_members(guild: RawBot, chat: SandboxClient) -> None:
    await chat.add_chat(SUPERGROUP, "Order", [1, 3])
    titled, *moved = await guild.updates()
    assert titled["message"]["new_chat_title"] == titled["message"]["chat"]["title"] == "Order"
    assert [_gist(update) for update in moved] == [("left", (2, 2)), ("joined", (3, [3]))]
    assert (await guild("getChatMember", chat_id=SUPERGROUP, user_id=1)).result["status"] == "creator"


async def test_a_bot_that_is_spoken_to_in_a_group_is_brought_there(
    guild: RawBot, chat: SandboxClient, http: ClientSession, sandbox: SandboxServer
) -> None:
    second = guild.with_token("4243:" + "B" * 34)
    await second("getMe")
    said = {"user_id": 2, "chat_id": SUPERGROUP, "text": "/start", "bot": 4243}
    async with http.post(f"{sandbox.url}/sandbox/messages", json=said) as response:
        assert response.status == 200
    assert await told(second) == [
        ("my_chat_member", (2, 4243, "left", "member")),
        ("joined", (2, [4243])),
        ("message", "/start"),
    ]
    assert (await guild("getChatMemberCount", chat_id=SUPERGROUP)).result == 4
