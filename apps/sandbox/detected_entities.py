"""Entities that Telegram finds by itself in plain text: commands, mentions, hashtags, links."""

import re

from apps.sandbox.formatted_text import Entity, FormattedText, end_of, in_order, utf16_length

_PATTERNS = (
    ("bot_command", re.compile(r"(?<![\w/<>])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?(?![\w/])")),
    ("mention", re.compile(r"(?<![\w@])@[A-Za-z][A-Za-z0-9_]{3,31}\b")),
    ("hashtag", re.compile(r"(?<![\w#])#(?=\w*[^\W\d])\w{1,256}")),
    ("url", re.compile(r"\bhttps?://[^\s<>\"]*[^\s<>\".,;:!?)]")),
)
_MARKS = re.compile(r"[/@#]|://")


def with_detected(formatted: FormattedText) -> FormattedText:
    if not _MARKS.search(formatted.text):
        return formatted
    taken = [e for e in formatted.entities if e["type"] in {"code", "pre", "text_link", "text_mention"}]
    found = list(formatted.entities)
    for kind, pattern in _PATTERNS:
        for match in pattern.finditer(formatted.text):
            entity = _entity(kind, formatted.text, match)
            if not any(_overlap(entity, other) for other in taken):
                taken.append(entity)
                found.append(entity)
    return FormattedText(formatted.text, tuple(in_order(found)))


def _entity(kind: str, text: str, match: re.Match[str]) -> Entity:
    return {
        "type": kind,
        "offset": utf16_length(text[: match.start()]),
        "length": utf16_length(match.group()),
    }


def _overlap(one: Entity, other: Entity) -> bool:
    return bool(one["offset"] < end_of(other) and other["offset"] < end_of(one))
