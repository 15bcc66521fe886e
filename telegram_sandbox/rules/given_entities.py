"""Entities that come with a text, in place of a markup."""

from collections.abc import Sequence
from typing import Any

from aiogram.types import MessageEntity

from telegram_sandbox.errors import BadRequestError
from telegram_sandbox.rules.json_fields import (
    FieldError,
    Json,
    optional_text,
    parsed,
    required_int,
    required_object,
    required_text,
)
from telegram_sandbox.text.cleaning import cleaned_with
from telegram_sandbox.text.date_times import date_fields
from telegram_sandbox.text.formatted_text import RANKED_TYPES, Entity, FormattedText, nested_rightly
from telegram_sandbox.text.links import link_fields

_FOUND_TYPES = frozenset(
    {"mention", "hashtag", "cashtag", "bot_command", "url", "email", "phone_number", "bank_card_number"}
)
"""Telegram finds these itself, and passes them over where they are given."""
_OWN_FIELDS = frozenset(MessageEntity.model_fields)
_FARTHEST = 1_000_000


def with_given_entities(text: str, given: Sequence[MessageEntity]) -> FormattedText:
    """`text`, cleaned, and those of the entities that Telegram keeps."""
    read = [read_entity(entity.model_dump(exclude_none=True)) for entity in given]
    entities = [_checked(entity) for entity in read if entity["type"] not in _FOUND_TYPES]
    for entity in entities:
        for name in ("offset", "length"):
            if not 0 <= entity[name] <= _FARTHEST:
                raise BadRequestError(f"receive an entity with incorrect {name} {entity[name]}")
    return cleaned_with(text, nested_rightly([entity for entity in entities if entity["length"]]))


def read_entity(given: Any) -> Json:
    """The fields that an entity of its type has, and those that none has."""
    return parsed("MessageEntity", _read, given)


def _read(given: Any) -> Json:
    if not isinstance(given, dict):
        raise FieldError("expected an Object")
    place = {name: required_int(given, name) for name in ("offset", "length")}
    kind = required_text(given, "type")
    if not kind:
        raise FieldError("Type is not specified")
    if kind not in _FOUND_TYPES and kind not in RANKED_TYPES:
        raise FieldError("Unsupported type specified")
    unknown = {name: value for name, value in given.items() if name not in _OWN_FIELDS}
    return unknown | place | {"type": kind} | _fields(kind, given)


def _fields(kind: str, given: Json) -> Json:
    match kind:
        case "pre":
            language = optional_text(given, "language")
            return {"language": language} if language else {}
        case "text_link":
            return {"url": required_text(given, "url")}
        case "text_mention":
            user_id = required_int(required_object(given, "user"), "id", bits=64)
            return {"user": {"id": user_id, "is_bot": False, "first_name": ""}}
        case "custom_emoji":
            return {"custom_emoji_id": str(required_int(given, "custom_emoji_id", bits=64))}
        case "date_time":
            return _date(given)
        case _:
            return {}


def _date(given: Json) -> Json:
    unix_time = required_int(given, "unix_time")
    written = optional_text(given, "date_time_format")
    if date_fields(unix_time, written) is None:
        raise FieldError("Invalid date-time format specified")
    return {"unix_time": unix_time, "date_time_format": written}


def _checked(entity: Entity) -> Entity:
    match entity["type"]:
        case "text_link":
            return _with_link(entity)
        case "text_mention" if entity["user"]["id"] <= 0:
            raise BadRequestError("user not found")
        case "custom_emoji" if entity["custom_emoji_id"] == "0":
            raise BadRequestError("invalid custom emoji identifier specified")
        case "date_time":
            if entity["unix_time"] <= 0:
                raise BadRequestError("invalid date specified")
            return entity | (date_fields(entity["unix_time"], entity["date_time_format"]) or {})
    return entity


def _with_link(entity: Entity) -> Entity:
    place = {name: entity[name] for name in ("offset", "length")}
    try:
        return link_fields(entity["url"]) | place
    except BadRequestError as fault:
        raise BadRequestError(f"entity {fault.reason}") from None
