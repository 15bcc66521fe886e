"""Limited wares: no more is sold than there is, whatever the merchant's own count says."""

from collections.abc import AsyncIterator, Collection
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from apps.game_core.modules.items.contracts import Ware
from apps.game_core.modules.merchant.ports import BOUGHT

# Orders and what the ledger has of them; what was forgone has the same name and another kind.
_ORDERS = sa.text("""
SELECT o.ware, o.period, o.state, o.quantity, o.char_id, o.name, l.op_id IS NOT NULL AS bought
FROM merchant_orders o LEFT JOIN inventory_operations l
ON l.char_id = o.char_id AND l.op_id = :bought || o.name AND l.kind = 'batch'
""")
_COUNTED = sa.text("SELECT ware, period, sold FROM merchant_stock")
_LAPSED = "lapsed"


@dataclass(frozen=True, slots=True)
class Shelf:
    """How many pieces of a limited ware were `bought` in one period, and are `promised` beside them."""

    ware: str
    stock: int
    bought: int = 0
    promised: int = 0

    def __str__(self) -> str:
        return f"{self.ware} {self.bought} of {self.stock}"


async def shelves(engine: AsyncEngine, wares: Collection[Ware]) -> list[Shelf]:
    """Of each limited ware in each period in which it was wanted."""
    stocks = {each.base_id: each.stock for each in wares if each.stock is not None}
    found: dict[tuple[str, int], Shelf] = {}
    async with engine.connect() as connection:
        for row in await connection.execute(_ORDERS, {"bought": BOUGHT}):
            before = found.get((row.ware, row.period), Shelf(row.ware, stocks.get(row.ware, 0)))
            promised = not row.bought and row.state != _LAPSED
            found[row.ware, row.period] = Shelf(
                row.ware,
                before.stock,
                before.bought + row.bought * row.quantity,
                before.promised + promised * row.quantity,
            )
    return list(found.values())


async def oversold(engine: AsyncEngine, wares: Collection[Ware]) -> AsyncIterator[str]:
    for shelf in await shelves(engine, wares):
        if shelf.bought + shelf.promised > shelf.stock:
            yield f"{shelf} sold, {shelf.promised} promised"
    async with engine.connect() as connection:
        for row in await connection.execute(_ORDERS, {"bought": BOUGHT}):
            if row.bought and row.state == _LAPSED:
                yield f"{row.ware}: character {row.char_id} has order {row.name}, which has lapsed"
