"""Numbers as the dashboard says them."""

import time

_SMALL = ((1e-6, "µs", 1e-3), (1e-3, "ms", 1.0))
_TIMES = ((86_400.0, "d"), (3_600.0, "h"), (60.0, "min"), (1.0, "s"))
_WHOLE = 100
_BYTES = ((2**30, "GiB"), (2**20, "MiB"), (2**10, "KiB"), (1, "B"))


class UnknownUnitError(Exception):
    """A panel has a unit that nobody has taught us."""


def told(value: float, unit: str) -> str:
    """Raises UnknownUnitError."""
    match unit:
        case "none":
            return _short(value)
        case "s":
            return _seconds(value)
        case "bytes":
            return _scaled(value, _BYTES)
        case "percentunit":
            return f"{_short(value * 100)} %"
        case "dateTimeFromNow":
            return f"{_seconds(time.time() - value / 1000)} ago"
        case _:
            raise UnknownUnitError(unit)


def _seconds(value: float) -> str:
    for size, name, below in _SMALL:
        if 0 < abs(value) < below:
            return f"{_short(value / size)} {name}"
    return _scaled(value, _TIMES)


def _scaled(value: float, sizes: tuple[tuple[float, str], ...]) -> str:
    size, name = next((each for each in sizes if abs(value) >= each[0]), sizes[-1])
    return f"{_short(value / size)} {name}"


def _short(value: float) -> str:
    return f"{value:.0f}" if abs(value) >= _WHOLE else f"{value:.3g}"
