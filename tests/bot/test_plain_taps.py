"""A tap read without validators is the tap that aiogram reads; what is worded otherwise is left to it."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from aiogram import Bot
from aiogram.types import CallbackQuery, Message, TelegramObject, Update

from bot.incoming.plain_taps import plain_tap
from bot.incoming.reading import read_json

Raw = dict[str, Any]

BOT = Bot("1:x")
ANN: Raw = {"id": 7, "is_bot": False, "first_name": "Änn 🗡", "language_code": "de"}
RICH: Raw = ANN | {"last_name": "A", "username": "ann", "is_premium": True, "added_to_attachment_menu": True}
ITSELF: Raw = {"id": 1, "is_bot": True, "first_name": "B", "username": "gamebot"}
PRIVATE: Raw = {"id": 7, "type": "private", "first_name": "Änn 🗡", "last_name": "A", "username": "ann"}
FORUM: Raw = {"id": -100_5, "type": "supergroup", "title": "G", "username": "g", "is_forum": True}
BUTTONS: Raw = {
    "inline_keyboard": [
        [{"text": "Lock", "callback_data": "a:l:1"}, {"text": "Site", "url": "https://example.org/"}],
        [{"text": "Drop", "callback_data": "a:d:1", "style": "danger"}],
    ]
}
ENTITIES: list[Raw] = [
    {"type": "bold", "offset": 0, "length": 4},
    {"type": "text_link", "offset": 5, "length": 2, "url": "https://example.org/"},
    {"type": "custom_emoji", "offset": 8, "length": 1, "custom_emoji_id": "5"},
]
BARE: Raw = {"message_id": 5, "date": 1_700_000_000, "chat": PRIVATE, "from": ITSELF}
MENU: Raw = BARE | {
    "edit_date": 1_700_000_001,
    "text": "Bold <a> & b",
    "entities": ENTITIES,
    "link_preview_options": {"is_disabled": True},
    "reply_markup": BUTTONS,
}

PLAIN: dict[str, Raw] = {
    "a menu in private": {},
    "told all about the player": {"from": RICH},
    "a menu with little in it": {"message": BARE},
    "without a text": {"message": BARE | {"reply_markup": BUTTONS}},
    "no buttons in it": {"message": BARE | {"reply_markup": {"inline_keyboard": []}, "entities": []}},
    "in a forum": {"message": MENU | {"chat": FORUM, "message_thread_id": 3, "is_topic_message": True}},
    "the first second of all": {"message": MENU | {"date": 1}},
    "an empty button": {"data": ""},
    "told that there is nothing": {"from": ANN | {"last_name": None}},
}
OTHERWISE: dict[str, Raw] = {
    "inaccessible": {"message": {"message_id": 5, "date": 0, "chat": PRIVATE}},
    "inline": {"message": None, "inline_message_id": "x"},
    "no data": {"data": None},
    "of a game": {"game_short_name": "x"},
    "a photo": {"message": MENU | {"photo": []}},
    "a reply": {"message": MENU | {"reply_to_message": BARE}},
    "a topic of a channel": {"message": MENU | {"direct_messages_topic": {"topic_id": 3}}},
    "a button of another kind": {
        "message": MENU | {"reply_markup": {"inline_keyboard": [[{"text": "x", "pay": True}]]}}
    },
    "of a business": {"message": MENU | {"business_connection_id": "x"}},
    "not known yet": {"from": ANN | {"is_wizard": True}},
    "a number in letters": {"from": ANN | {"id": "7"}},
    "a number with a point": {"from": ANN | {"id": 7.0}},
    "letters as a number": {"data": 7},
    "yes as a number": {"from": ANN | {"is_bot": 0}},
    "milliseconds": {"message": MENU | {"date": 1_700_000_000_000}},
}


@pytest.mark.parametrize("name", PLAIN)
def test_it_is_the_same(name: str) -> None:
    worded = _worded(PLAIN[name])
    ours, checked = plain_tap(_bytes(worded), BOT), Update.model_validate(worded, context={"bot": BOT})

    assert ours == checked
    assert ours is not None
    assert _kept(ours) == _kept(checked)
    query, same = ours.callback_query, checked.callback_query
    assert isinstance(query, CallbackQuery)
    assert isinstance(same, CallbackQuery)
    assert isinstance(query.message, Message)
    assert isinstance(same.message, Message)
    assert query.message.html_text == same.message.html_text
    assert query.message.date == datetime.fromtimestamp(worded["callback_query"]["message"]["date"], UTC)


def test_each_part_knows_its_bot() -> None:
    read = plain_tap(_bytes(_worded({})), BOT)

    assert read is not None
    parts = _parts(read)
    assert len(parts) == 14
    assert all(each.bot is BOT for each in parts)


def test_what_was_kept_is_read_again() -> None:
    read = plain_tap(_bytes(_worded({"from": RICH})), BOT)

    assert read is not None
    assert Update.model_validate_json(_kept(read), context={"bot": BOT}) == read


@pytest.mark.parametrize("name", OTHERWISE)
def test_what_is_worded_otherwise_is_left_to_aiogram(name: str) -> None:
    worded = {name: each for name, each in _worded(OTHERWISE[name]).items() if each is not None}

    assert plain_tap(_bytes(worded), BOT) is None
    assert _kept(read_json(_bytes(worded), BOT)) == _kept(_validated(worded))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{}",
        b"[]",
        b"null",
        b"{",
        b"\xff",
        b'{"update_id":1}',
        b"[" * 100_000,
        b'{"update_id":1,"callback_query":{}}',
        b'{"update_id":1,"message":{"message_id":1}}',
    ],
)
def test_what_is_no_tap_is_none(body: bytes) -> None:
    assert plain_tap(body, BOT) is None


@pytest.mark.parametrize("letters", [r"\ud800", r"x\udc00y", r"\ud800A", "\\ud800\\ud800"])
def test_letters_that_are_none_are_not_let_through(letters: str) -> None:
    body = _bytes(_worded({"data": "LETTERS"})).replace(b"LETTERS", letters.encode())

    assert plain_tap(body, BOT) is None


def _worded(changed: Raw) -> Raw:
    query: Raw = {"id": "99", "from": ANN, "message": MENU, "chat_instance": "1", "data": "a:l:1"} | changed
    return {
        "update_id": 1,
        "callback_query": {name: each for name, each in query.items() if each is not None},
    }


def _validated(worded: Raw) -> Update:
    try:
        return Update.model_validate(worded, context={"bot": BOT})
    except ValueError:
        return Update(update_id=worded["update_id"])


def _bytes(worded: Raw) -> bytes:
    return json.dumps(worded).encode()


def _kept(update: Update) -> str:
    """As it waits for its turn in Redis."""
    return update.model_dump_json(by_alias=True, exclude_none=True, exclude_unset=True)


def _parts(whole: TelegramObject) -> list[TelegramObject]:
    found, waiting = list[TelegramObject](), list[Any]([whole])
    while waiting:
        part = waiting.pop()
        if isinstance(part, TelegramObject):
            found.append(part)
            waiting += vars(part).values()
        elif isinstance(part, list):
            waiting += part
    return found
