"""Dates in texts, which every reader sees by their own clock."""

import re

from telegram_sandbox.text.formatted_text import Entity

_FORMAT = re.compile(r"[rR]|[wWdDtT]*")
_LEADING = re.compile(r"-?[0-9]*")
_WRAPS_AT = 2**32


def date_fields(unix_time: int, written: str) -> Entity | None:
    """The entity's fields, with the format in Telegram's own order; None for a format that is none."""
    if not _FORMAT.fullmatch(written):
        return None
    shown = "r" if written in {"r", "R"} else "".join(map(_chosen, ("w", "d", "t"), [written] * 3))
    return {"type": "date_time", "unix_time": unix_time, "date_time_format": shown}


def _chosen(sign: str, written: str) -> str:
    """Of a short and a long form the short one wins; days of the week have but one."""
    if sign in written:
        return sign
    longer = sign.upper()
    return (sign if sign == "w" else longer) if longer in written else ""


def unix_seconds(attribute: str) -> int:
    """What Telegram reads of an attribute: the digits it begins with, as a number of 32 bits."""
    digits = _LEADING.match(attribute)
    number = int(digits.group() or 0) if digits and digits.group() != "-" else 0
    return (number + _WRAPS_AT // 2) % _WRAPS_AT - _WRAPS_AT // 2
