"""Lists of commands, and Telegram's words for those that are none."""

from typing import Any

import pytest
from aiogram.methods import SetMyCommands
from aiogram.types import BotCommand

from telegram_sandbox.client import SandboxClient
from telegram_sandbox.errors import BadRequestError
from telegram_sandbox.rules.botapi_rules import check

from .conftest import RawBot

METHODS = ("setMyCommands", "getMyCommands", "deleteMyCommands")
HELP = {"command": "help", "description": "Helps"}


def listed(**change: Any) -> dict[str, Any]:
    return {"commands": [HELP | change]}


REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "no list": ({"commands": {}}, "expected an Array of BotCommand"),
    "no JSON": ({"commands": "nope"}, "can't parse commands JSON object"),
    "no object": ({"commands": [5]}, "can't parse BotCommand: expected an Object"),
    "no command": (
        {"commands": [{"description": "x"}]},
        "can't parse BotCommand: Can't find field \"command\"",
    ),
    "no description": (
        {"commands": [{"command": "x"}]},
        "can't parse BotCommand: Can't find field \"description\"",
    ),
    "no text": (listed(command=[]), 'can\'t parse BotCommand: Field "command" must be of type String'),
    "an empty command": (listed(command=" \n"), "command must be non-empty"),
    "a slash": (listed(command="/"), "command must be non-empty"),
    "a long command": (listed(command="a" * 33), "command length must not exceed 32"),
    "an empty description": (listed(description=" "), "command description must be non-empty"),
    "a long description": (
        listed(description="x" * 257),
        "command description length must not exceed 256",
    ),
    "the wrong letters": (listed(command="Bad!"), "BOT_COMMAND_INVALID"),
    "two slashes": (listed(command="//a"), "BOT_COMMAND_INVALID"),
    "too many": ({"commands": [HELP] * 101}, "BOT_COMMANDS_TOO_MUCH"),
    "an empty one of too many": (
        {"commands": [HELP] * 101 + [HELP | {"command": ""}]},
        "command must be non-empty",
    ),
    "the chat first": (
        listed(command="") | {"scope": {"type": "chat", "chat_id": 9}},
        "chat not found",
    ),
    "the language first": (listed(command="") | {"language_code": "xxx"}, "invalid language code specified"),
}


@pytest.mark.parametrize(("given", "reason"), REFUSED.values(), ids=REFUSED.keys())
async def test_wrong_commands_are_refused(bot: RawBot, given: dict[str, Any], reason: str) -> None:
    assert (await bot("setMyCommands", **given)).refusal == f"Bad Request: {reason}"


KEPT: dict[str, tuple[dict[str, Any], dict[str, str]]] = {
    "trimmed": ({"command": " /help\n", "description": " Helps "}, HELP),
    "cleaned": ({"command": "he\rlp", "description": "Help\u202es"}, HELP),
    "numbers": ({"command": 5, "description": 7}, {"command": "5", "description": "7"}),
    "the longest": (
        {"command": "/" + "a" * 32, "description": "я" * 256},
        {"command": "a" * 32, "description": "я" * 256},
    ),
}


@pytest.mark.parametrize(("given", "kept"), KEPT.values(), ids=KEPT.keys())
async def test_commands_are_kept_as_telegram_keeps_them(
    bot: RawBot, given: dict[str, Any], kept: dict[str, str]
) -> None:
    assert (await bot("setMyCommands", commands=[given])).result is True
    assert (await bot("getMyCommands")).result == [kept]


async def test_a_list_that_is_left_out_is_empty(bot: RawBot) -> None:
    await bot("setMyCommands", commands=[HELP])
    assert (await bot("setMyCommands")).result is True
    assert (await bot("getMyCommands")).result == []


UNREADABLE: dict[str, tuple[Any, str]] = {
    "no JSON": ("nope", "can't parse BotCommandScope JSON object"),
    "no object": ([], "can't parse BotCommandScope: BotCommandScope must be an Object"),
    "no type": ({}, "can't parse BotCommandScope: Can't find field \"type\""),
    "an unknown type": ({"type": "x"}, "can't parse BotCommandScope: Unsupported type specified"),
    "no chat": ({"type": "chat"}, "can't parse BotCommandScope: Can't find field \"chat_id\""),
    "an empty chat": (
        {"type": "chat_administrators", "chat_id": ""},
        "can't parse BotCommandScope: Empty chat_id specified",
    ),
    "no user": (
        {"type": "chat_member", "chat_id": -5},
        "can't parse BotCommandScope: Can't find field \"user_id\"",
    ),
    "user 0": (
        {"type": "chat_member", "chat_id": -5, "user_id": 0},
        "can't parse BotCommandScope: Invalid user_id specified",
    ),
    "a member of a private chat": (
        {"type": "chat_member", "chat_id": 1, "user_id": 1},
        "can't use specified scope in private chats",
    ),
    "administrators of a private chat": (
        {"type": "chat_administrators", "chat_id": 1},
        "can't use specified scope in private chats",
    ),
    "a chat that is not there": ({"type": "chat", "chat_id": "9"}, "chat not found"),
}


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(("scope", "reason"), UNREADABLE.values(), ids=UNREADABLE.keys())
async def test_wrong_scopes_are_refused(bot: RawBot, method: str, scope: Any, reason: str) -> None:
    given = {"commands": [HELP]} if method == "setMyCommands" else {}
    assert (await bot(method, **given, scope=scope)).refusal == f"Bad Request: {reason}"


SCOPES: list[dict[str, Any]] = [
    {"type": "default", "chat_id": []},
    {"type": "all_private_chats"},
    {"type": "all_group_chats"},
    {"type": "all_chat_administrators"},
    {"type": "chat", "chat_id": "1"},
    {"type": "chat", "chat_id": -5, "user_id": "of another type"},
    {"type": "chat_administrators", "chat_id": -5},
    {"type": "chat_member", "chat_id": -5, "user_id": "1"},
]


@pytest.mark.parametrize("scope", SCOPES)
async def test_each_scope_has_its_list(bot: RawBot, chat: SandboxClient, scope: dict[str, Any]) -> None:
    await chat.add_chat(-5, "Guild", [1])
    assert (await bot("setMyCommands", commands=[HELP], scope=scope)).result is True
    assert (await bot("getMyCommands", scope=scope)).result == [HELP]
    assert (await bot("getMyCommands", scope={"type": "chat", "chat_id": 2})).result == []


@pytest.mark.parametrize("language", ["xxx", "RU", "r1"])
async def test_wrong_languages_are_refused(bot: RawBot, language: str) -> None:
    refused = await bot("getMyCommands", language_code=language)
    assert refused.refusal == "Bad Request: invalid language code specified"


def test_a_bot_in_this_process_is_refused_in_the_same_words() -> None:
    with pytest.raises(BadRequestError, match="command must be non-empty"):
        check(SetMyCommands(commands=[BotCommand(command="/", description="x")]))
