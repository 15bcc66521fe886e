"""What a campaign showed, in words."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bot.chaos.journal import Entry, Journal
from bot.chaos.plan import Kind, Persistence, Plan
from bot.chaos.verdict import Lost, Verdict

_RETRIES = ("sync round failed", "batch not written, trying one by one", "session not written")
_SHOWN = 20
_AROUND = 6.0


@dataclass(frozen=True, slots=True)
class Report:
    """`seconds` of play; `events` are the processes' log events with their numbers."""

    plan: Plan
    seconds: float
    journal: Journal
    verdict: Verdict
    events: Counter[str]

    @property
    def good(self) -> bool:
        return self.verdict.good

    def lines(self) -> Iterator[str]:
        yield from self._summary()
        if not self.good:
            yield from self._evidence()

    def _summary(self) -> Iterator[str]:
        journal, verdict, plan = self.journal, self.verdict, self.plan
        acknowledged = len(journal.acknowledged)
        rate = acknowledged / self.seconds
        mode = f"Redis with {plan.persistence}{', strict' * plan.strict}"
        yield f"seed {plan.seed}: {self.seconds:.0f} s, {plan.players} players, {mode}"
        yield f"  taps           {_counted(journal.taps)}"
        yield f"  answers        {_counted(journal.answers)}"
        yield f"  faults         {_counted(journal.done)}"
        yield f"  rebases        {self.events['session rebased']}"
        yield f"  retried writes {sum(self.events[event] for event in _RETRIES)}"
        yield f"  acknowledged   {acknowledged} operations ({rate:.1f} a second)"
        yield f"  lost           {len(verdict.lost)}{self._losses()}"
        yield f"  doubled        {len(verdict.wrong)} (or items more or fewer, or sessions unlike their rows)"

    def _losses(self) -> str:
        if not self.verdict.lost or self.plan.persistence is not Persistence.NONE:
            return ""
        late = sum(not loss.excused for loss in self.verdict.lost)
        return f", the oldest {self.verdict.oldest_loss:.2f} s old when Redis died; {late} beyond the promise"

    def _evidence(self) -> Iterator[str]:
        yield from self.verdict.wrong[:_SHOWN]
        for loss in [loss for loss in self.verdict.lost if not loss.excused][:_SHOWN]:
            yield from self._history(loss)
        yield "faults:"
        yield from map(str, self.journal.faults)
        yield f"Again: {self._command()}"

    def _command(self) -> str:
        plan = self.plan
        options = f"--minutes {plan.seconds / 60:g} --players {plan.players} --persistence {plan.persistence}"
        return f"python3 run.py chaos --seed {plan.seed} {options}{' --strict' * plan.strict}"

    def _history(self, loss: Lost) -> Iterator[str]:
        user_id, op_id = loss.key
        told = self.journal.acknowledged[loss.key]
        yield f"lost: player {user_id}, operation {op_id}{', given up in a rebase' * loss.refused}"
        entries = [*self.journal.operations[loss.key], *_near(self.journal.faults, told)]
        yield from (f"  {entry}" for entry in sorted(entries, key=lambda entry: entry.at))


def _near(entries: list[Entry], at: float) -> list[Entry]:
    return [entry for entry in entries if abs(entry.at - at) < _AROUND]


def _counted(counts: Mapping[str, int] | Mapping[Kind, int]) -> str:
    return ", ".join(f"{name} {count}" for name, count in sorted(counts.items()))
