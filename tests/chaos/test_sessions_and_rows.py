"""What a campaign says of a session that is not what its rows say."""

import pytest
import sqlalchemy as sa

from apps.game_core.modules.inventory.contracts import FightEnd, SettleFight
from tests.support.world import World
from tools.chaos.verdict import unlike_rows


async def behind_the_back(world: World, statement: str) -> None:
    async with world.core.engine.begin() as connection:
        await connection.execute(sa.text("SET LOCAL session_replication_role = replica"))
        await connection.execute(sa.text(statement))


@pytest.mark.parametrize(
    ("damage", "found"),
    [
        ("UPDATE inventory_items SET quantity = 9 WHERE base_id = 'bread'", "not what the rows say"),
        ("UPDATE inventory_items SET durability = 3 WHERE base_id = 'iron_sword'", "not what the rows say"),
        ("UPDATE characters SET experience = 19", "experience=19) in the row"),
        ("UPDATE characters SET level = 7", "level=7"),
        ("UPDATE inventories SET coins = 7", "coins 0 in the session, 7 in the row"),
    ],
)
async def test_a_session_that_differs_from_its_rows_is_named(world: World, damage: str, found: str) -> None:
    char_id = await world.character()
    await world.gateway.perform(char_id, SettleFight(end=FightEnd.WON, hurt=3, experience=12))
    assert await unlike_rows(world.core, char_id) == []

    await behind_the_back(world, damage)

    [line] = await unlike_rows(world.core, char_id)
    assert found in line
