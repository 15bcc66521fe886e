"""Text with its entities, measured as Telegram measures: in UTF-16 code units."""

from dataclasses import dataclass
from typing import Any

Entity = dict[str, Any]


@dataclass(frozen=True)
class FormattedText:
    text: str
    entities: tuple[Entity, ...] = ()


def utf16_length(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def utf16_index(text: str, units: int) -> int:
    """The index in `text` that lies `units` UTF-16 code units from its start."""
    if text.isascii():
        return min(units, len(text))
    head = text.encode("utf-16-le", "surrogatepass")[: units * 2]
    return len(head.decode("utf-16-le", "ignore"))


def end_of(entity: Entity) -> int:
    return int(entity["offset"]) + int(entity["length"])


RANKED_TYPES = (
    "blockquote",
    "expandable_blockquote",
    "pre",
    "code",
    "text_link",
    "text_mention",
    "bold",
    "italic",
    "underline",
    "strikethrough",
    "spoiler",
    "custom_emoji",
)
_QUOTES = frozenset(RANKED_TYPES[:2])
_VERBATIM = frozenset({"pre", "code"})
_RANK_OF = {name: rank for rank, name in enumerate(RANKED_TYPES)}


def in_order(entities: list[Entity]) -> list[Entity]:
    return sorted(
        entities, key=lambda e: (e["offset"], -e["length"], _RANK_OF.get(e["type"], len(RANKED_TYPES)))
    )


def without_nesting_in_code(entities: list[Entity]) -> list[Entity]:
    """Code and pre share their characters with quotes only: other entities are cut around them."""
    verbatim = _disjoint([entity for entity in entities if entity["type"] in _VERBATIM])
    if not verbatim:
        return entities
    kept = list(verbatim)
    for entity in entities:
        if entity["type"] in _QUOTES:
            kept.append(entity)
        elif entity["type"] not in _VERBATIM:
            kept.extend(_cut_around(entity, verbatim))
    return in_order(kept)


def _disjoint(entities: list[Entity]) -> list[Entity]:
    kept: list[Entity] = []
    for entity in in_order(entities):
        if not kept or entity["offset"] >= end_of(kept[-1]):
            kept.append(entity)
    return kept


def _cut_around(entity: Entity, holes: list[Entity]) -> list[Entity]:
    pieces, start, end = [], int(entity["offset"]), end_of(entity)
    for hole in holes:
        if hole["offset"] >= end or end_of(hole) <= start:
            continue
        if hole["offset"] > start:
            pieces.append(entity | {"offset": start, "length": hole["offset"] - start})
        start = end_of(hole)
    if start < end:
        pieces.append(entity | {"offset": start, "length": end - start})
    return pieces


def trimmed(formatted: FormattedText) -> FormattedText:
    """Telegram cuts white space off both ends, at the start only up to the first entity."""
    text = formatted.text.rstrip()
    lead = utf16_length(text) - utf16_length(text.lstrip())
    if formatted.entities:
        lead = min(lead, *(entity["offset"] for entity in formatted.entities), lead)
    text = text[utf16_index(text, lead) :]
    length = utf16_length(text)
    entities = [_moved(entity, -lead, length) for entity in formatted.entities]
    return FormattedText(text, tuple(entity for entity in entities if entity["length"] > 0))


def _moved(entity: Entity, shift: int, length: int) -> Entity:
    offset = entity["offset"] + shift
    return entity | {"offset": offset, "length": min(entity["length"], length - offset)}
