"""Breadth first through every state, so that the first trace to a violation is a shortest one."""

from collections.abc import Hashable, Iterator
from dataclasses import replace
from itertools import chain

from tools.explorer.actors import AT_REST
from tools.explorer.canonical import canonical, distinguished
from tools.explorer.clients import client_steps
from tools.explorer.faults import environment_steps
from tools.explorer.invariants import (
    broken_between,
    broken_in_database,
    broken_in_redis,
    i9_is_accounted_for,
)
from tools.explorer.judging import found as found_in
from tools.explorer.parts import Database, Redis
from tools.explorer.protocol import THE_PROTOCOL, Bounds, Protocol
from tools.explorer.reduction import reduced
from tools.explorer.states import FREE, ORPHANED, State, Step, initial
from tools.explorer.workers import worker_deaths, worker_steps
from tools.support.found import Found

_BITS = 26  # room for 67 million different parts of one kind
_DRAIN_STEPS = 40
_REMEMBERED = 100_000
_FIRST_NUMBER = 1000  # tokens of a printed trace, apart from canonical ones


class _Part:
    """Different values of one component of the state, by number."""

    def __init__(self) -> None:
        self._numbers: dict[Hashable, int] = {}
        self.values: list[Hashable] = []

    def number(self, value: Hashable) -> int:
        found = self._numbers.get(value)
        if found is None:
            self._numbers[value] = found = len(self.values)
            self.values.append(value)
        return found


class Explorer:
    """`at_first` stops at the first violation, `until` at one of that invariant.

    `limit` gives up after so many states; `drain` looks for L.
    """

    def __init__(
        self,
        protocol: Protocol = THE_PROTOCOL,
        bounds: Bounds | None = None,
        *,
        reduce: bool = True,
        at_first: bool = False,
        until: str | None = None,
        limit: int | None = None,
        drain: bool = True,
    ) -> None:
        self._protocol = protocol
        self._bounds = bounds or Bounds()
        self._reduce = reduce
        self._at_first = at_first
        self._until = until
        self._limit = limit
        self._drain = drain
        self._parts = [_Part() for _ in State._fields]
        self._parents: dict[int, int] = {}
        self._verdicts: dict[Hashable, tuple[str, ...]] = {}
        self._reached: set[State] = set()
        """As steps made them: every other step makes one that was looked at before it had a name."""
        self._found = Found()
        self._looked_at = 0

    @property
    def standing(self) -> str:
        """How far it is, while it runs in another thread."""
        known = len(self._parents)
        return f"{known:,} states, {known - self._looked_at:,} to look at"

    def run(self) -> Found:
        found = self._found
        first = initial(self._bounds.clients, self._bounds.workers)
        start = self._pack(canonical(first, self._protocol, reduce=self._reduce))
        self._parents[start] = start
        frontier = [start]
        while frontier and found.complete and not self._is_enough():
            frontier = self._level(frontier)
            found.depth += bool(frontier)
        found.states = len(self._parents)
        return found

    def _is_enough(self) -> bool:
        violations = self._found.violations
        return bool(violations) and (self._at_first or self._until in violations)

    def _level(self, frontier: list[int]) -> list[int]:
        following: list[int] = []
        reached = self._reached
        for packed in frontier:
            self._looked_at += 1
            if len(reached) > _REMEMBERED:
                reached.clear()  # those of late come again, and a long run needs its memory
            for step in self._steps(self._unpack(packed)):
                self._found.transitions += 1
                if step.state in reached and not step.broken:
                    continue
                reached.add(step.state)
                state = canonical(step.state, self._protocol, reduce=self._reduce)
                number = self._pack(state)
                is_known = number in self._parents
                if is_known and not step.broken:
                    continue
                self._parents.setdefault(number, packed)
                broken = self._broken(state, step)
                if not broken:
                    following.append(number)
                for name in broken:
                    if name not in self._found.violations:
                        self._found.violations[name] = self._trace(packed, number)
            if self._limit is not None and len(self._parents) >= self._limit:
                self._found.complete = False
                break
        return following

    def _steps(self, state: State) -> Iterator[Step]:
        protocol, bounds = self._protocol, self._bounds
        yield from environment_steps(state, protocol, bounds)
        for number in range(len(state.clients)):
            if number and self._is_twin(state, number) and state.lock in (FREE, ORPHANED):
                continue
            yield from client_steps(state, number, protocol, bounds)
        for number, worker in enumerate(state.workers):
            if number and worker == state.workers[number - 1]:
                continue
            yield from worker_steps(state, number, protocol, bounds)
            yield from worker_deaths(state, number)

    @staticmethod
    def _is_twin(state: State, number: int) -> bool:
        """Whether the client can do nothing that the one before it cannot do."""
        alike = state.clients[number] == state.clients[number - 1]
        return alike and state.minds[number] == state.minds[number - 1]

    def _broken(self, state: State, step: Step) -> tuple[str, ...]:
        row, redis, history = state.database, state.redis, state.history
        key = (row, redis, history.acked, history.losses > 0, history.restores)
        broken = self._verdicts.get(key)
        if broken is None:
            broken = tuple(chain(self._broken_parts(row, redis), broken_between(state, self._bounds)))
            if not broken and self._drain and not self._drains(state):
                broken = ("L",)
            self._verdicts[key] = broken
        if not i9_is_accounted_for(state):
            broken = (*broken, "I9")
        return (*broken, step.broken) if step.broken else broken

    def _broken_parts(self, row: Database, redis: Redis) -> Iterator[str]:
        yield from broken_in_database(row)
        yield from broken_in_redis(redis)

    def _drains(self, state: State) -> bool:
        """Whether one worker, left alone, ends with a clean session and every acknowledged operation."""
        alone = state._replace(workers=(AT_REST,), clients=(), minds=())
        for _ in range(_DRAIN_STEPS):
            step = next(
                worker_steps(alone, 0, self._protocol, replace(self._bounds, tokens=99, minds=False)), None
            )
            if step is None:
                break
            alone = canonical(step.state, self._protocol, reduce=self._reduce)
        control = alone.redis.control
        if control is not None and control.is_dirty:
            return False
        blameless = state.history.losses or state.history.restores
        return bool(blameless) or not alone.history.acked & ~found_in(alone)

    def _pack(self, state: State) -> int:
        packed = 0
        for part, value in zip(self._parts, state, strict=True):
            packed = packed << _BITS | part.number(value)
        return packed

    def _unpack(self, packed: int) -> State:
        values = []
        for part in reversed(self._parts):
            values.append(part.values[packed & (1 << _BITS) - 1])
            packed >>= _BITS
        return State(*reversed(values))  # type: ignore[arg-type] # each part keeps values of its own kind

    def _trace(self, before: int, number: int) -> tuple[str, ...]:
        """Replay the path on uncanonical states, so that everybody keeps their name throughout."""
        path = [number, before]
        while (earlier := self._parents[path[-1]]) != path[-1]:
            path.append(earlier)
        state, labels = initial(self._bounds.clients, self._bounds.workers), []
        for position, wanted in enumerate(reversed(path[:-1])):
            step = self._towards(state, wanted, _FIRST_NUMBER + position)
            labels.append(step.label)
            state = step.state
        return tuple(labels)

    def _towards(self, state: State, wanted: int, number: int) -> Step:
        for step in sorted(self._steps(state), key=lambda step: step.broken is None):
            after = distinguished(step.state, self._protocol, number)
            if self._reduce:
                after = reduced(after, self._protocol)
            if self._pack(canonical(after, self._protocol, reduce=self._reduce)) == wanted:
                return step._replace(state=after)
        raise AssertionError(state)
