"""What a translation may say, so that no screen fails that shows it."""

import re
from collections import Counter

from babel.messages.catalog import Message

PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%%|%")
TAG = re.compile(r"<[^<>]*>")
_NAME = re.compile(r"</?([a-z-]+)")


def texts_of(texts: str | tuple[str, ...] | list[str] | None) -> tuple[str, ...]:
    """All forms of a message's source or translation."""
    return (texts or "",) if isinstance(texts, str | None) else tuple(texts)


def placeholders(text: str) -> set[str]:
    return set(PLACEHOLDER.findall(text)) - {"%%"}


def flaw_of(message: Message) -> str | None:
    """What would fail when the translation is shown; None when nothing would.

    A placeholder may be missing, but none may be new, and a `%` by itself is the beginning of one.
    """
    sources = texts_of(message.id)
    allowed = set().union(*map(placeholders, sources))
    markups = [_markup(source) for source in sources]
    for form in texts_of(message.string):
        if strange := placeholders(form) - allowed:
            return f"{min(strange)!r} fills nothing in, in {form[:80]!r}: a % by itself is written %%"
        if _markup(form) not in markups or not _is_nested(form):
            return f"the tags are not those of the source, in {form[:80]!r}"
    return None


def _markup(text: str) -> tuple[Counter[str], int]:
    """The tags, and how many other angles there are that the messenger would take for some."""
    return Counter(TAG.findall(text)), TAG.sub("", text).count("<")


def _is_nested(text: str) -> bool:
    opened: list[str] = []
    for tag in TAG.findall(text):
        name = _NAME.match(tag)
        if not name:
            return False
        if not tag.startswith("</"):
            opened.append(name[1])
        elif not opened or opened.pop() != name[1]:
            return False
    return not opened
