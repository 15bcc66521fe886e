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
    "date_time",
    "bold",
    "italic",
    "underline",
    "strikethrough",
    "spoiler",
    "custom_emoji",
)
_QUOTES = frozenset(RANKED_TYPES[:2])
_VERBATIM = frozenset({"pre", "code"})
_SINGLE = _VERBATIM | {"text_link", "text_mention", "date_time", "custom_emoji"}
_RANK_OF = {name: rank for rank, name in enumerate(RANKED_TYPES)}


def in_order(entities: list[Entity]) -> list[Entity]:
    return sorted(
        entities, key=lambda e: (e["offset"], -e["length"], _RANK_OF.get(e["type"], len(RANKED_TYPES)))
    )


def nested_rightly(entities: list[Entity]) -> list[Entity]:
    """Styles nest in all but code, which cuts them; of others that share characters the outer one stays."""
    quotes = _disjoint([entity for entity in entities if entity["type"] in _QUOTES])
    single = _disjoint([entity for entity in entities if entity["type"] in _SINGLE])
    single = [entity for entity in single if not any(_cross(entity, quote) for quote in quotes)]
    verbatim = [entity for entity in single if entity["type"] in _VERBATIM]
    styles = _joined([entity for entity in entities if entity["type"] not in _QUOTES | _SINGLE])
    cut = [piece for entity in styles for piece in _cut_around(entity, verbatim)]
    return in_order([*quotes, *single, *cut])


def _disjoint(entities: list[Entity]) -> list[Entity]:
    kept: list[Entity] = []
    for entity in in_order(entities):
        if not kept or entity["offset"] >= end_of(kept[-1]):
            kept.append(entity)
    return kept


def _cross(one: Entity, other: Entity) -> bool:
    first, second = sorted((one, other), key=lambda e: (e["offset"], -e["length"]))
    return bool(second["offset"] < end_of(first) < end_of(second))


def _joined(entities: list[Entity]) -> list[Entity]:
    """Italic in italic is one."""
    last: dict[str, Entity] = {}
    kept = []
    for entity in in_order(entities):
        before = last.get(entity["type"])
        if before is not None and entity["offset"] < end_of(before):
            before["length"] = max(end_of(before), end_of(entity)) - before["offset"]
        else:
            last[entity["type"]] = dict(entity)
            kept.append(last[entity["type"]])
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
