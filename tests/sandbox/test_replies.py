"""Answers to messages of other chats and topics, quotes, and what is refused of them."""

from typing import Any

import pytest
from aiogram.types import Message
from aiohttp import FormData

from telegram_sandbox.client import SandboxClient

from .conftest import RawBot
from .random_requests import picture

GUILD, TAVERN = -10070, -50
NO_MESSAGE = "message to be replied not found"


@pytest.fixture
async def chats(bot: RawBot, chat: SandboxClient) -> dict[int, int]:
    """Of each chat a message of the bot's, by chat."""
    await chat.add_chat(GUILD, "Guild", [1], is_forum=True)
    await chat.set_member(GUILD, "administrator")
    await chat.add_chat(TAVERN, "Tavern", [1])
    words = {"text": "Elf 🧝 <b>or</b> orc or elf?", "parse_mode": "HTML"}
    sent = {where: await bot("sendMessage", chat_id=where, **words) for where in (1, 2, GUILD, TAVERN)}
    return {where: reply.result["message_id"] for where, reply in sent.items()}


async def answer(bot: RawBot, chat_id: int, /, **reply: Any) -> dict[str, Any]:
    sent = (await bot("sendMessage", chat_id=chat_id, text="x", reply_parameters=reply)).result
    Message.model_validate(sent)
    return dict(sent)


@pytest.mark.parametrize(("where", "is_told"), [(GUILD, True), (TAVERN, False), (2, False)])
async def test_an_answer_to_another_chat_says_whom_it_answers(
    bot: RawBot, chats: dict[int, int], where: int, is_told: bool
) -> None:
    """Where the message stands is told of supergroups alone."""
    sent = await answer(bot, 1, chat_id=where, message_id=chats[where])
    origin = sent["external_reply"]["origin"]
    assert (origin["type"], origin["sender_user"]["id"]) == ("user", 4242)
    assert sent["external_reply"].get("message_id") == (chats[where] if is_told else None)
    assert sent["external_reply"].get("chat", {}).get("id") == (where if is_told else None)
    assert "reply_to_message" not in sent


async def test_an_answer_to_another_topic_is_one_to_another_chat(
    bot: RawBot, chat: SandboxClient, chats: dict[int, int]
) -> None:
    topic = await chat.topic(1, GUILD, "Trade")
    place = {"chat_id": GUILD, "text": "x", "message_thread_id": topic}
    sent = (await bot("sendMessage", **place, reply_parameters={"message_id": chats[GUILD]})).result
    assert sent["external_reply"]["message_id"] == chats[GUILD]
    assert sent["reply_to_message"]["message_id"] == topic
    here = (await bot("sendMessage", **place, reply_parameters={"message_id": sent["message_id"]})).result
    assert "external_reply" not in here
    assert here["reply_to_message"]["message_id"] == sent["message_id"]


async def test_what_else_is_answered_comes_along_but_for_its_text(bot: RawBot, chats: dict[int, int]) -> None:
    place = (await bot("sendLocation", chat_id=2, latitude=1.5, longitude=2)).result
    form = FormData({"chat_id": "2"})
    form.add_field("photo", picture(), filename="p.png")
    photo = (await bot.request("sendPhoto", data=form)).result
    located = await answer(bot, 1, chat_id=2, message_id=place["message_id"])
    assert located["external_reply"]["location"] == {"latitude": 1.5, "longitude": 2.0}
    pictured = await answer(bot, 1, chat_id=2, message_id=photo["message_id"])
    assert pictured["external_reply"]["photo"] == photo["photo"]
    assert "text" not in (await answer(bot, 1, chat_id=2, message_id=chats[2]))["external_reply"]


