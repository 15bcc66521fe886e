"""Entities that a bot gives with a text, and Telegram's words for those that are none."""

from typing import Any

import pytest
from aiogram.methods import SendMessage
from aiogram.types import MessageEntity

from telegram_sandbox.errors import BadRequestError
from telegram_sandbox.rules.botapi_rules import check

from .conftest import RawBot

BOLD = {"type": "bold", "offset": 0, "length": 1}
UNREADABLE: dict[str, tuple[Any, str]] = {
    "no object": (5, "expected an Object"),
    "no offset": ({"type": "bold", "length": 1}, 'Can\'t find field "offset"'),
    "no length": ({"type": "bold", "offset": 0}, 'Can\'t find field "length"'),
    "no type": ({"offset": 0, "length": 1}, 'Can\'t find field "type"'),
    "an empty type": (BOLD | {"type": ""}, "Type is not specified"),
    "an unknown type": (BOLD | {"type": "huge"}, "Unsupported type specified"),
    "a type that is no text": (BOLD | {"type": []}, 'Field "type" must be of type String'),
    "an offset that is no number": (BOLD | {"offset": True}, 'Field "offset" must be a Number'),
    "half an offset": (BOLD | {"offset": 0.5}, 'Field "offset" must be a valid Number'),
    "an offset too large": (BOLD | {"offset": 2**31}, 'Field "offset" must be a valid Number'),
    "a link to nowhere": (BOLD | {"type": "text_link"}, 'Can\'t find field "url"'),
    "a mention of nobody": (BOLD | {"type": "text_mention"}, 'Can\'t find field "user"'),
    "a mention of a number": (
        BOLD | {"type": "text_mention", "user": 1},
        'Field "user" must be of type Object',
    ),
    "a mention without id": (BOLD | {"type": "text_mention", "user": {}}, 'Can\'t find field "id"'),
    "no emoji": (BOLD | {"type": "custom_emoji"}, 'Can\'t find field "custom_emoji_id"'),
    "an emoji by name": (
        BOLD | {"type": "custom_emoji", "custom_emoji_id": "x"},
        'Field "custom_emoji_id" must be a valid Number',
    ),
    "a language that is none": (
        BOLD | {"type": "pre", "language": {}},
        'Field "language" must be of type String',
    ),
}


@pytest.mark.parametrize(("given", "reason"), UNREADABLE.values(), ids=UNREADABLE.keys())
async def test_an_entity_that_cannot_be_read(bot: RawBot, given: Any, reason: str) -> None:
    refused = await bot("sendMessage", chat_id=1, text="noon", entities=[given])
    assert (refused.status, refused.refusal) == (
        400,
        f"Bad Request: can't parse MessageEntity: {reason}",
    )


IMPOSSIBLE: dict[str, tuple[str, Any, str]] = {
    "a link that is none": (
        "noon",
        BOLD | {"type": "text_link", "url": "nope"},
        "entity URL 'nope' is invalid: Wrong HTTP URL",
    ),
    "a link without a host": (
        "noon",
        BOLD | {"type": "text_link", "url": ""},
        "entity URL '' is invalid: URL host is empty",
    ),
    "emoji 0": (
        "noon",
        BOLD | {"type": "custom_emoji", "custom_emoji_id": "0"},
        "invalid custom emoji identifier specified",
    ),
    "user 0": ("noon", BOLD | {"type": "text_mention", "user": {"id": 0}}, "user not found"),
    "time 0": ("noon", BOLD | {"type": "date_time", "unix_time": 0}, "invalid date specified"),
    "an offset below 0": ("noon", BOLD | {"offset": -1}, "receive an entity with incorrect offset -1"),
    "a length below 0": ("noon", BOLD | {"length": -1}, "receive an entity with incorrect length -1"),
    "an offset far too large": (
        "noon",
        BOLD | {"offset": 1_000_001, "length": 0},
        "receive an entity with incorrect offset 1000001",
    ),
    "behind the end": (
        "noon",
        BOLD | {"offset": 7},
        "entity begins after the end of the text at UTF-16 offset 7",
    ),
    "at the end": (
        "noon",
        BOLD | {"offset": 4},
        "entity beginning at UTF-16 offset 4 ends after the end of the text at UTF-16 offset 5",
    ),
    "from the middle of a character": (
        "a😀b",
        BOLD | {"offset": 2},
        "entity begins in a middle of a UTF-16 symbol at byte offset 5",
    ),
    "to the middle of a character": (
        "a😀b",
        BOLD | {"length": 2},
        "entity beginning at UTF-16 offset 0 ends in a middle of a UTF-16 symbol at byte offset 5",
    ),
    "from and to the middle": (
        "яя😀😀",
        BOLD | {"offset": 3, "length": 2},
        "entity begins in a middle of a UTF-16 symbol at byte offset 8",
    ),
}


