"""What may stand in a text of the catalog. Each check answers with the reason for a refusal, or nothing."""

import reprlib
import unicodedata
from collections.abc import Callable

from apps.game_core.system.written_words import can_be_seen, kept

TextCheck = Callable[[str], str]

JOINER = "\u200d"
EMOJI_STYLE = "\ufe0f"
MAX_JOINED = 4


def plain_text(limit: int) -> TextCheck:
    """One line of at most `limit` characters, something of which can be seen."""

    def check(text: str) -> str:
        if not can_be_seen(text):
            return "empty"
        if len(text) > limit:
            return f"{len(text)} characters, at most {limit} are allowed"
        if text != text.strip() or text != kept(text):
            return f"{shown(text)} has control characters or spaces around it"
        return ""

    return check


def single_emoji(text: str) -> str:
    parts = text.split(JOINER)
    if len(parts) <= MAX_JOINED and all(_is_symbol(part) for part in parts):
        return ""
    return f"{shown(text)} is not a single emoji"


def shown(value: object) -> str:
    """Short enough for a log line. Integers in TOML may be too long to print at all."""
    try:
        return reprlib.repr(value)
    except ValueError:
        return "an unprintable value"


def _is_symbol(part: str) -> bool:
    symbol, rest = part[:1], part[1:].removesuffix(EMOJI_STYLE)
    tinted = not rest or unicodedata.category(rest[0]) == "Sk"
    return bool(symbol) and unicodedata.category(symbol) == "So" and len(rest) <= 1 and tinted
