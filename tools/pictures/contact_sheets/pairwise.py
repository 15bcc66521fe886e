"""Few cases that stand for many: together they have every pair of values that any of them has."""

from collections import Counter
from collections.abc import Callable, Collection, Hashable, Sequence
from typing import TypeVar

T = TypeVar("T")


def pairwise(candidates: Sequence[T], pairs_of: Callable[[T], Collection[Hashable]]) -> list[T]:
    """Greedy, and the same every time.

    Always the candidate with most new pairs; of equals the one whose other pairs were shown least, then the
    first.
    """
    offered = [frozenset(pairs_of(each)) for each in candidates]
    missing = frozenset[Hashable]().union(*offered)
    shown = Counter[Hashable]()
    chosen: set[int] = set()

    def gain(place: int) -> tuple[int, int]:
        return len(offered[place] & missing), -sum(shown[pair] for pair in offered[place])

    while missing:
        best = max(range(len(offered)), key=gain)
        chosen.add(best)
        shown.update(offered[best])
        missing -= offered[best]
    return [candidates[place] for place in sorted(chosen)]
