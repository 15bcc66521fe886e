"""All that there is in the world, piece by piece and coin by coin, against how it came there."""

from collections import Counter
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import suppress

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from apps.game_core.adapters.postgres.histories import PostgresHistories
from apps.game_core.modules.inventory.contracts import BatchResult, CoinsResult
from apps.game_core.modules.inventory.history import History
from apps.game_core.modules.inventory.inventory.codec import UnreadableError, decode_stored
from apps.game_core.modules.inventory.inventory.limits import MAX_COINS
from apps.game_core.modules.inventory.inventory.logic.history.economy import COINS, economy_of
from apps.game_core.modules.inventory.inventory.rules.batching import Batch
from apps.game_core.modules.inventory.inventory.rules.giving import Give
from apps.game_core.modules.inventory.inventory.rules.purse import AddCoins
from apps.game_core.modules.inventory.inventory.rules.receiving import Receive
from apps.game_core.modules.inventory.ports import LedgerEntry
from apps.game_core.modules.merchant.ports import BOUGHT
from apps.game_core.modules.merchant.sales import SOLD
from tools.chaos.journal import Grant
from tools.chaos.names import MENDED, PURSE
from tools.chaos.purses import COINS as PAID

_ON_THE_WAY = sa.text("""
WITH parcels AS (
    SELECT items, coins FROM trade_gifts JOIN trades ON id = trade WHERE state = 'open'
    UNION ALL SELECT items, coins FROM inventory_inbox WHERE consumed_at IS NULL AND trade IS NOT NULL
)
SELECT thing ->> 'base_id' AS kind, (thing ->> 'quantity')::bigint AS pieces
FROM parcels, jsonb_array_elements(items) AS thing
UNION ALL SELECT :coins, coins FROM parcels
""")
_PLACES = sa.text("""
SELECT id, string_agg(place, ', ' ORDER BY place) AS places FROM (
    SELECT id, 'the bag of character ' || char_id AS place FROM inventory_items
    UNION ALL
    SELECT (thing ->> 'id')::bigint, 'trade ' || trades.id || ', by character ' || giver
    FROM trade_gifts JOIN trades ON trades.id = trade, jsonb_array_elements(items) AS thing
    WHERE state = 'open'
    UNION ALL
    SELECT (thing ->> 'id')::bigint, 'the inbox of character ' || char_id
    FROM inventory_inbox, jsonb_array_elements(items) AS thing WHERE consumed_at IS NULL
) AS found GROUP BY id HAVING count(*) > 1 ORDER BY id
""")
_GRANTS = sa.text("""
SELECT coalesce(b.grant_key, 'row ' || b.id) AS key, c.user_id, b.base_id, b.quantity
FROM inventory_inbox b JOIN characters c ON c.id = b.char_id
WHERE b.trade IS NULL AND (b.grant_key IS NULL OR b.grant_key LIKE 'chaos:%')
""")
_MOVED = {Give.kind, Receive.kind}
_PRICED = (BOUGHT, SOLD, MENDED)


async def more_or_fewer(engine: AsyncEngine) -> AsyncIterator[str]:
    """Everything must be written already."""
    there, came = Counter[str](), Counter[str]()
    async for history in PostgresHistories(engine).read_all(0, MAX_COINS):
        economy = economy_of(history, 0, {})
        there.update(economy.owned)
        for (_, kind, cause), pieces in economy.flows.items():
            if cause not in _MOVED:
                came[kind] += pieces
        for line in _untrue(history):
            yield line
    async with engine.connect() as connection:
        for row in await connection.execute(_ON_THE_WAY, {"coins": COINS}):
            there[row.kind] += row.pieces
        for row in await connection.execute(_PLACES):
            yield f"item {row.id} is in several places: {row.places}"
    for kind in sorted(there.keys() | came.keys()):
        if there[kind] != came[kind]:
            yield f"{kind}: {there[kind]} in the whole world, {came[kind]} came into it"


def _untrue(history: History) -> Iterator[str]:
    """Coins that moved otherwise than the button said, or than the campaign paid."""
    for entry in history.ledger:
        told = _told(entry)
        if told is not None and (moved := _moved(entry)) not in (None, told):
            yield f"character {history.snapshot.char_id}: {moved} coins for {entry.op_id}"


def _told(entry: LedgerEntry) -> int | None:
    """How many coins it was for, by its name alone."""
    if entry.op_id == PURSE:
        return PAID
    price = entry.op_id.rpartition(":")[2]
    return int(price) if entry.op_id.startswith(_PRICED) and price.isdecimal() else None


def _moved(entry: LedgerEntry) -> int | None:
    """None: nothing that deals with coins."""
    with suppress(UnreadableError):
        if entry.kind not in {Batch.kind, AddCoins.kind}:
            return None
        match decode_stored(entry.kind, entry.result):
            case BatchResult(results=results):
                return sum(each.amount for each in results if isinstance(each, CoinsResult))
            case CoinsResult(amount=amount):
                return amount
    return None


async def other_grants(
    engine: AsyncEngine, granted: Mapping[str, Grant], doubtful: Mapping[str, Grant]
) -> AsyncIterator[str]:
    """What waits or was delivered and nobody has granted, and what was granted and is not there."""
    async with engine.connect() as connection:
        found = {
            row.key: Grant(row.user_id, row.base_id, row.quantity)
            for row in await connection.execute(_GRANTS)
        }
    made = {**doubtful, **granted}
    for key, grant in found.items():
        if made.get(key) != grant:
            yield f"grant {key}: {grant} is there, {made.get(key)} was given"
    for key in granted.keys() - found.keys():
        yield f"grant {key}: {granted[key]} was given and is not there"
