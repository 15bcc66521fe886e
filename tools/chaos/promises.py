"""What was promised, held against what players were told: pure arithmetic on the journal."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from apps.game_core.modules.inventory.inventory.operation_ids import LOST
from apps.game_core.settings import CoreSettings
from tools.chaos.journal import Conflict, Journal, Key, Taken, Word
from tools.chaos.names import trade_of

_ONE_WRITE = 1.0
_ON_ITS_WAY = 1.5
# Until the last process has noticed that the database is an older one, and its answers have arrived.
_NOTICING = 5.0
_UNWRITTEN = 10.0


@dataclass(frozen=True, slots=True)
class Lost:
    """An acknowledged operation that PostgreSQL does not have; `age` in seconds when Redis died.

    `age` None: no death of Redis explains it. `refused`: it was given up, and its player told.
    `excused`: within what is promised. `with_a_master`: because one went, and with it the bot that had told.
    """

    key: Key
    age: float | None
    refused: bool
    excused: bool
    with_a_master: bool = False


@dataclass(frozen=True, slots=True)
class Bound:
    """How old a change may be that dies with a Redis without memory. Seconds.

    `lag`: the workers' period and pause, and one write; `lease` comes on top when a worker had just died.
    """

    lag: float
    lease: float

    def allowed(self, kill: float, worker_deaths: Iterable[float]) -> float:
        recent = any(kill - self.lease - self.lag <= death <= kill for death in worker_deaths)
        return self.lag + (self.lease if recent else 0.0)


def bound(settings: CoreSettings) -> Bound:
    waiting = settings.inventory_sync_period + settings.inventory_worker_period
    return Bound(waiting + _ONE_WRITE, settings.inventory_sync_lease)


@dataclass(frozen=True, slots=True)
class Promises:
    """No `bound`: a death of Redis may take nothing away."""

    journal: Journal
    bound: Bound | None

    def missing(self, ledger: Collection[Key], conflicts: Collection[Conflict]) -> list[Lost]:
        """Everything that players were told of and that the ledger does not have."""
        given_up = {(each.user_id, each.op_id) for each in conflicts}
        missing = sorted(self.journal.words.keys() - ledger)
        return [self._lost(key, conflicts, refused=key in given_up) for key in missing]

    def done_twice(self) -> Iterator[Key]:
        """What was told as done just now, though it had taken effect before: it will be taken back."""
        for key, words in self.journal.words.items():
            if any(self._is_twice(key, word, earlier) for word in words for earlier in words):
                yield key

    def _is_twice(self, key: Key, word: Word, earlier: Word) -> bool:
        if word is earlier or word.repeated or earlier.at > word.at:
            return False
        if earlier.at > word.sent and not self._is_second(earlier, word):
            return False
        if self.journal.went_with_a_master(earlier):
            return False
        died = self._died_between(earlier.at, word.at) is not None
        return not (died or any(self.journal.takings(key, earlier.at - _NOTICING, word.at)))

    def _is_second(self, earlier: Word, word: Word) -> bool:
        """Of two taps on their way at once one is new, unless Redis died under it and the other was first."""
        died = any(earlier.sent <= kill <= word.at for kill in self.journal.redis_kills)
        return not earlier.repeated and not died

    def _lost(self, key: Key, conflicts: Collection[Conflict], *, refused: bool) -> Lost:
        words = self.journal.words[key]
        told = max((word.at for word in words if not word.repeated), default=words[0].at)
        _, name = key
        # What is said of a trade is read from the database, which no death of Redis changes.
        age = None if trade_of(name) else self._died_between(told, told + _FOREVER)
        if age is not None:
            return Lost(key, age, refused, excused=True)
        if not trade_of(name) and all(map(self.journal.went_with_a_master, words)):
            return Lost(key, None, refused, excused=True, with_a_master=True)
        if refused:
            return Lost(key, None, refused, excused=self._may_be_given_up(key, told))
        taken = max(self.journal.takings(key, told - _NOTICING, _FOREVER), key=_time, default=None)
        excused = (
            taken is not None
            and all(word.at <= taken.at + _NOTICING for word in words)
            and _is_told(key, taken, conflicts)
        )
        return Lost(key, self._oldest_age(told), refused, excused=excused)

    def _may_be_given_up(self, key: Key, told: float) -> bool:
        """Only where the database became an older one, or what an operation stood upon was lost."""
        if any(self.journal.takings(key, told - _NOTICING, _FOREVER)):
            return True
        return any(each.restore and -_NOTICING <= each.at - told <= _UNWRITTEN for each in self.journal.taken)

    def _died_between(self, told: float, until: float) -> float | None:
        """How old the word was when a Redis without memory died, if that explains its loss."""
        if self.bound is None:
            return None
        age = self._oldest_age(told)
        kill = self._next_kill(told)
        if age is None or kill is None or kill > until:
            return None
        return age if age <= self.bound.allowed(kill, self.journal.worker_deaths) else None

    def _oldest_age(self, told: float) -> float | None:
        kill = self._next_kill(told)
        return None if self.bound is None or kill is None else max(0.0, kill - told)

    def _next_kill(self, told: float) -> float | None:
        # When Redis died the answer may have been on its way already.
        return next((kill for kill in self.journal.redis_kills if kill >= told - _ON_ITS_WAY), None)


_FOREVER = float("inf")


def _time(taken: Taken) -> float:
    return taken.at


def _is_told(key: Key, taken: Taken, conflicts: Collection[Conflict]) -> bool:
    user_id, _ = key
    return user_id not in taken.must_hear or any(
        each.user_id == user_id and each.kind == LOST and each.told >= taken.clock for each in conflicts
    )
