"""Texts of any length, brought under the messenger's limit without breaking their markup."""

from collections.abc import Sequence
from itertools import zip_longest

MOST = 4096
_MOST_OF_LISTS = 3300
"""What stands over lists, and says that there is more, has room beside them."""


def fit(html: str, most: int = MOST) -> str:
    """Leave out whole lines at the end; no element may reach over a line's end.

    Counted as the strictest reader counts: markup included, in UTF-16 units.
    """
    if fits(html, most):
        return html
    kept, room = [], most - _length("\n…")
    for line in html.split("\n"):
        room -= _length(line) + 1
        if room < 0:
            break
        kept.append(line)
    return "\n".join([*kept, "…"])


def shares(lists: Sequence[Sequence[str]], beside: str = "") -> list[int]:
    """How many lines of each list to show: all, or as many as of the others while there is room.

    What one list does not need the others have; what stands `beside` them takes of it.
    """
    shown, room = [0] * len(lists), _MOST_OF_LISTS - _length(beside)
    for number, lines in enumerate(zip_longest(*lists)):
        for each, line in enumerate(lines):
            if line is not None and shown[each] == number and (needed := _length(line) + 1) <= room:
                shown[each] += 1
                room -= needed
    return shown


def fits(html: str, most: int = MOST) -> bool:
    return _length(html) <= most


def _length(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2
