"""A quoted part of the message that is answered."""

from aiogram.types import ReplyParameters

from telegram_sandbox.errors import BadRequestError
from telegram_sandbox.rules.botapi_rules import format_text
from telegram_sandbox.text.formatted_text import Entity, end_of, utf16_length
from telegram_sandbox.world.model import Json, Message

LONGEST_QUOTE = 1024
NOT_FOUND = "QUOTE_TEXT_INVALID"
_KEPT = frozenset({"bold", "italic", "underline", "strikethrough", "spoiler", "custom_emoji", "date_time"})


def quoted(answered: Message, wanted: ReplyParameters) -> Json:
    """The quote as Telegram gives it, found where it stands nearest to the wanted position."""
    mode = wanted.quote_parse_mode if isinstance(wanted.quote_parse_mode, str) else None
    given = format_text(wanted.quote or "", mode, wanted.quote_entities)
    if not 1 <= utf16_length(given.text) <= LONGEST_QUOTE:
        raise BadRequestError(NOT_FOUND)
    styles = _styles(list(given.entities), 0, utf16_length(given.text))
    places = [at for at in _places(answered.text, given.text) if _styled(answered, at, given.text) == styles]
    if not places:
        raise BadRequestError(NOT_FOUND)
    wish = wanted.quote_position or 0
    position = min(places, key=lambda at: abs(at - wish))
    quote: Json = {"text": given.text, "position": position, "is_manual": True}
    return quote | ({"entities": styles} if styles else {})


def _places(text: str, part: str) -> list[int]:
    """Each place of `part`, in UTF-16 code units."""
    found, at = [], text.find(part)
    while at >= 0:
        found.append(utf16_length(text[:at]))
        at = text.find(part, at + 1)
    return found


def _styled(answered: Message, at: int, part: str) -> list[Entity]:
    return _styles(answered.entities, at, at + utf16_length(part))


def _styles(entities: list[Entity], begin: int, end: int) -> list[Entity]:
    kept = []
    for entity in entities:
        low, high = max(entity["offset"], begin), min(end_of(entity), end)
        if entity["type"] in _KEPT and low < high:
            kept.append(entity | {"offset": low - begin, "length": high - low})
    return sorted(kept, key=lambda each: (each["offset"], -each["length"], each["type"]))
