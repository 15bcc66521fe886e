"""Commands and their scopes in the arguments of a call, read as Telegram reads them."""

from typing import Any

from telegram_sandbox.errors import BadRequestError
from telegram_sandbox.rules.json_fields import FieldError, Json, parsed, required_int, required_text

_OF_CHATS = frozenset({"chat", "chat_administrators", "chat_member"})
_EVERYWHERE = frozenset({"default", "all_private_chats", "all_group_chats", "all_chat_administrators"})
_COMMAND_FIELDS = ("command", "description")
_SCOPE_FIELDS = frozenset({"type", "chat_id", "user_id"})


def with_commands_read(arguments: dict[str, Any]) -> dict[str, Any]:
    read = dict(arguments)
    if "commands" in read:
        read["commands"] = _commands(read["commands"])
    if "scope" in read:
        read["scope"] = parsed("BotCommandScope", _scope, read["scope"])
    return read


def _commands(given: Any) -> list[Json]:
    if not isinstance(given, list):
        raise BadRequestError("expected an Array of BotCommand")
    return [parsed("BotCommand", _command, each) for each in given]


def _command(given: Any) -> Json:
    if not isinstance(given, dict):
        raise FieldError("expected an Object")
    return given | {name: required_text(given, name) for name in _COMMAND_FIELDS}


def _scope(given: Any) -> Json:
    """The fields that a scope of its type has, and those that none has."""
    if not isinstance(given, dict):
        raise FieldError("BotCommandScope must be an Object")
    kind = required_text(given, "type")
    if kind not in _EVERYWHERE | _OF_CHATS:
        raise FieldError("Unsupported type specified")
    scope = {name: value for name, value in given.items() if name not in _SCOPE_FIELDS} | {"type": kind}
    if kind in _OF_CHATS:
        scope["chat_id"] = required_text(given, "chat_id")
        if not scope["chat_id"]:
            raise FieldError("Empty chat_id specified")
    if kind == "chat_member":
        scope["user_id"] = required_int(given, "user_id", bits=64)
        if scope["user_id"] <= 0:
            raise FieldError("Invalid user_id specified")
    return scope
