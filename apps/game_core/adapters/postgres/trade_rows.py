"""The statements of trades. Locks are taken in one order: inventories by character, then trades by id."""

from collections.abc import Collection, Iterable, Sequence
from typing import Any

import msgspec
import sqlalchemy as sa

from apps.game_core.modules.inventory.inventory.codec import encode
from apps.game_core.modules.inventory.inventory.model import Item
from apps.game_core.modules.inventory.inventory.rules.giving import Give
from apps.game_core.modules.inventory.keeping_errors import RowUnreadableError
from apps.game_core.modules.trade.settling import Posting, Trade, TradeGift, TradeState

Columns = dict[str, list[Any]]

# Before the fence, and in the order of characters. Whoever is deleted meanwhile is not among those found.
# The mark tells the trigger on the ledger that what is given will be in a trade, or in an inbox.
PARTIES = sa.text("""
SELECT char_id FROM inventories, (SELECT set_config('inventory.gives', 'settled', true)) AS mark
WHERE char_id = ANY(CAST(:char_ids AS bigint[])) ORDER BY char_id FOR KEY SHARE OF inventories
""")
OPEN = sa.text("""
INSERT INTO trades (id, first, second, state, ended_at)
SELECT id, first, second, CASE WHEN num_nulls(first, second) = 0 THEN 'open' ELSE 'off' END,
       CASE WHEN num_nulls(first, second) = 0 THEN NULL ELSE now() END
FROM unnest(
    CAST(:id AS bigint[]), CAST(:first AS bigint[]), CAST(:second AS bigint[])
) AS new (id, first, second)
ORDER BY id ON CONFLICT (id) DO NOTHING
""")
LOCK = sa.text("""
SELECT id, first, second, state FROM trades
WHERE id = ANY(CAST(:ids AS bigint[])) ORDER BY id FOR UPDATE
""")
FIND = sa.text("SELECT id, first, second, state FROM trades WHERE id = :id")
GIFTS = sa.text("""
SELECT trade, giver, own_mark, other_mark, items::text AS items, coins FROM trade_gifts
WHERE trade = ANY(CAST(:ids AS bigint[]))
""")
GIVE = sa.text("""
INSERT INTO trade_gifts (trade, giver, own_mark, other_mark, items, coins)
SELECT new.trade, new.giver, new.own_mark, new.other_mark, CAST(new.items AS jsonb), new.coins
FROM unnest(
    CAST(:trade AS bigint[]), CAST(:giver AS bigint[]), CAST(:own_mark AS bigint[]),
    CAST(:other_mark AS bigint[]), CAST(:items AS text[]), CAST(:coins AS bigint[])
) AS new (trade, giver, own_mark, other_mark, items, coins)
""")
POST = sa.text("""
INSERT INTO inventory_inbox (char_id, base_id, quantity, trade, mark, items, coins, returned)
SELECT new.char_id, '', 1, new.trade, new.mark, CAST(new.items AS jsonb), new.coins, new.returned
FROM unnest(
    CAST(:char_id AS bigint[]), CAST(:trade AS bigint[]), CAST(:mark AS bigint[]), CAST(:items AS text[]),
    CAST(:coins AS bigint[]), CAST(:returned AS bool[])
) AS new (char_id, trade, mark, items, coins, returned)
""")
END = sa.text("""
UPDATE trades AS row SET state = new.state, ended_at = now()
FROM unnest(CAST(:id AS bigint[]), CAST(:state AS text[])) AS new (id, state)
WHERE row.id = new.id
""")
OVERDUE = sa.text("""
SELECT id, first, second, state, opened_at < now() - make_interval(secs => :patience) AS overdue FROM trades
WHERE state = 'open' AND id > :after ORDER BY id LIMIT :limit
""")
PARTIES_OF = sa.text("""
SELECT unnest(ARRAY[first, second]) AS char_id FROM trades
WHERE state = 'open' AND id = ANY(CAST(:ids AS bigint[]))
""")
# Safe at any moment: whoever ends it, ends it as it stands, and what waits goes back with it.
CALL_OFF = sa.text("""
WITH locked AS (
    SELECT id FROM trades WHERE id = ANY(CAST(:ids AS bigint[])) AND state = 'open' ORDER BY id FOR UPDATE
), ended AS (
    UPDATE trades AS row SET state = 'off', ended_at = now() FROM locked WHERE row.id = locked.id
    RETURNING row.id
), returned AS (
    INSERT INTO inventory_inbox (char_id, base_id, quantity, trade, mark, items, coins, returned)
    SELECT giver, '', 1, trade, own_mark, items, coins, true FROM trade_gifts JOIN ended ON trade = ended.id
)
SELECT id FROM ended
""")
OPEN_OF = sa.text("""
SELECT id FROM trades WHERE state = 'open' AND :char_id IN (first, second) ORDER BY id
""")
# Nobody who trades with them gets past this before they are gone.
LEAVING = sa.text("""
SELECT char_id FROM inventories
WHERE char_id = ANY(CAST(:char_ids AS bigint[])) ORDER BY char_id FOR UPDATE
""")

_items = msgspec.json.Decoder(tuple[Item, ...])


def gift(row: sa.Row[Any]) -> TradeGift:
    """Raises RowUnreadableError."""
    try:
        items = _items.decode(row.items)
    except msgspec.MsgspecError as error:
        raise RowUnreadableError(f"gift of character {row.giver} in trade {row.trade}: {error}") from error
    return TradeGift(row.giver, row.own_mark, row.other_mark, items, row.coins)


def trade(row: sa.Row[Any], gifts: Iterable[sa.Row[Any]] = ()) -> Trade:
    """Raises RowUnreadableError."""
    mine = {each.giver: gift(each) for each in gifts if each.trade == row.id}
    return Trade(row.id, row.first, row.second, TradeState(row.state), mine)


def opening(given: Iterable[tuple[int, Give]], there: Collection[int]) -> Columns:
    """A row for each trade; those who are not `there` are none of it."""
    pairs = {each.trade: sorted((giver, each.partner)) for giver, each in given}
    known = {key: [char_id if char_id in there else None for char_id in pair] for key, pair in pairs.items()}
    ids = sorted(known)
    firsts, seconds = ([known[key][at] for key in ids] for at in (0, 1))
    return {"id": ids, "first": firsts, "second": seconds}


def gifts(given: Sequence[tuple[int, TradeGift]]) -> Columns:
    return {
        "trade": [key for key, _ in given],
        "giver": [each.giver for _, each in given],
        "own_mark": [each.own_mark for _, each in given],
        "other_mark": [each.other_mark for _, each in given],
        "items": [encode(each.items).decode() for _, each in given],
        "coins": [each.coins for _, each in given],
    }


def postings(posted: Sequence[tuple[int, Posting]]) -> Columns:
    return {
        "char_id": [each.to for _, each in posted],
        "trade": [key for key, _ in posted],
        "mark": [each.gift.own_mark for _, each in posted],
        "items": [encode(each.gift.items).decode() for _, each in posted],
        "coins": [each.gift.coins for _, each in posted],
        "returned": [each.returned for _, each in posted],
    }
