"""What a translation may say, so that no screen fails that shows it."""

import re
from collections import Counter
from gettext import c2py

from babel.messages.catalog import Message

from apps.game_core.system.written_words import can_be_seen

PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%%|%")
TAG = re.compile(r"<[^<>]*>")
_NAME = re.compile(r"</?([a-z-]+)")
# Rules ask for remainders by 10, 100 and 1000, and some for millions.
_TRIED = (*range(1_001), *(10**power for power in range(4, 19)))


def texts_of(texts: str | tuple[str, ...] | list[str] | None) -> tuple[str, ...]:
    """All forms of a message's source or translation."""
    return (texts or "",) if isinstance(texts, str | None) else tuple(texts)


def placeholders(text: str) -> set[str]:
    return set(PLACEHOLDER.findall(text)) - {"%%"}


def is_blank(message: Message) -> bool:
    """Whether a form shows nothing, where the source shows something: a button of that is refused."""
    return any(map(_shows, texts_of(message.id))) and not all(map(_shows, texts_of(message.string)))


def plural_flaw(rule: str, forms: int) -> str | None:
    """Why the rule does not choose among so many forms. Raises ValueError for what is no rule."""
    form_of = c2py(rule)
    for number in _TRIED:
        try:
            form = form_of(number)
        except ArithmeticError:
            return f"the plural rule {rule[:80]!r} fails for {number}"
        if not 0 <= form < forms:
            return f"the plural rule {rule[:80]!r} takes form {form} for {number}, and there are {forms}"
    return None


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


def _shows(text: str) -> bool:
    return can_be_seen(TAG.sub("", text))


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
