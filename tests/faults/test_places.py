"""The answer goes where it was asked; nobody is taken for somebody else; who cannot be served is told so."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiogram.methods import (
    AnswerCallbackQuery,
    DeleteMessage,
    EditMessageText,
    SendMessage,
    TelegramMethod,
)
from aiogram.types import CallbackQuery, Message
from redis.asyncio import Redis
from sqlalchemy.ext.asyncio import AsyncEngine

from apps.game_core.settings import CoreSettings
from bot.callbacks.buttons import Open, ScreenName
from bot.places import Place, place_of
from tests.support.raw_updates import FedBot, Raw, fed_bot, message, person, private, shown, tap

ANN, BOB = person(11), person(12)
GROUP: Raw = {"id": -100_600, "type": "supergroup", "title": "G"}
FORUM: Raw = GROUP | {"is_forum": True}
NEWS: Raw = {"id": -100_999, "type": "channel", "title": "News"}
TOPIC: Raw = {"message_thread_id": 7, "is_topic_message": True}
ANONYMOUS = {"id": 1_087_968_824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}
CHANNEL_BOT = {"id": 136_817_688, "is_bot": True, "first_name": "Channel", "username": "Channel_Bot"}
TELEGRAM = {"id": 777_000, "is_bot": False, "first_name": "Telegram"}
BACKPACK = Open(screen=ScreenName.BACKPACK, owner=ANN["id"]).pack()
Sent = tuple[int | None, int | None, int | None]

PLACES: dict[str, tuple[Raw, Raw, Sent]] = {
    "a private chat": (private(ANN), {}, (None, None, None)),
    "a topic of a private chat": (private(ANN), TOPIC, (7, None, None)),
    "a group": (GROUP, {}, (None, None, None)),
    "a forum's topic": (FORUM, TOPIC, (7, None, None)),
    "a forum's General": (FORUM, {}, (None, None, None)),
    "a forum's General, named": (
        FORUM,
        {"message_thread_id": 1, "is_topic_message": True},
        (None, None, None),
    ),
    "comments below a channel's post": (GROUP, {"message_thread_id": 5}, (None, None, 50)),
    "a channel's direct messages": (
        GROUP | {"is_direct_messages": True},
        {"direct_messages_topic": {"topic_id": 9}},
        (None, 9, None),
    ),
}


@pytest.fixture
async def bot(settings: CoreSettings, database: AsyncEngine, redis: Redis) -> AsyncIterator[FedBot]:
    async with fed_bot(settings) as fed:
        yield fed


def only(calls: list[TelegramMethod[Any]], kind: type[Any]) -> list[Any]:
    return [call for call in calls if isinstance(call, kind)]


def where(sent: SendMessage) -> Sent:
    reply = sent.reply_parameters
    answered = reply.message_id if reply else None
    return sent.message_thread_id, sent.direct_messages_topic_id, answered


@pytest.mark.parametrize("place", PLACES)
async def test_fault_56_a_command_is_answered_where_it_was_given(bot: FedBot, place: str) -> None:
    chat, fields, expected = PLACES[place]

    calls = await bot.feed(message=message(ANN, chat, "/start", message_id=50, **fields))

    assert [where(sent) for sent in only(calls, SendMessage)] == [expected]


@pytest.mark.parametrize("place", PLACES)
async def test_fault_56_a_word_beside_the_menu_is_said_where_it_was_asked_for(
    bot: FedBot, place: str
) -> None:
    chat, fields, expected = PLACES[place]

    calls = await bot.feed(message=message(ANN, chat, "/inventory", message_id=50, **fields))

    assert [sent.text for sent in only(calls, SendMessage)] == [
        "You have no character. Send /start to begin."
    ]
    assert [where(sent) for sent in only(calls, SendMessage)] == [expected]


@pytest.mark.parametrize("place", PLACES)
async def test_fault_56_a_menu_that_is_gone_comes_again_where_it_was(bot: FedBot, place: str) -> None:
    chat, fields, expected = PLACES[place]
    await bot.feed(message=message(ANN, chat, "/start", **fields))
    live = (await memory(bot, chat))["message_id"]
    menu = shown(live, chat, **fields)
    reply_to = live if expected[2] else None

    calls = await bot.feed(callback_query=tap(ANN, BACKPACK, menu))
    assert [edit.message_id for edit in only(calls, EditMessageText)] == [live]

    bot.refuse(EditMessageText, "Bad Request: message can't be edited")
    main = Open(screen=ScreenName.MAIN, owner=ANN["id"]).pack()
    calls = await bot.feed(callback_query=tap(ANN, main, menu))
    assert [where(sent) for sent in only(calls, SendMessage)] == [(*expected[:2], reply_to)]
    assert [gone.message_id for gone in only(calls, DeleteMessage)] == [live]


@pytest.mark.parametrize(
    "place", ["a topic of a private chat", "a forum's topic", "a channel's direct messages"]
)
async def test_fault_56_an_inaccessible_menu_s_topic_is_remembered(bot: FedBot, place: str) -> None:
    chat, fields, expected = PLACES[place]
    await bot.feed(message=message(ANN, chat, "/start", **fields))
    live = (await memory(bot, chat))["message_id"]

    gone = {"message_id": live, "date": 0, "chat": chat}
    calls = await bot.feed(callback_query=tap(ANN, BACKPACK, gone))

    assert [where(sent) for sent in only(calls, SendMessage)] == [expected]


async def test_fault_56_one_menu_goes_with_its_player_from_topic_to_topic(bot: FedBot) -> None:
    await bot.feed(message=message(ANN, FORUM, "/start", **TOPIC))
    first = (await memory(bot, FORUM))["message_id"]

    calls = await bot.feed(message=message(ANN, FORUM, "/inventory", **TOPIC | {"message_thread_id": 8}))

    assert [where(sent) for sent in only(calls, SendMessage)] == [(8, None, None)]
    assert [gone.message_id for gone in only(calls, DeleteMessage)] == [first]


REFUSALS = [
    "Bad Request: TOPIC_CLOSED",
    "Bad Request: TOPIC_DELETED",
    "Bad Request: message thread not found",
    "Bad Request: not enough rights to send text messages to the chat",
    "Bad Request: CHAT_WRITE_FORBIDDEN",
    "Bad Request: CHAT_GUEST_SEND_FORBIDDEN",
]


@pytest.mark.parametrize("refusal", REFUSALS)
async def test_fault_56_where_we_may_not_write_the_player_is_told_in_private(
    bot: FedBot, refusal: str
) -> None:
    await bot.feed(message=message(ANN, text="/start"))
    bot.refuse(SendMessage, refusal)

    calls = await bot.feed(message=message(ANN, FORUM, "/inventory"))

    _, told = only(calls, SendMessage)
    assert told.chat_id == ANN["id"]
    assert told.text.startswith("I cannot write where you asked")


@pytest.mark.parametrize("refusal", REFUSALS)
async def test_fault_56_what_cannot_be_said_there_is_said_in_private(bot: FedBot, refusal: str) -> None:
    bot.refuse(SendMessage, refusal)

    calls = await bot.feed(message=message(ANN, FORUM, "/inventory"))

    assert [sent.chat_id for sent in only(calls, SendMessage)] == [FORUM["id"], ANN["id"]]
    assert len({sent.text for sent in only(calls, SendMessage)}) == 1


NOBODY: dict[str, tuple[Raw, Raw, bool]] = {
    "an anonymous admin": (ANONYMOUS, {"sender_chat": GROUP}, True),
    "somebody as a channel": (CHANNEL_BOT, {"sender_chat": NEWS}, True),
    "a channel through its discussion group": (
        TELEGRAM,
        {"sender_chat": NEWS, "is_automatic_forward": True},
        False,
    ),
    "Telegram itself": (TELEGRAM, {}, False),
    "another bot": ({"id": 99, "is_bot": True, "first_name": "B"}, {}, False),
}


@pytest.mark.parametrize("who", NOBODY)
@pytest.mark.parametrize("text", ["/start", "/inventory", "/delete_me"])
async def test_fault_56_nobody_becomes_a_player_under_a_lent_name(bot: FedBot, who: str, text: str) -> None:
    sender, fields, told = NOBODY[who]

    calls = await bot.feed(message=message(sender, FORUM, text, **TOPIC, **fields))

    said = only(calls, SendMessage)
    assert [where(each) for each in said] == [(7, None, None)] * told
    assert all("Write as yourself" in each.text for each in said)
    assert not await bot.is_known(sender["id"])


async def test_fault_56_an_anonymous_admin_s_tap_is_the_person_s_own(bot: FedBot) -> None:
    await bot.feed(message=message(ANN, GROUP, "/start"))
    live = (await memory(bot, GROUP))["message_id"]

    calls = await bot.feed(callback_query=tap(BOB, BACKPACK, shown(live, GROUP)))

    [answer] = only(calls, AnswerCallbackQuery)
    assert answer.show_alert
    assert not only(calls, EditMessageText)


@pytest.mark.parametrize("chat", [private(ANN), GROUP])
@pytest.mark.parametrize(
    "origin",
    [
        {"type": "user", "date": 1, "sender_user": BOB},
        {"type": "hidden_user", "date": 1, "sender_user_name": "Bob"},
        {"type": "chat", "date": 1, "sender_chat": GROUP},
        {"type": "channel", "date": 1, "chat": NEWS, "message_id": 1},
    ],
)
@pytest.mark.parametrize("text", ["/start", "/delete_me", "/logout"])
async def test_fault_56_a_forwarded_command_is_nobody_s_wish(
    bot: FedBot, chat: Raw, origin: Raw, text: str
) -> None:
    calls = await bot.feed(message=message(ANN, chat, text, forward_origin=origin))

    [told] = only(calls, SendMessage)
    assert told.text == "That is somebody else's command. Write it yourself if you mean it."
    assert not await bot.is_known(ANN["id"])


async def test_fault_56_a_tap_on_an_inline_message_is_answered(bot: FedBot) -> None:
    query = tap(ANN, BACKPACK, {}) | {"inline_message_id": "i"}
    del query["message"]

    calls = await bot.feed(callback_query=query)

    assert len(only(calls, AnswerCallbackQuery)) == 1


@pytest.mark.parametrize("place", PLACES)
def test_fault_56_a_place_survives_being_put_by(place: str) -> None:
    chat, fields, _ = PLACES[place]
    found = place_of(Message.model_validate(message(ANN, chat, "/start", **fields)))

    assert Place.unpacked(found.chat_id, found.packed()) == found


def test_fault_56_a_business_chat_is_another_one_than_the_private_chat() -> None:
    menu = shown(5, private(BOB), business_connection_id="b")
    place = place_of(CallbackQuery.model_validate(tap(ANN, BACKPACK, menu)))

    assert place.for_sending["business_connection_id"] == "b"
    assert place.for_editing == {"chat_id": BOB["id"], "business_connection_id": "b"}


async def memory(bot: FedBot, chat: Raw) -> dict[str, Any]:
    fsm = bot.process.dispatcher.fsm
    return await fsm.get_context(bot.process.bot, chat["id"], ANN["id"], destiny="menu").get_data()


def test_what_is_not_known_of_a_place_is_not_known_after_it_was_put_by() -> None:
    unsure = Place(7, person=8, known=False)

    assert Place.unpacked(7, unsure.packed()) == unsure
    assert Place.unpacked(7, Place(7, topic=3).packed()[:5]) == Place(7, topic=3), "as the last release packs"
