"""What was seen at each rate, which part would give out first, and what ten times as much would take."""

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from tools.capacity.parts import Spent

MORE = 10
_FULL = 0.7
"""Of a core, beyond which a queue grows faster than what it waits for."""

_KEPT = 0.9


@dataclass(frozen=True, slots=True)
class Step:
    """`offered` and `taken` are taps a second. `median` and `p99` are seconds that one waited.

    `loads` are those of the taps that began a visit. `backlog`: sessions that wait to be written. `written`:
    bytes of tables, `log` of PostgreSQL's log.
    """

    offered: float
    seconds: float
    taps: int
    loads: int
    refused: int
    median: float
    p99: float
    backlog: int
    spent: Mapping[str, Spent]
    written: int
    log: int

    @property
    def taken(self) -> float:
        return self.taps / self.seconds

    @property
    def kept(self) -> bool:
        """Whether next to all were done in time; what comes last takes its time, too."""
        return not self.refused and self.taken >= _KEPT * self.offered

    def each(self, part: str) -> float:
        """Seconds of CPU a tap."""
        return self.spent[part].all / max(1, self.taps)

    def load(self, part: str) -> float:
        """Of one core, by the busiest process."""
        return self.spent[part].busiest / self.seconds

    @property
    def cores(self) -> float:
        return sum(each.all for each in self.spent.values()) / self.seconds


@dataclass(slots=True)
class Report:
    """`acknowledged` changes and how many the ledger has more than before; `wrong` says what did not hold."""

    characters: int
    seeded: float
    size: float
    steps: list[Step] = field(default_factory=list)
    acknowledged: int = 0
    in_ledger: int = 0
    drained: float = 0.0
    audited: int = 0
    wrong: list[str] = field(default_factory=list)

    @property
    def good(self) -> bool:
        return not self.wrong and self.acknowledged == self.in_ledger > 0

    def lines(self) -> Iterator[str]:
        seeded = f"{self.characters:,} characters seeded in {self.seeded:.0f} s"
        yield f"{seeded}, {self.size:,.0f} MiB of PostgreSQL"
        if self.steps:
            yield from self._rates()
            yield from self._first()
            yield from self._more()
        yield f"all written {self.drained:.1f} s after the last tap; {self.audited:,} inventories audited"
        yield f"{self.acknowledged:,} changes acknowledged, {self.in_ledger:,} in the ledger"
        yield from (f"WRONG: {each}" for each in self.wrong)

    @property
    def kept(self) -> Sequence[Step]:
        """Those at rates that were kept up with, or the first one."""
        return [each for each in self.steps if each.kept] or self.steps[:1]

    def _rates(self) -> Iterator[str]:
        heads = "".join(f"{part:>10}" for part in self.steps[0].spent)
        yield (
            f"{'offered/s':>10}{'taken/s':>9}{'loads/s':>9}{'refused':>9}{'p50 ms':>8}{'p99 ms':>8}"
            f"{'backlog':>9}{heads}"
        )
        for each in self.steps:
            cores = "".join(f"{spent.all / each.seconds:>10.2f}" for spent in each.spent.values())
            waits = f"{each.median * 1e3:>8.1f}{each.p99 * 1e3:>8.1f}"
            yield (
                f"{each.offered:>10,.0f}{each.taken:>9,.0f}{each.loads / each.seconds:>9,.0f}"
                f"{each.refused:>9,}{waits}{each.backlog:>9,}{cores}"
            )
        yield f"parts in cores, of which there are {os.cpu_count()}"

    def _first(self) -> Iterator[str]:
        """At the last rate that was kept up with."""
        step, cores = self.kept[-1], os.cpu_count() or 1
        shares = {part: step.load(part) for part in step.spent}
        # One process for each connection: what it can use at most is the machine.
        shares["postgres"] = step.spent["postgres"].all / step.seconds / cores
        told = ", ".join(f"{part} {share:.0%}" for part, share in _descending(shares))
        yield f"at {step.taken:,.0f}/s the busiest process of each uses, of a core: {told} (of all cores)"
        yield f"all of it uses {step.cores / cores:.0%} of this machine"
        first, share = _descending(shares)[0]
        yield f"with cores to spare {first} give out first, at {step.taken / share * _FULL:,.0f} taps/s"

    def _more(self) -> Iterator[str]:
        """By what one tap more takes, from the first rate to the last that was kept up with."""
        last, wanted = self.kept[-1], MORE * self.steps[-1].offered
        yield f"{wanted:,.0f} taps/s would take, with no core more than {_FULL:.0%} busy:"
        for part in last.spent:
            slope = _slope(self.kept, part)
            cores = max(1, -(-slope * wanted // _FULL))
            yield f"  {part:<10}{cores:>6,.0f} cores, by {slope * 1e6:,.0f} µs of CPU a tap"
        tables, log = last.written / max(1, last.taps), last.log / max(1, last.taps)
        yield f"  {log * wanted / 2**20:,.0f} MiB/s of PostgreSQL's log, by {log:,.0f} bytes a tap"
        yield f"  {tables * wanted / 2**20:,.0f} MiB/s of its tables, by {tables:,.0f} bytes a tap"


def _descending(shares: Mapping[str, float]) -> list[tuple[str, float]]:
    return sorted(shares.items(), key=lambda each: -each[1])


def _slope(steps: Sequence[Step], part: str) -> float:
    """Seconds of CPU for one tap more; what is spent without any is left out, where that can be told."""
    first, last = steps[0], steps[-1]
    taps = last.taken - first.taken
    seconds = last.spent[part].all / last.seconds - first.spent[part].all / first.seconds
    return seconds / taps if taps > 0 and seconds > 0 else last.each(part)
