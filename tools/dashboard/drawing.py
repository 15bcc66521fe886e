"""Panels as a page shows them: numbers, and lines in a frame of 1 by 1."""

import math
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from tools.dashboard.board import Panel
from tools.dashboard.prometheus import SCRAPED_EVERY, Series
from tools.dashboard.units import told

_COLOURS = (
    *("#73bf69", "#f2cc0c", "#5794f2", "#ff780a", "#f2495c", "#b877d9"),
    *("#8ab8ff", "#fade2a", "#96d98d", "#ffb357"),
)
_NAMED = {"green": "#73bf69", "orange": "#ff780a", "red": "#f2495c", "blue": "#5794f2"}
_LEAST_TICKS, _TIMES_TOLD = 3, 4


@dataclass(frozen=True, slots=True)
class Number:
    text: str
    name: str
    colour: str


@dataclass(frozen=True, slots=True)
class Line:
    """`parts`: points of 0 to 1 from below left, each part without a gap."""

    name: str
    colour: str
    parts: tuple[tuple[tuple[float, float], ...], ...]


@dataclass(frozen=True, slots=True)
class Tick:
    at: float
    text: str


@dataclass(frozen=True, slots=True)
class Span:
    """From the least to the most: seconds since 1970, or values."""

    begin: float
    end: float

    def share(self, at: float) -> float:
        return (at - self.begin) / (self.end - self.begin)


@dataclass(frozen=True, slots=True)
class Drawn:
    """`shaded`: where something was away, from 0 to 1."""

    panel: Panel
    numbers: tuple[Number, ...] = ()
    lines: tuple[Line, ...] = ()
    values: tuple[Tick, ...] = ()
    times: tuple[Tick, ...] = ()
    shaded: tuple[tuple[float, float], ...] = ()


def numbers(panel: Panel, seen: Sequence[Series]) -> Drawn:
    """A name stands under each where there are several, or where the panel wants it."""
    named = panel.named or len(seen) > 1
    last = ((each.name, each.points[-1][1]) for each in seen)
    return Drawn(
        panel,
        tuple(
            Number(told(value, panel.unit), name if named else "", _NAMED[panel.colour(value)])
            for name, value in last
            if math.isfinite(value)
        ),
    )


def lines(panel: Panel, seen: Sequence[Series], span: Span, away: Sequence[Span] = ()) -> Drawn:
    """From 0, or from the lowest value where one is below."""
    values = [value for each in seen for _, value in each.points if math.isfinite(value)]
    ticks = _ticks(min([0.0, *values]), max([0.0, *values]), binary=panel.unit == "bytes")
    scale = Span(ticks[0], ticks[-1])
    return Drawn(
        panel,
        lines=tuple(
            Line(each.name, _COLOURS[number % len(_COLOURS)], tuple(_parts(each, span, scale)))
            for number, each in enumerate(seen)
        ),
        values=tuple(Tick(scale.share(value), told(value, panel.unit)) for value in ticks),
        times=tuple(_times(span)),
        shaded=tuple((span.share(each.begin), span.share(each.end)) for each in away),
    )


def _parts(series: Series, span: Span, scale: Span) -> Iterator[tuple[tuple[float, float], ...]]:
    part: list[tuple[float, float]] = []
    before = -math.inf
    for at, value in series.points:
        if part and (at - before > 1.5 * SCRAPED_EVERY or not math.isfinite(value)):
            yield tuple(part)
            part = []
        if math.isfinite(value):
            part.append((span.share(at), scale.share(value)))
        before = at
    if part:
        yield tuple(part)


def _ticks(low: float, high: float, *, binary: bool) -> list[float]:
    """Round numbers from at most the one to at least the other."""
    span = high - low or 1.0
    largest = span / _LEAST_TICKS
    if binary:
        step = 2.0 ** math.floor(math.log2(largest))
    else:
        power = 10.0 ** math.floor(math.log10(largest))
        step = max(power * part for part in (1, 2, 5) if power * part <= largest)
    first, last = math.floor(low / step), math.ceil((low + span) / step)
    return [number * step for number in range(first, last + 1)]


def _times(span: Span) -> Iterator[Tick]:
    for number in range(1, _TIMES_TOLD):
        at = span.begin + (span.end - span.begin) * number / _TIMES_TOLD
        yield Tick(number / _TIMES_TOLD, time.strftime("%H:%M:%S", time.gmtime(at)))


def page(board: Sequence[Drawn], told_below: str) -> str:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined
    )
    return environment.get_template("board.html.j2").render(board=board, told_below=told_below)
