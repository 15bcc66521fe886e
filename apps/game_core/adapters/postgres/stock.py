"""How many limited pieces are sold, and to whom they are promised."""

from collections.abc import Mapping, Sequence

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from apps.game_core.adapters.postgres.engine import database_errors
from apps.game_core.modules.merchant.ports import Purchase, PurchaseState

_ORDER = sa.text("""
INSERT INTO merchant_orders (char_id, name, ware, period, quantity)
VALUES (:char_id, :name, :ware, :period, :quantity)
ON CONFLICT (char_id, name) DO NOTHING RETURNING state
""")
_KNOWN = sa.text("SELECT state FROM merchant_orders WHERE char_id = :char_id AND name = :name")
_TAKE = sa.text("""
INSERT INTO merchant_stock (ware, period, sold)
SELECT :ware, :period, CAST(:quantity AS integer) WHERE CAST(:quantity AS integer) <= :stock
ON CONFLICT (ware, period) DO UPDATE SET sold = merchant_stock.sold + EXCLUDED.sold
WHERE merchant_stock.sold + EXCLUDED.sold <= :stock
RETURNING sold
""")
_SETTLE = sa.text("""
UPDATE merchant_orders SET state = :state
WHERE char_id = :char_id AND name = :name AND state = 'reserved' RETURNING ware, period, quantity
""")
_GIVE_BACK = sa.text("""
UPDATE merchant_stock SET sold = sold - :quantity WHERE ware = :ware AND period = :period
""")
_SOLD = sa.text("""
SELECT ware, sold FROM merchant_stock
JOIN unnest(CAST(:wares AS text[]), CAST(:periods AS bigint[])) AS asked (ware, period) USING (ware, period)
""")
_UNSETTLED = sa.text("""
SELECT char_id, name, ware, period, quantity FROM merchant_orders
WHERE state = 'reserved' AND at < now() - make_interval(secs => :age)
AND (CAST(:ware AS text) IS NULL OR ware = :ware)
ORDER BY at LIMIT :limit
""")


class PostgresStock:
    """Implements `StockKeeper`. An order is locked before what it is for, by everybody."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def reserve(self, order: Purchase, stock: int) -> PurchaseState | None:
        with database_errors():
            async with self._engine.connect() as connection:
                state = await _reserved(connection, order, stock)
                if state is not None:
                    await connection.commit()
                return state

    async def settle(self, order: Purchase, state: PurchaseState) -> None:
        asked = {"char_id": order.char_id, "name": order.name, "state": state}
        with database_errors():
            async with self._engine.begin() as connection:
                row = (await connection.execute(_SETTLE, asked)).mappings().one_or_none()
                if row is not None and state is PurchaseState.LAPSED:
                    await connection.execute(_GIVE_BACK, dict(row))

    async def sold(self, periods: Mapping[str, int]) -> Mapping[str, int]:
        asked = {"wares": list(periods), "periods": list(periods.values())}
        with database_errors():
            async with self._engine.connect() as connection:
                return {row.ware: row.sold for row in await connection.execute(_SOLD, asked)}

    async def unsettled(self, ware: str | None, age: int, limit: int) -> Sequence[Purchase]:
        asked = {"ware": ware, "age": age, "limit": limit}
        with database_errors():
            async with self._engine.connect() as connection:
                rows = await connection.execute(_UNSETTLED, asked)
                return [Purchase(row.char_id, row.name, row.ware, row.period, row.quantity) for row in rows]


async def _reserved(connection: AsyncConnection, order: Purchase, stock: int) -> PurchaseState | None:
    """Whoever asks for the same at once waits for the first to commit, or not."""
    asked = {
        "char_id": order.char_id,
        "name": order.name,
        "ware": order.ware,
        "period": order.period,
        "quantity": order.quantity,
    }
    state = await connection.scalar(_ORDER, asked)
    if state is None:
        known = await connection.scalar(_KNOWN, {"char_id": order.char_id, "name": order.name})
        return None if known is None else PurchaseState(known)
    taken = {"ware": order.ware, "period": order.period, "quantity": order.quantity, "stock": stock}
    return PurchaseState(state) if await connection.scalar(_TAKE, taken) is not None else None
