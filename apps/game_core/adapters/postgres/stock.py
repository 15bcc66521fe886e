"""How many limited pieces are sold, and to whom they are promised."""

from collections.abc import Iterable, Mapping, Sequence

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from apps.game_core.adapters.postgres.engine import database_errors
from apps.game_core.modules.inventory.contracts import Batch
from apps.game_core.modules.inventory.errors import CharacterNotFoundError, OperationIdTakenError
from apps.game_core.modules.items.contracts import Ware
from apps.game_core.modules.merchant.ports import Purchase, PurchaseState, Supply

_HOUR = 3_600
_NO_SUCH_OWNER = "23503"  # foreign_key_violation: deleted since somebody looked
_NOW = "CAST(floor(extract(epoch FROM now())) AS bigint)"
_ORDER = sa.text(f"""
INSERT INTO merchant_orders (char_id, name, ware, period, quantity)
VALUES (:char_id, :name, :ware, {_NOW} - {_NOW} % CAST(:seconds AS bigint), :quantity)
ON CONFLICT (char_id, name) DO NOTHING RETURNING state, period
""")  # noqa: S608 - of a constant
_KNOWN = sa.text("""
SELECT state, ware, quantity FROM merchant_orders WHERE char_id = :char_id AND name = :name
""")
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
_SUPPLIES = sa.text(f"""
SELECT asked.ware, greatest(0, stock - coalesce(sold, 0)) AS left, seconds - now % seconds AS restocks_in
FROM unnest(CAST(:wares AS text[]), CAST(:stocks AS bigint[]), CAST(:seconds AS bigint[]))
     AS asked (ware, stock, seconds)
CROSS JOIN (SELECT {_NOW} AS now) AS clock
LEFT JOIN merchant_stock ON merchant_stock.ware = asked.ware AND period = now - now % seconds
""")  # noqa: S608 - same
_UNSETTLED = sa.text("""
SELECT char_id, name, ware, quantity FROM merchant_orders
WHERE state = 'reserved' AND at < now() - make_interval(secs => :age)
AND (CAST(:ware AS text) IS NULL OR ware = :ware)
ORDER BY at LIMIT :limit
""")


class PostgresStock:
    """Implements `StockKeeper`. An order is locked before what it is for, by everybody."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def reserve(self, order: Purchase, stock: int, hours: int) -> PurchaseState | None:
        with database_errors():
            async with self._engine.connect() as connection:
                state = await _reserved(connection, order, stock, hours * _HOUR)
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

    async def supplies(self, wares: Iterable[Ware]) -> Mapping[str, Supply]:
        limited = [each for each in wares if each.stock is not None]
        asked = {
            "wares": [each.base_id for each in limited],
            "stocks": [each.stock for each in limited],
            "seconds": [each.every * _HOUR for each in limited],
        }
        with database_errors():
            async with self._engine.connect() as connection:
                rows = await connection.execute(_SUPPLIES, asked)
                return {row.ware: Supply(row.left, row.restocks_in) for row in rows}

    async def unsettled(self, ware: str | None, age: int, limit: int) -> Sequence[Purchase]:
        asked = {"ware": ware, "age": age, "limit": limit}
        with database_errors():
            async with self._engine.connect() as connection:
                rows = await connection.execute(_UNSETTLED, asked)
                return [Purchase(row.char_id, row.name, row.ware, row.quantity) for row in rows]


async def _reserved(
    connection: AsyncConnection, order: Purchase, stock: int, seconds: int
) -> PurchaseState | None:
    """Whoever asks for the same at once waits for the first to commit, or not."""
    asked = {
        "char_id": order.char_id,
        "name": order.name,
        "ware": order.ware,
        "quantity": order.quantity,
        "seconds": seconds,
    }
    try:
        new = (await connection.execute(_ORDER, asked)).one_or_none()
    except IntegrityError as error:
        if getattr(error.orig, "sqlstate", None) == _NO_SUCH_OWNER:
            raise CharacterNotFoundError(order.char_id) from error
        raise
    if new is None:
        return await _known(connection, order)
    taken = {"ware": order.ware, "period": new.period, "quantity": order.quantity, "stock": stock}
    return PurchaseState(new.state) if await connection.scalar(_TAKE, taken) is not None else None


async def _known(connection: AsyncConnection, order: Purchase) -> PurchaseState | None:
    asked = {"char_id": order.char_id, "name": order.name}
    known = (await connection.execute(_KNOWN, asked)).one_or_none()
    if known is None:
        return None
    if (known.ware, known.quantity) != (order.ware, order.quantity):
        raise OperationIdTakenError(order.op_id, Batch.kind)
    return PurchaseState(known.state)
