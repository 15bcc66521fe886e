"""How long to wait before the next try."""

import random

_MOST_DOUBLINGS = 30


def pause(period: float, failures: int, longest: float) -> float:
    """Seconds: the period, or full jitter that doubles with each failure in a row."""
    if not failures:
        return period
    doublings = min(failures, _MOST_DOUBLINGS)
    return random.uniform(0, min(longest, period * 2.0**doublings))  # noqa: S311 - jitter
