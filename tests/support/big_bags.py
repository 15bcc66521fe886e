"""Bags bigger than any starter kit, put into the database before a session is made of them."""

from itertools import count

from tests.support.bags import rules
from tests.support.world import World

_ids = count(7_000_000_000)
_ADD = """
INSERT INTO inventory_items (id, char_id, base_id, quantity, rarity, acquired_at, place, position)
VALUES (:id, :char_id, :base_id, :quantity, :rarity, :at, 'backpack', :position)
"""


async def fill_bag(world: World, char_id: int, *base_ids: str, at: int = 1_700_000_000) -> None:
    """Put one piece of each kind named into a backpack that has room, onto a hero who can carry it."""
    await world.execute(
        "UPDATE inventories SET max_slots = 20 + :room WHERE char_id = :char_id",
        char_id=char_id,
        room=len(base_ids),
    )
    await world.execute("UPDATE characters SET level = 60, strength = 900 WHERE id = :id", id=char_id)
    for position, base_id in enumerate(base_ids, 100):
        entry = rules().catalog.entries[base_id]
        await world.execute(
            _ADD,
            id=next(_ids),
            char_id=char_id,
            base_id=base_id,
            quantity=1,
            rarity=entry.rarity.value,
            at=at + position,
            position=position,
        )


def kinds(number: int) -> tuple[str, ...]:
    """`number` base_ids from all over the catalog, again and again."""
    known = sorted(rules().catalog.entries)
    return tuple(known[index % len(known)] for index in range(number))
