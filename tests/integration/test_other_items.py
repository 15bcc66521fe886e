"""A game with somebody else's items, none of which are those that come with it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from redis.asyncio import Redis
from sqlalchemy.ext.asyncio import AsyncEngine

from apps.game_core.container import open_core
from apps.game_core.modules.inventory.contracts import AddItem, EquipItem
from apps.game_core.modules.training.contracts import FightState, MakeMove, Move, StartFight
from apps.game_core.settings import CoreSettings
from tests.support.world import World

CLUB = """
[club]
type = "weapon"
subtype = "hammer"
icon = "🏏"
rarity = "common"
name = "Club"
description = "Wood."
weight = 1
value = 1
slots = ["main_hand"]
grip = "1h"
stats = { power = 50, accuracy = 100 }
"""


@pytest.fixture
async def world(
    settings: CoreSettings, database: AsyncEngine, redis: Redis, tmp_path: Path
) -> AsyncIterator[World]:
    (tmp_path / "clubs.toml").write_text(CLUB, "utf-8")
    async with open_core(settings.model_copy(update={"catalog_dir": tmp_path})) as core:
        yield World(core)


async def test_who_is_born_there_has_of_the_starter_kit_what_there_is(world: World) -> None:
    assert (await world.gateway.view(await world.character())).backpack == ()


async def test_it_can_be_played(world: World) -> None:
    char_id = await world.character()
    await world.gateway.perform(char_id, AddItem(base_id="club", quantity=1), op_id="found")
    club = await world.item(char_id, "club")
    await world.gateway.perform(char_id, EquipItem(item_id=club.id), op_id="worn")

    fight = await world.core.router.ask(StartFight(char_id, "begun"))
    ended = await world.core.router.ask(MakeMove(char_id, fight.fight.id, 1, Move(to_end=True)))

    assert ended.fight.outcome in {FightState.WON, FightState.LOST}
    await world.core.gateway.sync_inventory(char_id)
    assert (await world.gateway.view(char_id)).stats.hp > 0
