"""Breadth first through every state of a world, so that the first trace to a violation is a shortest one."""

from collections.abc import Collection, Hashable, Iterator
from itertools import chain, pairwise

from tools.explorer.trading.accidents import Accidents, Workers
from tools.explorer.trading.invariants import broken_for_players, broken_in_database, waiting
from tools.explorer.trading.players import Players, verified
from tools.explorer.trading.states import DELETED, State, Step, initial, with_session
from tools.explorer.trading.world import Book, Rules, World
from tools.support.found import Found

_ROUNDS = 40


class TradeExplorer:
    """`until` stops at the first violation of that invariant; `limit` gives up after so many states."""

    def __init__(
        self, world: World, rules: Rules | None = None, *, until: str | None = None, limit: int | None = None
    ) -> None:
        self._rules = rules or Rules()
        self._world, self._book = world, Book(world)
        self._players = Players(world, self._book, self._rules)
        self._workers = Workers(self._book, self._rules)
        self._accidents = Accidents(world, self._book, self._rules)
        self._until, self._limit = until, limit
        self._parents: dict[State, State] = {}
        self._same: dict[Hashable, Hashable] = {}
        self._ended: dict[Hashable, bool] = {}
        self._found = Found()

    @property
    def standing(self) -> str:
        """How far it is, while it runs in another thread."""
        return f"{len(self._parents):,} states"

    @property
    def states(self) -> Collection[State]:
        """What was reached so far."""
        return self._parents.keys()

    def run(self) -> Found:
        start, found = self._shared(initial(self._world)), self._found
        self._parents[start] = start
        frontier = [start]
        while frontier and found.complete and self._until not in found.violations:
            frontier = self._level(frontier)
            found.depth += bool(frontier)
        found.states = len(self._parents)
        return found

    def _level(self, frontier: list[State]) -> list[State]:
        following: list[State] = []
        for state in frontier:
            for step in self._steps(state):
                self._found.transitions += 1
                is_known = step.state in self._parents
                if is_known and not step.broken:
                    continue
                after = self._shared(step.state)
                self._parents.setdefault(after, state)
                broken = self._broken(after, step)
                if not broken:
                    following.append(after)
                for name in broken:
                    if name not in self._found.violations:
                        self._found.violations[name] = self._trace(state, step)
            if self._limit is not None and len(self._parents) >= self._limit:
                self._found.complete = False
                break
        return following

    def _steps(self, state: State) -> Iterator[Step]:
        for who in self._world.characters:
            yield from self._players.steps(state, who)
            yield from self._workers.steps(state, who)
            yield from self._workers.deaths(state, who)
        yield from self._workers.ends(state)
        yield from self._accidents.steps(state)

    def _broken(self, state: State, step: Step) -> tuple[str, ...]:
        book = self._book
        broken = chain(broken_in_database(state.database, book), broken_for_players(state, book))
        found = (*broken, step.broken) if step.broken else tuple(broken)
        return found or (() if self._ends(state) else ("E",))

    def _ends(self, state: State) -> bool:
        """Whether workers alone end every trade, deliver everything and make all sessions clean."""
        calm = state._replace(past=state.past._replace(marks=()), disk=None, backup=None)
        key = (calm.database, calm.sessions, calm.writes)
        known = self._ended.get(key)
        if known is None:
            self._ended[key] = known = self._drains(calm)
        return known

    def _drains(self, state: State) -> bool:
        for _ in range(_ROUNDS):
            step = next(self._chores(state), None)
            if step is None:
                break
            state = step.state
        row = state.database
        unread = [self._unread(state, who) for who in self._world.characters]
        dirty = [session for session in state.sessions if session and session.pending]
        return not waiting(row, self._book) and not any(unread) and not dirty

    def _unread(self, state: State, who: int) -> int:
        mask = state.database.rows[who]
        return 0 if mask == DELETED else state.database.posted[who] & ~mask

    def _chores(self, state: State) -> Iterator[Step]:
        for who in self._world.characters:
            session, row = state.sessions[who], state.database.rows[who]
            if state.writes[who] is not None or (session and session.is_checked and session.pending):
                yield from self._workers.steps(state, who)
            elif session and (not session.is_checked or row == DELETED):
                yield Step("", verified(state, who, self._book, self._rules))
            elif session and session.base != row:
                yield Step("", with_session(state, who, None))
            elif self._unread(state, who):
                yield from self._players.received(state, who)
        yield from self._workers.ends(state)

    def _shared(self, state: State) -> State:
        same = self._same
        return State(*[same.setdefault(part, part) for part in state])  # type: ignore[arg-type] # part for part

    def _trace(self, before: State, last: Step) -> tuple[str, ...]:
        path = [before]
        while (earlier := self._parents[path[-1]]) is not path[-1]:
            path.append(earlier)
        path.reverse()
        labels = [
            next(step.label for step in self._steps(one) if step.state == other)
            for one, other in pairwise(path)
        ]
        return (*labels, last.label)
