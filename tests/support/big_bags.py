"""Bags bigger than any starter kit, put into the database before a session is made of them."""

from tests.support.world import World
from tools.pictures.contact_sheets import extremes
from tools.support.bags import rules


async def fill_bag(world: World, char_id: int, *base_ids: str, at: int = 1_700_000_000) -> None:
    """Put one piece of each kind named into a backpack that has room, onto a hero who can carry it."""
    await extremes.fill_bag(world.core, char_id, *base_ids, at=at)


def kinds(number: int) -> tuple[str, ...]:
    """`number` base_ids from all over the catalog, again and again."""
    return extremes.kinds(rules().catalog, number)
