"""What must hold in every state; some of it belongs to steps, which report it."""

from collections.abc import Iterator, Mapping

from tools.explorer.trading.states import DELETED, Database, Phase, Session, State
from tools.explorer.trading.world import Book, Kind

TEXTS: Mapping[str, str] = {
    "C": "what is settled is the table that both have confirmed, to the last change",
    "W": "nothing is given for a table that its giver has changed or left",
    "S": "a trade that was told as settled, or as off, is so for ever",
    "K": "in the database pieces and coins are as many as ever: bags, what waits in trades, inboxes",
    "P": "no bag holds less than nothing, or one piece twice",
    "V": "and so they are as players see them, with what is on its way between the stores",
    "E": "the workers alone bring everything given to an end, and every bag to the database",
}


def waiting(row: Database, book: Book) -> int:
    """What has been given and is not settled."""
    offers = book.world.offers
    return sum([offers[each.giver][each.own] for each in row.trades if each.phase is Phase.OPEN])


def broken_in_database(row: Database, book: Book) -> Iterator[str]:
    alive = [(who, mask) for who, mask in enumerate(row.rows) if mask != DELETED]
    owned = sum([book.owned(who, mask, row.posted[who]) for who, mask in alive])
    if owned + waiting(row, book) + row.gone != book.total:
        yield "K"
    if not all(book.fair(who, mask) for who, mask in alive):
        yield "P"


def broken_for_players(state: State, book: Book) -> Iterator[str]:
    """A session that lags behind its row is made anew before it is written; it is not looked at here."""
    row, seen = state.database, waiting(state.database, book) + state.database.gone
    for who, mask in enumerate(row.rows):
        session = state.sessions[who]
        if mask == DELETED:
            continue
        if session is None:
            seen += book.owned(who, mask, row.posted[who])
        elif not session.is_checked or mask & ~session.all:
            return
        else:
            seen += _seen(who, session, row, book)
    if seen != book.total:
        yield "V"


def _seen(who: int, session: Session, row: Database, book: Book) -> int:
    on_its_way = sum(
        [op.takes for _, op in book.of(who, session.all & ~row.rows[who]) if op.kind is Kind.GIVE]
    )
    return book.owned(who, session.all, row.posted[who]) + on_its_way
