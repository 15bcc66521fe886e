"""Words that somebody wrote, in any script: what of them is kept, what is seen, and where they may be cut."""

import unicodedata

# Format characters that belong to letters and flags, by https://www.unicode.org/reports/tr44/: Join_Control,
# tags of emoji, Prepended_Concatenation_Mark (these are seen), and what shapes Mongolian and hieroglyphs.
_JOINERS = frozenset("\u200c\u200d")
_TAGS = frozenset(map(chr, range(0xE0020, 0xE0080)))
_SEEN_MARKS = frozenset(
    "\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd"
)
_SHAPING = frozenset({"\u180e", *map(chr, range(0x13430, 0x13440))})
_FORMATS = _JOINERS | _TAGS | _SEEN_MARKS | _SHAPING
_INVISIBLE_LETTERS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0\U0001d159")
# What no Unicode makes a letter: Noncharacter_Code_Point, and Default_Ignorable_Code_Point without a meaning.
# The others that this Python knows nothing of may be letters and emoji of a newer one.
_NO_LETTERS = (
    *range(0xFFFE, 0x110000, 0x10000),
    *range(0xFFFF, 0x110000, 0x10000),
    *range(0xFDD0, 0xFDF0),
    *range(0xFFF0, 0xFFF9),
    *range(0xE0000, 0xE1000),
    0x2065,
)
_NEVER = frozenset(map(chr, _NO_LETTERS))
_EXTENDING = frozenset({"Mn", "Me", "Mc", "Sk"})
_ZERO_WIDTH_JOINER = "\u200d"


def kept(text: str) -> str:
    """`text` without what no word needs: controls, line ends, direction marks, halves, nobody's letters."""
    return "".join(map(_kept, text))


def can_be_seen(text: str) -> bool:
    return any(not _is_invisible(letter) for letter in kept(text))


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
        return letter if letter in _FORMATS else ""
    if category == "Cn":
        return "" if letter in _NEVER else letter
    return "" if category in {"Cc", "Cs", "Zl", "Zp"} else letter


def _is_invisible(letter: str) -> bool:
    category = unicodedata.category(letter)
    if category == "Cf":
        return letter not in _SEEN_MARKS
    return category[0] == "Z" or category == "Mn" or letter in _INVISIBLE_LETTERS


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
