"""What a case has cost, in words."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from apps.game_core.modules.inventory.inventory.operation_ids import LOST
from tools.chaos.journal import Journal
from tools.chaos.verdict import Judgement
from tools.failover.cases import Case
from tools.failover.scene import Size

_SHOWN = 10
HEAD = (
    f"{'':44} {'acknowledged':>12} {'lost':>5} {'doubled':>8} {'taken back':>11} {'told':>5} {'silence':>8}"
)


@dataclass(frozen=True, slots=True)
class Outcome:
    case: Case
    size: Size
    journal: Journal
    verdict: Judgement

    @property
    def acknowledged(self) -> int:
        return len(self.journal.words)

    @property
    def told(self) -> int:
        """Players who read that something was lost."""
        return len({each.user_id for each in self.verdict.conflicts if each.kind == LOST})

    @property
    def silence(self) -> float:
        """The longest time in which nobody was told anything, in seconds."""
        times = sorted(word.at for words in self.journal.words.values() for word in words)
        return max((after - before for before, after in pairwise(times)), default=0.0)

    @property
    def meaningful(self) -> bool:
        return self.acknowledged >= self.size.least

    @property
    def good(self) -> bool:
        case, verdict = self.case, self.verdict
        broken = (case.loses_nothing and verdict.lost) or (case.takes_nothing_back and verdict.taken_back)
        return self.meaningful and not verdict.wrong and not broken

    def lines(self) -> Iterator[str]:
        verdict = self.verdict
        yield (
            f"{self.case!s:44} {self.acknowledged:12} {len(verdict.lost):5} {len(verdict.wrong):8} "
            f"{len(verdict.taken_back):11} {self.told:5} {self.silence:6.1f} s"
        )
        if not self.meaningful:
            yield "  too little was acknowledged to mean anything"
        if self.good:
            return
        yield from (f"  {each}" for each in verdict.wrong[:_SHOWN])
        found = [("lost", each.key) for each in verdict.lost] + [
            ("taken back", each) for each in verdict.taken_back
        ]
        for what, key in found[:_SHOWN]:
            yield f"  {what}: player {key[0]}, operation {key[1]}"
            yield from (f"    {entry}" for entry in self.journal.operations[key])
            yield from (f"    conflict: {each}" for each in verdict.conflicts if each.user_id == key[0])
