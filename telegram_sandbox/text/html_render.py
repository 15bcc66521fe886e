"""A message's text and entities as safe HTML for the chat page: only tags written here, all text escaped."""

from datetime import UTC, datetime
from html import escape

from telegram_sandbox.text.formatted_text import Entity, end_of

_TAGS = {
    "bold": "b",
    "italic": "i",
    "underline": "u",
    "strikethrough": "s",
    "code": "code",
    "blockquote": "blockquote",
    "expandable_blockquote": "blockquote",
}
_CLASSES = {
    "spoiler": "spoiler",
    "custom_emoji": "emoji",
    "text_mention": "mention",
    "mention": "mention",
    "hashtag": "hashtag",
    "cashtag": "hashtag",
    "email": "mention",
    "phone_number": "mention",
    "bot_command": "command",
}


def render_html(text: str, entities: list[Entity]) -> str:
    if not entities:
        return escape(text)
    units = text.encode("utf-16-le")
    opening: dict[int, list[Entity]] = {}
    for entity in entities:
        opening.setdefault(entity["offset"], []).append(entity)
    edges = sorted({0, len(units) // 2} | {edge for e in entities for edge in (e["offset"], end_of(e))})
    pieces: list[str] = []
    stack: list[Entity] = []
    for begin, end in zip(edges, edges[1:] + edges[-1:], strict=True):
        pieces.append(_close_ended(stack, begin, units))
        for entity in opening.get(begin, ()):
            stack.append(entity)
            pieces.append(_open(entity, units))
        pieces.append(escape(_slice(units, begin, end)))
    return "".join(pieces)


def _close_ended(stack: list[Entity], at: int, units: bytes) -> str:
    """Closes what ends here; entities that merely cross are closed and opened again around it."""
    if not any(end_of(entity) <= at for entity in stack):
        return ""
    depth = next(i for i, entity in enumerate(stack) if end_of(entity) <= at)
    crossing = [entity for entity in stack[depth:] if end_of(entity) > at]
    closed = "".join(_close(entity) for entity in reversed(stack[depth:]))
    stack[depth:] = crossing
    return closed + "".join(_open(entity, units) for entity in crossing)


def _open(entity: Entity, units: bytes) -> str:
    kind = entity["type"]
    if kind == "pre":
        language = entity.get("language")
        return f'<pre data-language="{escape(language)}">' if language else "<pre>"
    if kind in {"text_link", "url"}:
        url = entity.get("url") or _slice(units, entity["offset"], end_of(entity))
        url = url if "://" in url else f"http://{url}"
        return f'<a href="{escape(url)}" target="_blank" rel="noreferrer noopener">'
    if kind == "date_time":
        return f'<time datetime="{datetime.fromtimestamp(entity["unix_time"], UTC).isoformat()}">'
    if tag := _TAGS.get(kind):
        return f"<{tag}>"
    return f'<span class="{_CLASSES.get(kind, "entity")}">'


def _close(entity: Entity) -> str:
    kind = entity["type"]
    tag = {"pre": "pre", "text_link": "a", "url": "a", "date_time": "time"}.get(kind) or _TAGS.get(
        kind, "span"
    )
    return f"</{tag}>"


def _slice(units: bytes, begin: int, end: int) -> str:
    return units[begin * 2 : end * 2].decode("utf-16-le", "ignore")
