"""Words that somebody wrote, in any script: what of them is kept, what is seen, and where they may be cut."""

import unicodedata

# Format characters that belong to letters (https://www.unicode.org/reports/tr44/, Join_Control) and to flags.
_JOINERS = frozenset("\u200c\u200d")
_TAGS = frozenset(map(chr, range(0xE0020, 0xE0080)))
_INVISIBLE_LETTERS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
_EXTENDING = frozenset({"Mn", "Me", "Mc", "Sk"})
_ZERO_WIDTH_JOINER = "\u200d"


def kept(text: str) -> str:
    """`text` without what no word needs: controls, line ends, direction marks, halves, nobody's letters."""
    return "".join(map(_kept, text))


def can_be_seen(text: str) -> bool:
    return any(not _is_invisible(letter) for letter in text)


def shortened(text: str, most: int) -> str:
    """At most `most` characters, and no sign cut through: joined emoji and flags stay whole or go."""
    if len(text) <= most:
        return text
    end = most
    while end and _continues(text, end):
        end -= 1
    return text[:end]


def _kept(letter: str) -> str:
    category = unicodedata.category(letter)
    if category == "Cf":
        return letter if letter in _JOINERS or letter in _TAGS else ""
    return "" if category in {"Cc", "Cs", "Cn", "Zl", "Zp"} else letter


def _is_invisible(letter: str) -> bool:
    category = unicodedata.category(letter)
    return category[0] in "CZ" or category == "Mn" or letter in _INVISIBLE_LETTERS


def _continues(text: str, at: int) -> bool:
    """Whether the character there belongs to the sign before it."""
    letter = text[at]
    if letter in _JOINERS or letter in _TAGS or text[at - 1] == _ZERO_WIDTH_JOINER:
        return True
    return unicodedata.category(letter) in _EXTENDING or _is_second_half_of_a_flag(text, at)


def _is_second_half_of_a_flag(text: str, at: int) -> bool:
    letters = 0
    while at - letters >= 0 and "\U0001f1e6" <= text[at - letters] <= "\U0001f1ff":
        letters += 1
    return letters > 0 and letters % 2 == 0