@pytest.mark.parametrize(("text", "given", "reason"), IMPOSSIBLE.values(), ids=IMPOSSIBLE.keys())
async def test_an_entity_that_cannot_be(bot: RawBot, text: str, given: Any, reason: str) -> None:
    refused = await bot("sendMessage", chat_id=1, text=text, entities=[given])
    assert (refused.status, refused.refusal) == (400, f"Bad Request: {reason}")


TOGETHER: dict[str, tuple[list[Any], str]] = {
    "the first in the text": (
        [BOLD | {"offset": 4}, {"type": "italic", "offset": 0, "length": 2}],
        "entity beginning at UTF-16 offset 0 ends in a middle of a UTF-16 symbol at byte offset 5",
    ),
    "the inner one of two that end together": (
        [{"type": "italic", "offset": 0, "length": 2}, {"type": "code", "offset": 1, "length": 1}],
        "entity beginning at UTF-16 offset 1 ends in a middle of a UTF-16 symbol at byte offset 5",
    ),
    "ends before beginnings": (
        [BOLD | {"length": 2}, {"type": "code", "offset": 2, "length": 1}],
        "entity beginning at UTF-16 offset 0 ends in a middle of a UTF-16 symbol at byte offset 5",
    ),
    "the inner one of two that leave the text": (
        [{"type": "blockquote", "offset": 0, "length": 9}, BOLD | {"offset": 1, "length": 7}],
        "entity beginning at UTF-16 offset 1 ends after the end of the text at UTF-16 offset 8",
    ),
}


@pytest.mark.parametrize(("given", "reason"), TOGETHER.values(), ids=TOGETHER.keys())
async def test_what_is_told_of_several(bot: RawBot, given: Any, reason: str) -> None:
    refused = await bot("sendMessage", chat_id=1, text="a😀😀", entities=given)
    assert refused.refusal == f"Bad Request: {reason}"


KEPT: dict[str, tuple[str, Any, list[dict[str, Any]]]] = {
    "nothing": ("noon", BOLD | {"length": 0}, []),
    "what Telegram finds itself": ("noon", BOLD | {"type": "url", "url": 5}, []),
    "numbers in words": ("noon", BOLD | {"offset": "1"}, [BOLD | {"offset": 1}]),
    "a field of another type": ("noon", BOLD | {"url": [], "user": 7}, [BOLD]),
    "a mention by id alone": (
        "noon",
        BOLD | {"type": "text_mention", "user": {"id": 1}},
        [BOLD | {"type": "text_mention", "user": {"id": 1, "is_bot": False, "first_name": "Alice"}}],
    ),
    "a mention by link": (
        "noon",
        BOLD | {"type": "text_link", "url": "tg://user?id=1"},
        [BOLD | {"type": "text_mention", "user": {"id": 1, "is_bot": False, "first_name": "Alice"}}],
    ),
    "a link": (
        "noon",
        BOLD | {"type": "text_link", "url": "tg:settings"},
        [BOLD | {"type": "text_link", "url": "tg://settings/"}],
    ),
    "an emoji by number": (
        "noon",
        BOLD | {"type": "custom_emoji", "custom_emoji_id": 7},
        [BOLD | {"type": "custom_emoji", "custom_emoji_id": "7"}],
    ),
    "after what goes": ("a\r\u202e\u0333bc", BOLD | {"offset": 4}, [BOLD | {"offset": 1}]),
    "around what goes": ("a\rb", BOLD | {"length": 3}, [BOLD | {"length": 2}]),
    "on nothing but what goes": ("a\rb", BOLD | {"offset": 1}, []),
    "after a wide character": ("a😀b", BOLD | {"offset": 3}, [BOLD | {"offset": 3}]),
}


@pytest.mark.parametrize(("text", "given", "kept"), KEPT.values(), ids=KEPT.keys())
async def test_an_entity_is_kept_where_its_text_is(
    bot: RawBot, text: str, given: Any, kept: list[dict[str, Any]]
) -> None:
    sent = (await bot("sendMessage", chat_id=1, text=text, entities=[given])).result
    assert sent.get("entities", []) == kept


@pytest.mark.parametrize("given", [5, "{", {"type": "bold"}, [5]])
async def test_entities_are_passed_over_where_a_markup_is(bot: RawBot, given: Any) -> None:
    sent = (await bot("sendMessage", chat_id=1, text="<i>x</i>", parse_mode="HTML", entities=given)).result
    assert sent["entities"] == [{"type": "italic", "offset": 0, "length": 1}]


@pytest.mark.parametrize("given", [5, "{", {"type": "bold"}])
async def test_entities_that_are_no_list_are_none(bot: RawBot, given: Any) -> None:
    sent = (await bot("sendMessage", chat_id=1, text="x", entities=given)).result
    assert "entities" not in sent


def test_a_bot_in_this_process_is_refused_in_the_same_words() -> None:
    link = MessageEntity(type="text_link", offset=0, length=1)
    with pytest.raises(BadRequestError, match='MessageEntity: Can\'t find field "url"'):
        check(SendMessage(chat_id=1, text="x", entities=[link]))
