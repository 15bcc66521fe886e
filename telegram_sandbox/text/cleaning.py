"""What Telegram takes out of a text, or changes in it, before it reads it."""

import re

from telegram_sandbox.errors import BadRequestError
from telegram_sandbox.text.formatted_text import Entity, FormattedText, end_of, utf16_length

_BLANKED = re.compile("[\0-\x09\x0b\x0c\x0e-\x1f]")
_DROPPED = re.compile("[\r\u2028-\u202e\u030a\u0333\u033f]")
_MARKS_BUT_THE_LAST = re.compile("[\u200e\u200f](?=[\u200e\u200f])")


def cleaned(text: str) -> str:
    """Control characters become spaces; carriage returns, direction overrides and some accents go."""
    try:
        text.encode()
    except UnicodeEncodeError:
        raise BadRequestError("strings must be encoded in UTF-8") from None
    return _MARKS_BUT_THE_LAST.sub("\u200c", _DROPPED.sub("", _BLANKED.sub(" ", text)))


def cleaned_with(text: str, entities: list[Entity]) -> FormattedText:
    """With the entities, which are in order, where their characters are then.

    Raises BadRequestError for an entity that divides a character or leaves the text.
    """
    shown = cleaned(text)
    places = _places(text)
    _check_edges(entities, {units: at for units, (at, _) in places.items()})
    kept = {units: left for units, (_, left) in places.items()}
    moved = [_moved(entity, kept) for entity in entities]
    return FormattedText(shown, tuple(entity for entity in moved if entity["length"]))


def _places(text: str) -> dict[int, tuple[int, int]]:
    """Of each character's beginning, by its UTF-16 offset: the byte, and the offset in the cleaned text."""
    places = {}
    units = at = left = 0
    for char in text:
        places[units] = at, left
        wide = utf16_length(char)
        units, at = units + wide, at + len(char.encode())
        left += 0 if _DROPPED.match(char) else wide
    return places | {units: (at, left)}


def _check_edges(entities: list[Entity], byte_at: dict[int, int]) -> None:
    """What is wrong first in the text; of two ends at one place, that of the inner entity."""
    length = max(byte_at)
    faults = []
    for index, entity in enumerate(entities):
        begin, end = entity["offset"], end_of(entity)
        if end < length and end not in byte_at:
            what = f"entity beginning at UTF-16 offset {begin} ends in"
            faults.append((byte_at[end + 1], 0, -index, what))
        if begin < length and begin not in byte_at:
            faults.append((byte_at[begin + 1], 1, index, "entity begins in"))
    if faults:
        at, _, _, what = min(faults)
        raise BadRequestError(f"{what} a middle of a UTF-16 symbol at byte offset {at}")
    for entity in entities:
        if entity["offset"] > length:
            reason = f"entity begins after the end of the text at UTF-16 offset {entity['offset']}"
            raise BadRequestError(reason)
    for entity in reversed(entities):
        if end_of(entity) > length:
            raise BadRequestError(
                f"entity beginning at UTF-16 offset {entity['offset']} ends after the end of the text"
                f" at UTF-16 offset {end_of(entity)}"
            )


def _moved(entity: Entity, kept: dict[int, int]) -> Entity:
    begin = kept[entity["offset"]]
    return entity | {"offset": begin, "length": kept[end_of(entity)] - begin}
