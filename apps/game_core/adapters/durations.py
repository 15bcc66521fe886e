"""How long things take, as Prometheus wants it told, at a tenth of what its own client takes to note it."""

import time
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from types import TracebackType

from prometheus_client.core import HistogramMetricFamily
from prometheus_client.registry import Collector
from prometheus_client.utils import floatToGoString


class Durations(Collector):
    """A histogram by the values of one label. Not for threads: nothing is locked."""

    def __init__(self, name: str, text: str, label: str, bounds: Sequence[float]) -> None:
        self._name, self._text, self._label = name, text, label
        self._bounds = tuple(bounds)
        self._noted: dict[str, Noted] = {}

    def of(self, value: str) -> "Noted":
        """Where durations of this value are noted; from now on they are told, be there any or none."""
        return self._noted.setdefault(value, Noted(self._bounds))

    def collect(self) -> Iterator[HistogramMetricFamily]:
        family = HistogramMetricFamily(self._name, self._text, labels=[self._label])
        for value, noted in self._noted.items():
            family.add_metric([value], noted.buckets(), noted.seconds)
        yield family


class Noted:
    """Durations of one kind."""

    __slots__ = ("_bounds", "_counts", "seconds")

    def __init__(self, bounds: tuple[float, ...]) -> None:
        self._bounds = bounds
        self._counts = [0] * (len(bounds) + 1)
        self.seconds = 0.0

    def observe(self, seconds: float) -> None:
        self._counts[bisect_left(self._bounds, seconds)] += 1
        self.seconds += seconds

    def buckets(self) -> list[tuple[str, float]]:
        """Each bound, and how many took no longer."""
        found, told = 0, list[tuple[str, float]]()
        for bound, count in zip((*self._bounds, float("inf")), self._counts, strict=True):
            found += count
            told.append((floatToGoString(bound), found))  # type: ignore[no-untyped-call]
        return told


class Timed:
    """A block that is noted when it ends, however it does."""

    __slots__ = ("_noted", "_started")

    def __init__(self, noted: Noted) -> None:
        self._noted = noted

    def __enter__(self) -> None:
        self._started = time.perf_counter()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None
    ) -> None:
        self._noted.observe(time.perf_counter() - self._started)
