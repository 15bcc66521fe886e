"""What has become of each trade: everything given is in one place, and what was told is true."""

from collections.abc import AsyncIterator, Collection, Iterator
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from tools.chaos.journal import Journal, Key

# Each give, with what became of it: it waits in its trade, or was posted.
_GIVES = sa.text("""
WITH gives AS (
    SELECT char_id, (payload ->> 'partner')::bigint AS partner, (payload ->> 'trade')::bigint AS trade,
           (payload ->> 'own_mark')::bigint AS mark
    FROM inventory_operations WHERE kind = 'give'
), waiting AS (
    SELECT trade, own_mark AS mark, giver AS char_id, count(*) AS waits
    FROM trade_gifts JOIN trades ON id = trade WHERE state = 'open' GROUP BY trade, own_mark, giver
), sent AS (
    SELECT trade, mark, array_agg(ROW(char_id, returned)::text) AS posted
    FROM inventory_inbox WHERE trade IS NOT NULL GROUP BY trade, mark
)
SELECT char_id, partner, trade, coalesce(waits, 0) AS waits, coalesce(posted, '{}') AS posted
FROM gives LEFT JOIN waiting USING (trade, mark, char_id) LEFT JOIN sent USING (trade, mark)
""")
# Of each settled trade: gifts that agree with the other, and what each side got of the other's gift.
_SETTLED = sa.text("""
SELECT t.id, count(DISTINCT g.giver) AS gifts, count(b.id) AS receipts, count(DISTINCT b.char_id) AS receivers
FROM trades t
LEFT JOIN trade_gifts g ON g.trade = t.id
LEFT JOIN trade_gifts o ON o.trade = t.id AND o.giver <> g.giver
LEFT JOIN inventory_inbox b ON b.trade = t.id AND b.mark = g.own_mark AND NOT b.returned
    AND b.char_id = o.giver AND (b.items, b.coins) = (g.items, g.coins)
    AND (g.own_mark, g.other_mark) = (o.other_mark, o.own_mark)
WHERE t.state = 'settled' GROUP BY t.id
""")
_POSTED = sa.text("""
SELECT b.trade, b.id FROM inventory_inbox b
WHERE b.trade IS NOT NULL AND NOT EXISTS (
    SELECT FROM inventory_operations o WHERE o.kind = 'give'
    AND (o.payload ->> 'trade')::bigint = b.trade AND (o.payload ->> 'own_mark')::bigint = b.mark)
""")
_STATES = sa.text("SELECT state, count(*) AS number FROM trades GROUP BY state")
_BOTH = 2


@dataclass(frozen=True, slots=True)
class Tables:
    """How many trades there are in the database, by how they ended."""

    settled: int = 0
    off: int = 0
    open: int = 0


async def tables(engine: AsyncEngine) -> Tables:
    async with engine.connect() as connection:
        return Tables(**{row.state: row.number for row in await connection.execute(_STATES)})


async def unlike_trades(engine: AsyncEngine) -> AsyncIterator[str]:
    """Gifts that are nowhere or twice, and trades that are settled by halves."""
    async with engine.connect() as connection:
        for row in await connection.execute(_GIVES):
            for line in _of_give(row):
                yield line
        for row in await connection.execute(_SETTLED):
            if (row.gifts, row.receipts, row.receivers) != (_BOTH, _BOTH, _BOTH):
                yield f"trade {row.id}: settled with {row.gifts} gifts and {row.receipts} receipts"
        for row in await connection.execute(_POSTED):
            yield f"trade {row.trade}: inbox row {row.id} comes of nobody's gift"


def _of_give(row: sa.Row[Any]) -> Iterator[str]:
    where = f"trade {row.trade}: what character {row.char_id} gave"
    if row.waits + len(row.posted) != 1:
        yield f"{where} waits {row.waits} times and was sent {len(row.posted)} times"
    theirs = {f"({row.char_id},t)", f"({row.partner},f)"}
    yield from (f"{where} was sent to {each}" for each in row.posted if each not in theirs)


def told_off(journal: Journal, ledger: Collection[Key]) -> Iterator[str]:
    """Trades that came to nothing, as somebody was told who has not sat down there again, and are settled."""
    for key in sorted(journal.off.keys() & set(ledger)):
        if journal.sat.get(key, 0.0) >= journal.off[key]:
            continue
        if not any(each.restore and each.at >= journal.off[key] for each in journal.taken):
            yield f"player {key[0]} was told that nothing came of {key[1]}, which it is"