@pytest.mark.parametrize(
    ("reply", "refusal"),
    [
        ({"chat_id": 2, "message_id": 9999}, NO_MESSAGE),
        ({"chat_id": 2, "message_id": 9999, "allow_sending_without_reply": True}, NO_MESSAGE),
        ({"chat_id": 99, "message_id": 1}, "chat not found"),
        ({"message_id": 9999}, NO_MESSAGE),
    ],
)
async def test_what_is_not_there_cannot_be_answered(
    bot: RawBot, chats: dict[int, int], reply: dict[str, Any], refusal: str
) -> None:
    """In another chat one must be there, whatever is allowed."""
    refused = await bot("sendMessage", chat_id=1, text="x", reply_parameters=reply)
    assert refused.refusal == f"Bad Request: {refusal}"


async def test_service_messages_are_answered_where_they_stand_alone(
    bot: RawBot, chat: SandboxClient, chats: dict[int, int]
) -> None:
    topic = await chat.topic(1, GUILD, "Trade")
    assert (await answer(bot, GUILD, message_id=topic))["message_thread_id"] == topic
    reply = {"chat_id": GUILD, "message_id": topic}
    refused = await bot("sendMessage", chat_id=1, text="x", reply_parameters=reply)
    assert refused.refusal == f"Bad Request: {NO_MESSAGE}"


async def test_groups_that_the_bot_has_left_are_looked_up_as_far_as_they_may(
    bot: RawBot, chat: SandboxClient, chats: dict[int, int]
) -> None:
    for where in (GUILD, TAVERN):
        await chat.set_member(where, "kicked")
    reply = {"chat_id": GUILD, "message_id": chats[GUILD]}
    refused = await bot("sendMessage", chat_id=1, text="x", reply_parameters=reply)
    assert refused.refusal == "Forbidden: bot was kicked from the supergroup chat"
    assert "external_reply" in await answer(bot, 1, chat_id=TAVERN, message_id=chats[TAVERN])


BOLD = {"type": "bold", "offset": 0, "length": 2}


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"quote": "orc"}, {"text": "orc", "position": 10}),
        ({"quote": " orc "}, {"text": "orc", "position": 10}),
        (
            {"quote": "<b>or</b>", "quote_parse_mode": "HTML"},
            {"text": "or", "position": 7, "entities": [BOLD]},
        ),
        ({"quote": "or", "quote_entities": [BOLD]}, {"text": "or", "position": 7, "entities": [BOLD]}),
        ({"quote": "or"}, {"text": "or", "position": 10}),
        ({"quote": "or", "quote_position": 14}, {"text": "or", "position": 14}),
        ({"quote": "🧝"}, {"text": "🧝", "position": 4}),
    ],
)
@pytest.mark.parametrize("elsewhere", [False, True])
async def test_a_quote_is_found_where_it_stands(
    bot: RawBot, chats: dict[int, int], given: dict[str, Any], told: dict[str, Any], elsewhere: bool
) -> None:
    """Nearest to where it is said to be, and only in the same style."""
    where = {"chat_id": 2, "message_id": chats[2]} if elsewhere else {"message_id": chats[1]}
    sent = await answer(bot, 1, **where, **given)
    assert sent["quote"] == told | {"is_manual": True}
    assert ("external_reply" in sent) is elsewhere


@pytest.mark.parametrize(
    "given",
    [
        {"quote": "dwarf"},
        {"quote": "Or"},
        {"quote": "<i>orc</i>", "quote_parse_mode": "HTML"},
        {"quote": "Elf 🧝 or"},
        {"quote": "  "},
        {"quote": "x" * 1025},
    ],
)
async def test_a_quote_that_does_not_stand_there(
    bot: RawBot, chats: dict[int, int], given: dict[str, Any]
) -> None:
    reply = {"message_id": chats[1]} | given
    refused = await bot("sendMessage", chat_id=1, text="x", reply_parameters=reply)
    assert refused.refusal == "Bad Request: QUOTE_TEXT_INVALID"


async def test_without_an_answer_there_is_no_quote(bot: RawBot, chats: dict[int, int]) -> None:
    sent = await answer(bot, 1, message_id=9999, quote="x", allow_sending_without_reply=True)
    assert {"quote", "reply_to_message", "external_reply"} & sent.keys() == set()
