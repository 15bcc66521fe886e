"""What a campaign showed, in words."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from apps.game_core.modules.inventory.inventory.operation_ids import LOST
from tools.chaos.journal import Entry, Journal, Key
from tools.chaos.plan import Kind, Persistence, Plan
from tools.chaos.verdict import Judgement

_RETRIES = ("sync round failed", "batch not written, trying one by one", "session not written")
_SHOWN = 20
_AROUND = 6.0


@dataclass(frozen=True, slots=True)
class Report:
    """`seconds` of play; `events` are the processes' log events with their numbers.

    `clock`: what stepped Redis' clock.
    """

    plan: Plan
    seconds: float
    journal: Journal
    verdict: Judgement
    events: Counter[str]
    clock: str = ""

    @property
    def meaningful(self) -> bool:
        return not [*self._too_little()]

    @property
    def good(self) -> bool:
        return self.verdict.good and self.meaningful

    def lines(self) -> Iterator[str]:
        yield from self._summary()
        yield from self._too_little()
        if not self.verdict.good:
            yield from self.evidence()
        if not self.good:
            yield f"Again: {self._command()}"

    def _too_little(self) -> Iterator[str]:
        told, least = len(self.journal.words), self.plan.least
        if told < least:
            yield f"Too little was acknowledged to mean anything: {told} of at least {least} operations."
        settled, least = len(self.journal.trades), self.plan.least_trades
        if settled < least:
            yield f"Too few trades were settled to mean anything: {settled} of at least {least}."
        dealt, least = self.journal.dealt, self.plan.least_deals
        if dealt < least:
            yield f"Too few deals were made to mean anything: {dealt} of at least {least}."

    def _summary(self) -> Iterator[str]:
        journal, verdict, plan = self.journal, self.verdict, self.plan
        acknowledged = len(journal.words)
        rate = acknowledged / self.seconds
        how = f"{', strict' * plan.strict}{', behind a pooler' * plan.pooled}"
        redis = "a cluster" if plan.clustered else f"Redis with {plan.persistence}"
        mode = f"{plan.bots} bots, {redis}{how}"
        yield f"seed {plan.seed}: {self.seconds:.0f} s, {plan.players} players, {mode}"
        yield f"  taps           {_counted(journal.taps)}"
        yield f"  answers        {_counted(journal.answers)}"
        yield f"  told before    {_counted(journal.redelivered)}; after {journal.oldest:.0f} s at most"
        stepped = f"; clock stepped by {self.clock}" if Kind.STEP_CLOCK in journal.done else ""
        yield f"  faults         {_counted(journal.done)}{stepped}"
        yield f"  rebases        {self.events['session rebased']}"
        yield f"  retried writes {sum(self.events[event] for event in _RETRIES)}"
        yield f"  acknowledged   {acknowledged} operations ({rate:.1f} a second, least {self.plan.least})"
        yield from self._trades()
        yield f"  lost           {len(verdict.lost)}{self._losses()}"
        yield f"  doubled        {len(verdict.wrong)} (or items more or fewer, or sessions unlike their rows)"
        yield f"  taken back     {len(verdict.taken_back)}"
        yield from self._excused()
        yield from self._with_masters()

    def _trades(self) -> Iterator[str]:
        """Called off are those for which one side or both had given; others were only left."""
        journal, found = self.journal, self.verdict.tables
        told = f"{len(journal.trades)} told as settled (least {self.plan.least_trades})"
        left = len({name for _, name in journal.off})
        yield f"  trades         {told}, {found.settled} settled, {found.off} called off, {left} told as left"
        sold = ", ".join(map(str, self.verdict.shelves)) or "none"
        yield f"  deals          {journal.dealt}: {_counted(journal.deals)}; limited: {sold}"

    def _excused(self) -> Iterator[str]:
        """What the database's return to a backup, or half a session's loss, took away as promised."""
        if self.journal.taken:
            given_up = sum(loss.refused for loss in self.verdict.excused)
            told = {each.user_id for each in self.verdict.conflicts if each.kind == LOST}
            forgotten = len(self.verdict.excused) - given_up
            yield (
                f"  excused        {forgotten} that a backup or half a session lacked, {given_up} given up "
                f"then; {len(told)} players were told of a loss"
            )

    def _with_masters(self) -> Iterator[str]:
        if changes := len(self.journal.master_changes):
            gone = [each for each in self.verdict.excused if each.with_a_master]
            yield f"  with masters   {len(gone)} went, with the bot that told, in {changes} deaths of nodes"

    def _losses(self) -> str:
        if not self.verdict.missing or self.plan.persistence is not Persistence.NONE:
            return ""
        count = len(self.verdict.missing)
        oldest = self.verdict.oldest_loss
        return f" beyond the promise; {count} in all, the oldest {oldest:.2f} s old when Redis died"

    def evidence(self) -> Iterator[str]:
        """What is amiss, with its history."""
        yield from self.verdict.wrong[:_SHOWN]
        for loss in self.verdict.lost[:_SHOWN]:
            yield from self._history("lost", loss.key)
        for key in self.verdict.taken_back[:_SHOWN]:
            yield from self._history("taken back", key)
        yield "faults:"
        yield from map(str, self.journal.faults)

    def _command(self) -> str:
        plan = self.plan
        options = f"--minutes {plan.seconds / 60:g} --players {plan.players} --bots {plan.bots}"
        mode = f"--persistence {plan.persistence}{' --strict' * plan.strict}{' --pooler' * plan.pooled}"
        mode += " --cluster" * plan.clustered
        return f"python3 run.py chaos --seed {plan.seed} {options} {mode}"

    def _history(self, what: str, key: Key) -> Iterator[str]:
        user_id, op_id = key
        yield f"{what}: player {user_id}, operation {op_id}"
        noted = self.journal.operations[key]
        near = {fault for entry in noted for fault in _near(self.journal.faults, entry.at)}
        yield from (f"  {entry}" for entry in sorted([*noted, *near], key=lambda entry: entry.at))
        told = [each for each in self.verdict.conflicts if each.user_id == user_id]
        yield from (
            f"  conflict: {each.kind} {each.op_id}"
            for each in told
            if each.kind == LOST or each.op_id == op_id
        )


def _near(entries: list[Entry], at: float) -> list[Entry]:
    return [entry for entry in entries if abs(entry.at - at) < _AROUND]


def _counted(counts: Mapping[str, int] | Mapping[Kind, int]) -> str:
    return ", ".join(f"{name} {count}" for name, count in sorted(counts.items()))
