"""All trades with what ledgers and inboxes tell of them: one statement, and one look through the ledger."""

from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from apps.game_core.adapters.postgres.engine import database_errors, isolated
from apps.game_core.adapters.postgres.inbox_rows import NUMBER, THINGS
from apps.game_core.modules.inventory.inventory.codec import UnreadableError, decode_operation
from apps.game_core.modules.inventory.inventory.model import Parcel
from apps.game_core.modules.inventory.inventory.operation import Operation
from apps.game_core.modules.inventory.inventory.operation_ids import inbox_row
from apps.game_core.modules.inventory.inventory.rules.giving import Give
from apps.game_core.modules.inventory.inventory.rules.receiving import Receive
from apps.game_core.modules.trade.accounts import Delivery, ThingTwice, TradeAccount
from apps.game_core.modules.trade.settling import Trade, TradeGift

_STREAMED = {"yield_per": 1000}
# What names no trade belongs to none: the audit of its inventory says that nobody can read it.
_ACCOUNTS = sa.text(f"""
SELECT trade, part, char_id, name, told FROM (
    SELECT id AS trade, 'trade' AS part, 0 AS char_id, '' AS name,
           json_build_object('id', id, 'first', first, 'second', second, 'state', state)::text AS told
    FROM trades
    UNION ALL
    SELECT trade, 'gift', giver, '', json_build_object(
        'giver', giver, 'own_mark', own_mark, 'other_mark', other_mark, 'items', items, 'coins', coins)::text
    FROM trade_gifts
    UNION ALL
    SELECT trade, 'row', char_id, id::text, json_build_object(
        'trade', trade, 'mark', mark, 'items', items, 'coins', coins, 'returned', returned)::text
    FROM inventory_inbox WHERE trade IS NOT NULL
    UNION ALL
    SELECT {NUMBER.format("payload -> 'trade'")}, kind, char_id, op_id, payload::text
    FROM inventory_operations WHERE kind = 'give'
    UNION ALL
    SELECT {NUMBER.format("payload -> 'parcel' -> 'trade'")}, kind, char_id, op_id, payload::text
    FROM inventory_operations WHERE kind = 'receive'
) AS parts
WHERE trade IS NOT NULL ORDER BY trade, part, char_id, name
""")  # noqa: S608 - of the names of columns
_TWICE = sa.text(f"""
WITH waiting AS (
    SELECT thing ->> 'id' AS id, format('in trade %s', trade) AS place
    FROM trade_gifts JOIN trades ON trades.id = trade, {THINGS}
    WHERE state = 'open'
    UNION ALL
    SELECT thing ->> 'id', format('in the inbox of character %s', char_id)
    FROM inventory_inbox, {THINGS}
    WHERE trade IS NOT NULL AND consumed_at IS NULL
), everywhere AS (
    SELECT id, place FROM waiting
    UNION ALL
    SELECT id::text, format('in the bag of character %s', char_id) FROM inventory_items
    WHERE id::text IN (SELECT id FROM waiting)
)
SELECT id, array_agg(place ORDER BY place) AS places FROM everywhere
GROUP BY id HAVING count(*) > 1 ORDER BY id
""")  # noqa: S608 - same

Row = sa.Row[Any]
_gift = msgspec.json.Decoder(TradeGift)
_row = msgspec.json.Decoder(Trade)
_parcel = msgspec.json.Decoder(Parcel)


class PostgresTradeAccounts:
    """Implements `TradeAccountReader`."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = isolated(engine, "REPEATABLE READ")

    async def read_all(self) -> AsyncIterator[TradeAccount]:
        async for trade, parts in self._by_trade():
            yield _account(trade, parts)

    async def twice(self) -> Sequence[ThingTwice]:
        with database_errors():
            async with self._engine.connect() as connection:
                return [ThingTwice(*row) for row in await connection.execute(_TWICE)]

    async def _by_trade(self) -> AsyncIterator[tuple[int, list[Row]]]:
        number, mine = 0, list[Row]()
        with database_errors():
            async with (
                self._engine.connect() as connection,
                connection.stream(_ACCOUNTS, execution_options=_STREAMED) as rows,
            ):
                async for portion in rows.partitions():
                    for trade, some in groupby(portion, lambda row: int(row.trade)):
                        if trade != number and mine:
                            yield number, mine
                            mine = []
                        number = trade
                        mine.extend(some)
        if mine:
            yield number, mine


def _account(trade: int, parts: Iterable[Row]) -> TradeAccount:
    read = _Read()
    for part in parts:
        try:
            read.take(part)
        except (ValueError, UnreadableError):
            read.unreadable.append(f"{part.part} {part.name}".strip() + f" of character {part.char_id}")
    row = read.row and replace(read.row, gifts=read.gifts)
    rows, receipts = tuple(read.rows), tuple(read.receipts)
    return TradeAccount(trade, row, tuple(read.gives), rows, receipts, tuple(read.unreadable))


@dataclass(slots=True)
class _Read:
    row: Trade | None = None
    gifts: dict[int, TradeGift] = field(default_factory=dict)
    gives: list[TradeGift] = field(default_factory=list)
    rows: list[Delivery] = field(default_factory=list)
    receipts: list[Delivery] = field(default_factory=list)
    unreadable: list[str] = field(default_factory=list)

    def take(self, part: Row) -> None:
        """Raises ValueError: this release does not understand it."""
        match part.part:
            case "trade":
                self.row = _row.decode(part.told)
            case "gift":
                self.gifts[part.char_id] = _gift.decode(part.told)
            case "row":
                self.rows.append(_delivery(part, int(part.name), _parcel.decode(part.told)))
            case kind:
                self._entry(part, decode_operation(kind, part.told.encode()))

    def _entry(self, part: Row, operation: Operation[Any]) -> None:
        match operation:
            case Give(own_mark=own, other_mark=other, items=items, coins=coins):
                self.gives.append(TradeGift(part.char_id, own, other, items, coins))
            case Receive(parcel=parcel):
                self.receipts.append(_delivery(part, inbox_row(part.name), parcel))


def _delivery(part: Row, number: int, parcel: Parcel) -> Delivery:
    return Delivery(part.char_id, number, parcel.mark, parcel.items, parcel.coins, parcel.returned)
