"""Bags and names at the edge of what may happen, for pictures and for tests."""

from collections.abc import Mapping
from itertools import count

import sqlalchemy as sa

from apps.game_core.container import Core
from apps.game_core.modules.items.contracts import Catalog

SIZES = (0, 1, 9, 10, 200, 1000)
PLAIN = "Aetheron"
NAMES = {
    "plain": PLAIN,
    "64 Cyrillic letters": "\N{CYRILLIC CAPITAL LETTER YERU}" * 64,
    "markup": "<b>&amp;</b> & <\"'",
    "right to left": "\u202e\u05d9\u05e2\u05e7\u05d1\u200f & <b>",
}
"""What a player may be called, by how it is said in a caption."""

_STRONG = sa.text("UPDATE characters SET level = 60, strength = 900 WHERE id = :char_id")
_ROOM = sa.text("UPDATE inventories SET max_slots = 20 + :room WHERE char_id = :char_id")
_ADD = sa.text("""
INSERT INTO inventory_items (id, char_id, base_id, quantity, rarity, acquired_at, place, position)
VALUES (:id, :char_id, :base_id, 1, :rarity, :at, 'backpack', :position)
""")
_WEAR = sa.text("""
UPDATE inventory_items SET place = :place, position = 0 WHERE char_id = :char_id AND base_id = :base_id
""")
_EMPTY = sa.text("DELETE FROM inventory_items WHERE char_id = :char_id AND place = 'backpack'")
_ids = count(7_000_000_000)


def kinds(catalog: Catalog, number: int) -> tuple[str, ...]:
    """`number` base_ids from all over the catalog, again and again."""
    known = sorted(catalog.entries)
    return tuple(known[index % len(known)] for index in range(number))


async def fill_bag(core: Core, char_id: int, *base_ids: str, at: int = 1_700_000_000) -> None:
    """Put one piece of each kind named into a backpack that has room, onto a hero who can carry it.

    Into the database, so before a session is made of it.
    """
    entries = core.catalog.current.entries
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
    async with core.engine.begin() as connection:
        await connection.execute(_STRONG, {"char_id": char_id})
        await connection.execute(_ROOM, {"char_id": char_id, "room": len(base_ids)})
        if pieces:
            await connection.execute(_ADD, pieces)


async def wear_only(core: Core, char_id: int, worn: Mapping[str, str]) -> None:
    """Put on some things of the backpack, by place, and throw out the rest; before a session is made."""
    async with core.engine.begin() as connection:
        for place, base_id in worn.items():
            await connection.execute(_WEAR, {"char_id": char_id, "place": place, "base_id": base_id})
        await connection.execute(_EMPTY, {"char_id": char_id})
