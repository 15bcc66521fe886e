"""Entities in the arguments of a call, read as Telegram reads them."""

from typing import Any

from telegram_sandbox.rules.given_entities import read_entity

_MODE_OF = {
    "entities": "parse_mode",
    "caption_entities": "parse_mode",
    "quote_entities": "quote_parse_mode",
}
ENTITIES = frozenset(_MODE_OF)
_NO_MODES = frozenset({"", "none"})


def with_entities_read(arguments: dict[str, Any]) -> dict[str, Any]:
    """Those that a markup stands in for are passed over, and so is what is no list, at any depth."""
    return {
        name: _read(name, value)
        for name, value in arguments.items()
        if name not in _MODE_OF or (_is_wanted(name, arguments) and isinstance(value, list))
    }


def _read(name: str, value: Any) -> Any:
    if name in _MODE_OF:
        return [read_entity(each) for each in value]
    return with_entities_read(value) if isinstance(value, dict) else value


def _is_wanted(name: str, arguments: dict[str, Any]) -> bool:
    return str(arguments.get(_MODE_OF[name], "")).lower() in _NO_MODES
