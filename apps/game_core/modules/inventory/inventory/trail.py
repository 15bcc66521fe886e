"""What players did to a session, by which one that lacks something is known."""

from collections.abc import Iterable, Sequence
from itertools import chain

from apps.game_core.value import Formed, Value

_MOST = 256
_LONGEST = 32


class Run(Value, Formed):
    """Ids of operations of which each made the version after the other's, the first of them `first`.

    A version that `_LONGEST` divides begins another one, so that a step makes little of a trail anew.
    """

    first: int
    op_ids: tuple[str, ...]

    @property
    def following(self) -> int:
        return self.first + len(self.op_ids)

    def after(self, version: int) -> "Run":
        """What came later; perhaps nothing."""
        gone = max(0, version + 1 - self.first)
        return Run(self.first + gone, self.op_ids[gone:]) if gone else self


class Trail(Value):
    """What players did to a session since it was made from the database, as version `since`.

    `runs` have the latest operations that are not known to be written; what only the inbox delivered is not
    among them.
    """

    since: int = 0
    runs: tuple[Run, ...] = ()

    @classmethod
    def of(cls, since: int, made: Iterable[tuple[int, str]]) -> "Trail":
        """`made`: versions and ids of operations."""
        runs: list[tuple[int, list[str]]] = []
        following = None
        for version, op_id in made:
            if version != following or version % _LONGEST == 0:
                runs.append((version, []))
            runs[-1][1].append(op_id)
            following = version + 1
        return cls(since, tuple([Run(first, tuple(op_ids)) for first, op_ids in runs]))

    @property
    def op_ids(self) -> Iterable[str]:
        return chain.from_iterable(run.op_ids for run in self.runs)

    @property
    def made(self) -> Iterable[tuple[int, str]]:
        """Versions and ids."""
        return chain.from_iterable(enumerate(run.op_ids, run.first) for run in self.runs)

    def then(self, version: int, op_id: str) -> "Trail":
        last = self.runs[-1] if self.runs else None
        if last is None or last.following != version or version % _LONGEST == 0:
            return Trail(self.since, _latest((*self.runs, Run(version, (op_id,)))))
        return Trail(self.since, _latest((*self.runs[:-1], Run(last.first, (*last.op_ids, op_id)))))

    def unwritten(self, synced_version: int) -> "Trail":
        """Less what the database has."""
        if not self.runs or self.runs[0].first > synced_version:
            return self
        left = [run.after(synced_version) for run in self.runs]
        return Trail(self.since, tuple([run for run in left if run.op_ids]))


NO_TRAIL = Trail()


def _latest(runs: Sequence[Run]) -> tuple[Run, ...]:
    """The last `_MOST` operations."""
    over = sum([len(run.op_ids) for run in runs]) - _MOST
    while over > 0:
        first, *others = runs
        cut = first.after(first.first + over - 1)
        over -= len(first.op_ids) - len(cut.op_ids)
        runs = (cut, *others) if cut.op_ids else others
    return tuple(runs)
