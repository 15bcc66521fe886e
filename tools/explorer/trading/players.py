"""What players do, and what processes do for them; each is one compare-and-set of one session."""

from collections.abc import Iterator

from tools.explorer.trading.goods import holds, named, piece
from tools.explorer.trading.states import (
    DELETED,
    LEFT,
    Database,
    Past,
    Session,
    State,
    Step,
    Table,
    put,
    with_session,
)
from tools.explorer.trading.world import Book, Kind, Op, Rules, World


class Players:
    """Any process may do any of it at any time: screens and taps are of any age."""

    def __init__(self, world: World, book: Book, rules: Rules) -> None:
        self._world = world
        self._book = book
        self._rules = rules

    def steps(self, state: State, who: int) -> Iterator[Step]:
        session, row = state.sessions[who], state.database.rows[who]
        if session is None:
            if row != DELETED:
                yield Step(f"{_name(who)} loads", with_session(state, who, Session(row, 0, None)))
            return
        if not session.is_checked:
            yield Step(f"{_name(who)} checks the session", verified(state, who, self._book, self._rules))
            return
        if session.table:
            yield from self._at_the_table(state, who, session, session.table)
        else:
            yield from self._sitting_down(state, who, session)
        yield from self.received(state, who)
        yield from self._used(state, who, session)
        if self._world.heals:
            yield from self._healed(state, who, session)
        if not self._rules.escrow:
            yield from self._handed(state, who, session)

    def _at_the_table(self, state: State, who: int, session: Session, table: Table) -> Iterator[Step]:
        if table.mark + 1 < len(self._world.offers[who]):
            yield self._changed(state, who, session, table)
        if not self._world.patience:
            left = with_session(state, who, session._replace(table=None))
            yield Step(f"{_name(who)} leaves the table", _shown(left, who, LEFT))
        for theirs in self._marks_seen(state, who, table):
            confirmed = (table.mark, theirs)
            if confirmed != table.confirmed:
                after = session._replace(table=table._replace(confirmed=confirmed))
                label = f"{_name(who)} confirms table {table.mark}/{theirs} of trade {table.trade + 1}"
                yield Step(label, with_session(state, who, after))
        yield from self._given(state, who, session, table)

    def _changed(self, state: State, who: int, session: Session, table: Table) -> Step:
        mark = table.mark + 1
        confirmed = None if self._rules.change_clears_confirmation else table.confirmed
        after = session._replace(table=Table(table.trade, mark, confirmed))
        label = f"{_name(who)} lays {named(self._world.offers[who][mark])} on the table instead"
        return Step(label, _shown(with_session(state, who, after), who, mark))

    def _marks_seen(self, state: State, who: int, table: Table) -> range:
        """What a screen may show of the other's half: anything that it has been so far."""
        other = self._world.other(table.trade, who)
        theirs = state.sessions[other]
        if theirs is None or theirs.table is None or theirs.table.trade != table.trade:
            return range(0)
        return range(theirs.table.mark + 1)

    def _given(self, state: State, who: int, session: Session, table: Table) -> Iterator[Step]:
        """Whoever has confirmed may be made to give, even if the other has not: more than processes do."""
        if table.confirmed is None:
            return
        own, theirs = table.confirmed
        bit = self._book.bit(who, Kind.GIVE, table.trade, own, theirs)
        [(_, op)] = self._book.of(who, bit)
        checks = self._rules.giving_checks_the_bag
        if session.all & bit or (checks and not self._book.can(who, session.all, op)):
            return
        after = with_session(state, who, session._replace(pending=session.pending | bit, table=None))
        if self._world.heals:
            given = put(after.past.given, who, after.past.given[who] | bit)
            after = after._replace(past=after.past._replace(given=given))
        yield Step(self._said(who, op), after, "W" if own != state.past.marks[who] else None)

    def _sitting_down(self, state: State, who: int, session: Session) -> Iterator[Step]:
        """At each table once: a new table is a new trade."""
        for trade, pair in enumerate(self._world.pairs):
            if who in pair and not state.past.sat[who] >> trade & 1:
                after = with_session(state, who, session._replace(table=Table(trade, 0, None)))
                sat = put(state.past.sat, who, state.past.sat[who] | 1 << trade)
                after = after._replace(past=after.past._replace(sat=sat))
                yield Step(f"{_name(who)} sits down for trade {trade + 1}", _shown(after, who, 0))

    def received(self, state: State, who: int) -> Iterator[Step]:
        """What waits in the inbox comes into the session, which is loaded for it."""
        session = state.sessions[who] or Session(state.database.rows[who], 0, None)
        unread = state.database.posted[who] & ~state.database.rows[who] & ~session.all
        for bit, op in self._book.of(who, unread):
            yield self._made(state, who, session, bit, op)

    def _used(self, state: State, who: int, session: Session) -> Iterator[Step]:
        if not self._world.uses or session.all & 1:
            return
        [(bit, op)] = self._book.of(who, 1)
        held = self._world.offers[who][session.table.mark] if session.table else 0
        if holds(self._book.goods(who, session.all), held + piece(who)):
            yield self._made(state, who, session, bit, op)

    def _healed(self, state: State, who: int, session: Session) -> Iterator[Step]:
        lost = state.past.given[who] & ~session.all & ~state.database.rows[who]
        for bit, op in self._book.of(who, lost):
            if self._book.can(who, session.all, op):
                yield self._made(state, who, session, bit, op)

    def _handed(self, state: State, who: int, session: Session) -> Iterator[Step]:
        """Without escrow: what the other gave is put straight into this session."""
        for other in self._world.characters:
            theirs = state.sessions[other]
            for _, op in self._book.of(other, theirs.all if theirs and other != who else 0):
                if op.kind is Kind.GIVE:
                    bit = self._book.bit(who, Kind.GET, op.trade, op.theirs, op.own)
                    [(_, got)] = self._book.of(who, bit & ~session.all) or [(0, None)]
                    if got:
                        yield self._made(state, who, session, bit, got)

    def _made(self, state: State, who: int, session: Session, bit: int, op: Op) -> Step:
        made = session._replace(pending=session.pending | bit)
        return Step(self._said(who, op), with_session(state, who, made))

    def _said(self, who: int, op: Op) -> str:
        return f"{_name(who)} {self._book.label(op)}"


