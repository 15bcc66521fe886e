"""How wide a button's label is on a small phone (360 points), near enough to tell whether it would wrap."""

from collections.abc import Mapping
from functools import lru_cache

ROOM: Mapping[int, float] = {1: 304, 2: 146, 3: 93, 4: 66, 5: 49}
"""Points for the label of each of so many buttons in a row."""
_PICTURES = "\u2300"  # with what comes after it
_KNOWN: Mapping[str, float] = {
    "\ufe0f\u200d": 0.0,
    " \u00a0ijl": 4.36,
    "fJI.,:;'|!()[]": 6.0,
    "rt": 6.22,
    "г": 6.6,
    "zзт": 7.35,
    "csсэ": 7.55,
    "vxyLвухьяГ": 8.35,
    "aekае": 8.55,
    "кёЕЁТ": 8.65,
    "нпч": 8.7,
    "0123456789й": 8.85,
    "CРСЭЗ": 9.3,
    "ABRVXАБВУХЬЯ": 9.85,
    "KUдмКЧ": 10.3,
    "DGHNИЙЛНП": 10.55,
    "OQыДО○●": 11.4,
    "wMжфюМФЦЪ": 12.6,
    "%…⋯": 12.65,
    "mшЫ": 13.4,
    "Wщ": 13.95,
    "ЖЮ": 15.45,
    "ШЩ": 16.8,
    "▲▼▶◀цъ": 9.7,
}


def width(text: str) -> float:
    """In points."""
    return sum(map(_letter, text))


def narrowed(text: str, room: float) -> str:
    """As much of its beginning as has room, with a sign that something is missing; one letter always has."""
    if width(text) <= room:
        return text
    left, kept = room - _letter("…"), 0
    for letter in text:
        left -= _letter(letter)
        if left < 0:
            break
        kept += 1
    return text[: max(kept, 1)].rstrip() + "…"


@lru_cache(maxsize=4096)
def _letter(letter: str) -> float:
    """As wide as they are at 14 points; what is drawn as a picture is as wide as a picture."""
    known = next((points for letters, points in _KNOWN.items() if letter in letters), None)
    if known is not None:
        return known
    if letter >= _PICTURES:
        return 17.5
    if not letter.isalpha():
        return 10.6
    return 9.3 if letter.isascii() or letter.islower() else 10.6
