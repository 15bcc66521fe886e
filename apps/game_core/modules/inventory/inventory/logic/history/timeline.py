"""When operations were made, by clocks of which some may have jumped; versions say in which order."""

from bisect import bisect_right
from collections.abc import Sequence


def straightened(times: Sequence[int], now: int) -> list[int]:
    """The times (Unix seconds) of what was made one after the other, none before the one before it.

    Of those that contradict each other as few as possible are passed over, the later ones where that leaves
    a choice, and all that are later than `now`: what has such a time counts as made together with what was
    made before it.
    """
    believed = _believed(times, now)
    latest = times[min(believed)] if believed else now
    straight = []
    for index, at in enumerate(times):
        latest = at if index in believed else latest
        straight.append(latest)
    return straight


def _believed(times: Sequence[int], now: int) -> set[int]:
    """Which of them never go back: the longest row of such, found from its end.

    `rows` ends with the longest one that begins at any of the times that were looked at; before it stand the
    shorter ones that the next may still make longer, each by its first time and where that is.
    """
    rows: list[tuple[int, int]] = []
    following: dict[int, int] = {}
    for index in reversed(range(len(times))):
        if times[index] > now:
            continue
        length = bisect_right(rows, -times[index], key=lambda row: row[0])
        if length:
            following[index] = rows[length - 1][1]
        rows[length : length + 1] = [(-times[index], index)]
    found = set[int]()
    first = rows[-1][1] if rows else None
    while first is not None:
        found.add(first)
        first = following.get(first)
    return found
