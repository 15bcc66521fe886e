"""Parcels of trades, put into an inbox as the settlement of a trade does."""

from itertools import count

from apps.game_core.modules.inventory.inventory.codec import encode
from apps.game_core.modules.inventory.inventory.model import Item
from tests.support.world import World

_marks = count(1)
_POST = """
INSERT INTO inventory_inbox (char_id, base_id, quantity, trade, mark, items, coins, returned)
VALUES (:char_id, '', 1, 5, :mark, CAST(:items AS jsonb), :coins, :returned)
"""


async def post(world: World, char_id: int, *items: Item, coins: int = 0, returned: bool = False) -> None:
    values = {"char_id": char_id, "mark": next(_marks), "items": encode(items).decode()}
    await world.execute(_POST, **values, coins=coins, returned=returned)
