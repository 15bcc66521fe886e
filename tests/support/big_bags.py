"""Bags bigger than any starter kit, put into the database before a session is made of them."""

from itertools import count

import sqlalchemy as sa

from tests.support.world import World
from tools.support.bags import rules

_STRONG = sa.text("UPDATE characters SET level = 60, strength = 900 WHERE id = :char_id")
_ROOM = sa.text("UPDATE inventories SET max_slots = 20 + :room WHERE char_id = :char_id")
_ADD = sa.text("""
INSERT INTO inventory_items (id, char_id, base_id, quantity, rarity, acquired_at, place, position)
VALUES (:id, :char_id, :base_id, 1, :rarity, :at, 'backpack', :position)
""")
_ids = count(7_000_000_000)


async def fill_bag(world: World, char_id: int, *base_ids: str, at: int = 1_700_000_000) -> None:
    """Put one piece of each kind named into a backpack that has room, onto a hero who can carry it."""
    entries = world.core.catalog.current.entries
    pieces = [
        {
            "id": next(_ids),
            "char_id": char_id,
            "base_id": base_id,
            "rarity": entries[base_id].rarity.value,
            "at": at + position,
            "position": position,
        }
        for position, base_id in enumerate(base_ids, 100)
    ]
    async with world.core.engine.begin() as connection:
        await connection.execute(_STRONG, {"char_id": char_id})
        await connection.execute(_ROOM, {"char_id": char_id, "room": len(base_ids)})
        if pieces:
            await connection.execute(_ADD, pieces)


def kinds(number: int) -> tuple[str, ...]:
    """`number` base_ids from all over the catalog, again and again."""
    known = sorted(rules().catalog.entries)
    return tuple(known[index % len(known)] for index in range(number))
