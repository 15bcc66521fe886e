"""What the measurement found, and whether it is good."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median

from tools.neighbours.load import ONE_IN, RATE, SLOW, Sample
from tools.neighbours.scene import How

GOAL = 1.2
_HUNDRED = 100


@dataclass(frozen=True, slots=True)
class Comparison:
    """Blocks without and with disturbance, in turns."""

    how: How
    alone: Sequence[Sample]
    beside: Sequence[Sample]

    @property
    def ratio(self) -> float:
        """Of the p99 beside the disturbance to the one without: medians over the repetitions."""
        return _figure(self.beside, 99) / _figure(self.alone, 99)

    def lines(self) -> Iterator[str]:
        yield f"By {self.how.value}:"
        for name, samples in (("alone", self.alone), ("beside", self.beside)):
            p50, p99 = _figure(samples, 50), _figure(samples, 99)
            each = ", ".join(f"{percentile(sample.latencies, 99):.1f}" for sample in samples)
            taps = sum(len(sample.latencies) for sample in samples)
            yield f"  {name:<7} p50 {p50:6.1f} ms   p99 {p99:6.1f} ms   {taps} taps; p99 by block: {each}"
        yield f"  p99 beside is {self.ratio:.2f} of p99 alone; the goal is at most {GOAL}"


@dataclass(frozen=True, slots=True)
class Report:
    """`told`: changes that players were told of; `written`: those that PostgreSQL has after the end."""

    comparisons: Sequence[Comparison]
    told: int
    written: int

    @property
    def samples(self) -> list[Sample]:
        return [each for one in self.comparisons for each in (*one.alone, *one.beside)]

    @property
    def unanswered(self) -> int:
        return sum(each.unanswered for each in self.samples)

    @property
    def sound(self) -> bool:
        """Whether every tap was answered and every change that was told is there."""
        return not self.unanswered and self.told == self.written > 0

    @property
    def good(self) -> bool:
        return self.sound and all(each.ratio <= GOAL for each in self.comparisons)

    def lines(self) -> Iterator[str]:
        yield (
            f"{RATE:g} taps a second; beside: one answer in {ONE_IN} takes {SLOW:g} s,"
            " and a stranger writes ten times a second"
        )
        for each in self.comparisons:
            yield from each.lines()
        samples = self.samples
        yield (
            f"{sum(each.taps for each in samples)} taps, {self.unanswered} unanswered,"
            f" {sum(each.delayed for each in samples)} answers taken late by the messenger;"
            f" {sum(each.written for each in samples)} messages of the stranger;"
            f" {self.told} changes told, {self.written} written"
        )


def percentile(values: Sequence[float], percent: int) -> float:
    """The smallest value that so many per cent do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, -(-len(ordered) * percent // _HUNDRED) - 1)]


def _figure(samples: Sequence[Sample], percent: int) -> float:
    return median(percentile(each.latencies, percent) for each in samples)
