"""What is given waits in the database, is exchanged or comes back: all in the transaction of its giver."""

from tools.explorer.trading.states import DELETED, Database, Phase, Trade, put
from tools.explorer.trading.world import Book, Kind, Op, Rules

_OFF = Trade(Phase.OFF)


class Settler:
    def __init__(self, book: Book, rules: Rules) -> None:
        self._book = book
        self._rules = rules

    def arrived(self, row: Database, character: int, op: Op) -> tuple[Database, str | None]:
        """The database once this was given, and which invariant that broke."""
        trade = row.trades[op.trade]
        other = self._book.world.other(op.trade, character)
        if trade.phase in (Phase.SETTLED, Phase.OFF) or (trade.phase and trade.giver == character):
            return self.given_back(row, character, op), None
        if row.rows[other] == DELETED and self._rules.deletion_ends_trades:
            return self.given_back(_with(row, op.trade, _OFF), character, op), None
        if trade.phase is Phase.NONE:
            waiting = Trade(Phase.OPEN, character, op.own, op.theirs)
            return _with(row, op.trade, waiting), None
        return self._met(row, character, op, trade)

    def _met(self, row: Database, character: int, op: Op, trade: Trade) -> tuple[Database, str | None]:
        if not self._agree(character, op, trade):
            return self.given_back(self.ended(row, op.trade, trade), character, op), None
        broken = None if (trade.own, trade.theirs) == (op.theirs, op.own) else "C"
        after = self._posted(row, character, Kind.GET, op.trade, (op.own, trade.own))
        if self._rules.posts_both_at_once:
            after = self._posted(after, trade.giver, Kind.GET, op.trade, (trade.own, op.own))
        return _with(after, op.trade, Trade(Phase.SETTLED)), broken

    def _agree(self, character: int, op: Op, trade: Trade) -> bool:
        if not self._rules.compares_fingerprints:
            return True
        if self._rules.marks_are_random:
            return (trade.own, trade.theirs) == (op.theirs, op.own)
        offers = self._book.world.offers
        mine, theirs = offers[character], offers[trade.giver]
        return (theirs[trade.own], mine[trade.theirs]) == (theirs[op.theirs], mine[op.own])

    def ended(self, row: Database, number: int, seen: Trade) -> Database:
        """The trade is off, if it stands as it was seen; what waits in it goes back to its giver."""
        if row.trades[number] != seen and self._rules.expiry_compares:
            return row
        after = _with(row, number, _OFF)
        if not self._rules.ending_gives_back:
            return after
        return self._posted(after, seen.giver, Kind.BACK, number, (seen.own, seen.theirs))

    def given_back(self, row: Database, character: int, op: Op) -> Database:
        return self._posted(row, character, Kind.BACK, op.trade, (op.own, op.theirs))

    def _posted(
        self, row: Database, character: int, kind: Kind, trade: int, marks: tuple[int, int]
    ) -> Database:
        if row.rows[character] == DELETED:
            own_goods = self._book.world.offers[character][marks[0]] if kind is Kind.BACK else 0
            return row._replace(gone=row.gone + own_goods)
        mask = row.posted[character] | self._book.bit(character, kind, trade, *marks)
        return row._replace(posted=put(row.posted, character, mask))


def _with(row: Database, number: int, trade: Trade) -> Database:
    return row._replace(trades=put(row.trades, number, trade))
