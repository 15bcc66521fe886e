"""What a stage has shown, in a line."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from tools.chaos.journal import Journal
from tools.chaos.verdict import Judgement


@dataclass(frozen=True, slots=True)
class Stage:
    """`good`: whether what is promised was kept. `details`: what is said where it was not."""

    name: str
    seen: str
    good: bool
    details: Sequence[str] = ()

    def __str__(self) -> str:
        return f"{self.name:10} {'' if self.good else 'BROKEN: '}{self.seen}"


Tell = Callable[[Stage], None]


def started(seconds: float, what: str) -> Stage:
    """Until `/readyz` of all processes said so."""
    return Stage("start", f"ready within {seconds:.1f} s: {what}", good=True)


def mended(seconds: float) -> Stage:
    return Stage("mending", f"all ready {seconds:.1f} s after the last fault", good=True)


def stuck(phase: str, error: str) -> Stage:
    """What should come within `PATIENCE` did not."""
    return Stage("stuck", f"{phase}: {error}", good=False)


def met(name: str, wrong: Sequence[str]) -> Stage:
    if wrong:
        return Stage(name, wrong[0].splitlines()[0], good=False, details=wrong)
    return Stage(name, "all that was tapped was seen, and is written", good=True)


@dataclass(frozen=True, slots=True)
class Answered:
    """`slowest`: seconds that the last answer took that came."""

    taps: int
    unanswered: int
    slowest: float


def replaced(name: str, answered: Answered, seconds: Mapping[str, float], killed: Sequence[str]) -> Stage:
    """`seconds` that each process took to end; `killed` are those that took too long."""
    late = f"; {', '.join(killed)} had to be killed" if killed else ""
    ended = f"{len(seconds)} processes, ended within {max(seconds.values(), default=0.0):.1f} s each{late}"
    told = f"{answered.taps} taps meanwhile, {answered.unanswered} without an answer"
    good = not answered.unanswered and not killed and answered.taps > 0
    return Stage(name, f"{ended}; {told}, the slowest after {answered.slowest:.1f} s", good)


def suffered(seconds: float, journal: Journal, least: int) -> Stage:
    count = len(journal.words)
    broken = ", ".join(f"{name} {times}" for name, times in sorted(journal.done.items()))
    told = f"{count} operations acknowledged so far, least {least}"
    return Stage("chaos", f"{seconds:.0f} s: {broken}; {told}", good=count >= least)


def audited(journal: Journal, verdict: Judgement, details: Sequence[str]) -> Stage:
    gone = sum(each.with_a_master for each in verdict.excused)
    counts = (
        f"{len(journal.words)} acknowledged, {len(journal.trades)} trades; {len(verdict.lost)} lost, "
        f"{len(verdict.wrong)} doubled or unlike, {len(verdict.taken_back)} taken back"
    )
    masters = f"{gone} went with a master and the bot that told, in {len(journal.master_changes)} accidents"
    return Stage("audit", f"{counts}; {masters}", verdict.good, () if verdict.good else details)