def refreshed(session: Session, row: Database, who: int, book: Book, rules: Rules) -> Session:
    """A rebase: what the ledger lacks of the session's operations is made again, where it still can be."""
    base = made = row.rows[who]
    for bit, op in sorted(book.of(who, session.pending & ~base), key=lambda each: each[1].kind, reverse=True):
        is_unfounded = book.receipts(who, bit) & ~row.posted[who] and rules.receipts_need_their_row
        if book.can(who, made, op) and not is_unfounded:
            made |= bit
    return Session(base, made & ~base, None)


def verified(state: State, who: int, book: Book, rules: Rules) -> State:
    """A session of another run of a server is compared with its row, and its table is empty then."""
    session, row = state.sessions[who], state.database.rows[who]
    assert session is not None
    if row == DELETED:
        return with_session(state, who, None)
    has_rows = not book.receipts(who, session.pending) & ~state.database.posted[who]
    if session.base == row and (has_rows or not rules.checking_looks_at_receipts):
        table = None if rules.other_run_clears_table else session.table
        return with_session(state, who, session._replace(is_checked=True, table=table))
    return with_session(state, who, refreshed(session, state.database, who, book, rules))


def _shown(state: State, who: int, mark: int) -> State:
    past: Past = state.past
    return state._replace(past=past._replace(marks=put(past.marks, who, mark)))


def _name(who: int) -> str:
    return f"player {who + 1}"
