"""Players with bags of every size, made through the game's own doors."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count

import sqlalchemy as sa

from apps.game_core.container import Core
from apps.game_core.modules.characters.contracts import EnsureCharacter
from apps.game_core.modules.inventory.contracts import GiveItem, InventoryView
from apps.game_core.modules.items.contracts import CatalogEntry, Slot

BAG = 62
CHANGES = 256
_AT_ONCE = 8
# A hero who may wear and carry everything; how they came to that is not what is measured.
_STRONG = sa.text("UPDATE characters SET level = 60, strength = 1000000 WHERE id = :char_id")
_ROOM = sa.text("UPDATE inventories SET max_slots = :room WHERE char_id = :char_id")
_user_ids = count(1)


@dataclass(frozen=True, slots=True)
class Made:
    user_id: int
    char_id: int


async def make_players(core: Core, number: int, items: int = BAG) -> list[Made]:
    """Characters whose backpacks have so many rows, of all kinds of things."""
    pace = asyncio.Semaphore(_AT_ONCE)

    async def make() -> Made:
        async with pace:
            user_id = next(_user_ids)
            return Made(user_id, await _character(core, user_id, items))

    return list(await asyncio.gather(*(make() for _ in range(number))))


async def _character(core: Core, user_id: int, items: int) -> int:
    context = EnsureCharacter(user_id=user_id, name=f"Hero {user_id}", language="en")
    char_id = (await core.router.ask(context)).id
    async with core.engine.begin() as connection:
        await connection.execute(_STRONG, {"char_id": char_id})
        await connection.execute(_ROOM, {"char_id": char_id, "room": items + len(Slot)})
    there = len((await core.gateway.view(char_id)).backpack)
    for number, (entry, rows) in enumerate(_shares(core, items - there)):
        added = GiveItem(char_id, entry.base_id, rows * entry.max_stack, f"bench:{char_id}:{number}")
        await core.router.ask(added)
    return char_id


def _shares(core: Core, rows: int) -> Iterator[tuple[CatalogEntry, int]]:
    """Every kind, and how many rows of it make `rows` together."""
    entries = [each for each in core.catalog.current if not each.quest]
    for place, entry in enumerate(entries):
        if share := rows // len(entries) + (place < rows % len(entries)):
            yield entry, share


def two_swords(view: InventoryView) -> tuple[int, int]:
    """Two pieces that take each other's place in a hand."""
    swords = [row.id for row in view.backpack if row.slots and Slot.MAIN_HAND in row.slots and row.wearable]
    return swords[0], swords[1]
