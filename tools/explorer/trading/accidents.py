"""What writes sessions to the database, what ends trades, and what breaks."""

from collections.abc import Iterator

from tools.explorer.trading.players import refreshed
from tools.explorer.trading.settling import Settler
from tools.explorer.trading.states import (
    DELETED,
    Database,
    Phase,
    State,
    Step,
    Write,
    put,
    with_session,
    with_write,
)
from tools.explorer.trading.world import Book, Kind, Rules, World


class Workers:
    def __init__(self, book: Book, rules: Rules) -> None:
        self._book = book
        self._rules = rules
        self._settler = Settler(book, rules)

    def steps(self, state: State, who: int) -> Iterator[Step]:
        write, session = state.writes[who], state.sessions[who]
        name = f"worker of player {who + 1}"
        if write is None:
            if session and session.is_checked and session.pending:
                claim = Write(session.base, session.pending)
                yield Step(f"{name} claims", with_write(state, who, claim))
            elif session and session.is_checked and not self._book.world.patience:
                yield Step(f"session of player {who + 1} expires", with_session(state, who, None))
        elif write.is_committed:
            yield self._acknowledged(state, who, write, name)
        else:
            yield self._committed(state, who, write, name)

    def deaths(self, state: State, who: int) -> Iterator[Step]:
        if state.writes[who] is not None and not self._book.world.patience:
            yield Step(f"worker of player {who + 1} dies", with_write(state, who, None))

    def ends(self, state: State) -> Iterator[Step]:
        """Whoever finds a trade open for too long ends it a moment later."""
        row = state.database
        if not self._rules.overdue_trades_end:
            return
        if state.overdue is None:
            for number, trade in enumerate(row.trades):
                if trade.phase is Phase.OPEN:
                    yield Step(f"trade {number + 1} is overdue", state._replace(overdue=(number, trade)))
            return
        number, seen = state.overdue
        after = self._settler.ended(row, number, seen)
        label = f"trade {number + 1} is called off" if after is not row else "the trade has ended meanwhile"
        broken = _reopened(row, after)
        yield Step(label, state._replace(database=after, overdue=None), broken)

    def _committed(self, state: State, who: int, write: Write, name: str) -> Step:
        row, rest = state.database, with_write(state, who, None)
        is_current = row.rows[who] == write.base or not self._rules.writes_are_fenced
        if row.rows[who] == DELETED or not is_current or not self._has_receipts(row, who, write):
            return self._missed(rest, who, write, name)
        after = row._replace(rows=put(row.rows, who, write.base | write.ops))
        broken = None
        if self._rules.gives_and_settles_at_once:
            after, broken = self._settled(after, who, write)
        committed = with_write(state._replace(database=after), who, write._replace(is_committed=True))
        return Step(f"{name} commits", committed, broken or _reopened(row, after))

    def _has_receipts(self, row: Database, who: int, write: Write) -> bool:
        receipts = self._book.receipts(who, write.ops)
        return not (receipts & ~row.posted[who]) or not self._rules.receipts_need_their_row

    def _missed(self, rest: State, who: int, write: Write, name: str) -> Step:
        """Another row: the claim is stale, or the session is made anew upon the row."""
        session, row = rest.sessions[who], rest.database
        if session is None or row.rows[who] == DELETED:
            return Step(f"{name} finds nobody to write for", with_session(rest, who, None))
        if session.base == row.rows[who] and session.base != write.base:
            return Step(f"{name} drops its stale claim", rest)
        fresh = refreshed(session, row, who, self._book, self._rules)
        return Step(f"{name} makes the session anew", with_session(rest, who, fresh))

    def _settled(self, row: Database, who: int, write: Write) -> tuple[Database, str | None]:
        broken = None
        for _, op in self._book.of(who, write.ops):
            if op.kind is Kind.GIVE and self._rules.escrow:
                row, wrong = self._settler.arrived(row, who, op)
                broken = broken or wrong
        return row, broken

    def _acknowledged(self, state: State, who: int, write: Write, name: str) -> Step:
        after, broken = with_write(state, who, None), None
        if not self._rules.gives_and_settles_at_once:
            row, broken = self._settled(state.database, who, write)
            after = after._replace(database=row)
        session = state.sessions[who]
        if session is None or session.base != write.base or write.ops & ~session.pending:
            return Step(f"{name} has nothing to acknowledge", after, broken)
        written = session._replace(base=session.base | write.ops, pending=session.pending & ~write.ops)
        return Step(f"{name} acknowledges", with_session(after, who, written), broken)


class Accidents:
    def __init__(self, world: World, book: Book, rules: Rules) -> None:
        self._world = world
        self._book = book
        self._rules = rules
        self._settler = Settler(book, rules)

    def steps(self, state: State) -> Iterator[Step]:
        past = state.past
        if past.losses < self._world.losses:
            yield from self._losses(state)
        if past.restores < self._world.restores:
            yield from self._restores(state)
        if past.deaths < self._world.deaths:
            for who in self._world.characters:
                yield self._deleted(state, who)

    def _losses(self, state: State) -> Iterator[Step]:
        past = state.past._replace(losses=state.past.losses + 1)
        for who in self._world.characters:
            if state.sessions[who] is not None:
                yield Step(f"Redis loses player {who + 1}", self._without(state._replace(past=past), who))
        if not self._world.rewinds:
            return
        if state.disk is None:
            yield Step("Redis writes its file", state._replace(disk=state.sessions))
        else:
            old = [each and each._replace(is_checked=False) for each in state.disk]
            back = state._replace(past=past, sessions=tuple(old), disk=None)
            yield Step("Redis comes back from its file", self._without_writes(back))

    def _without(self, state: State, who: int) -> State:
        lost = with_session(state, who, None)
        return lost if self._world.late else with_write(lost, who, None)

    def _without_writes(self, state: State) -> State:
        return state if self._world.late else state._replace(writes=(None,) * len(state.writes))

    def _restores(self, state: State) -> Iterator[Step]:
        if state.backup is None:
            yield Step("a backup is made", state._replace(backup=state.database))
            return
        past = state.past._replace(restores=state.past.restores + 1)
        sessions = tuple([each and each._replace(is_checked=False) for each in state.sessions])
        back = state._replace(database=state.backup, backup=None, sessions=sessions, past=past, overdue=None)
        yield Step("PostgreSQL comes back from the backup", self._without_writes(back))

    def _deleted(self, state: State, who: int) -> Step:
        """The character with all that is theirs; its session is found and discarded later."""
        row = state.database
        gone = row.gone + self._book.owned(who, row.rows[who], row.posted[who])
        after = row._replace(rows=put(row.rows, who, DELETED), posted=put(row.posted, who, 0), gone=gone)
        for number, trade in enumerate(row.trades):
            is_theirs = trade.phase is Phase.OPEN and who in self._world.pairs[number]
            if is_theirs and self._rules.deletion_ends_trades:
                after = self._settler.ended(after, number, trade)
        past = state.past._replace(deaths=state.past.deaths + 1)
        dead = state._replace(database=after, past=past)
        return Step(f"player {who + 1} is deleted", dead)


def _reopened(before: Database, after: Database) -> str | None:
    """What was told of a trade that ended is true for ever."""
    for old, new in zip(before.trades, after.trades, strict=True):
        if old.phase in (Phase.SETTLED, Phase.OFF) and new != old:
            return "S"
    return None
