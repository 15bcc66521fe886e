"""As long as the settings allow: nothing overflows on the way to a server."""

import asyncio

import annotated_types

from apps.game_core.container import open_core
from apps.game_core.settings import CoreSettings
from tests.support.invariants import check
from tests.support.world import World
from tools.support.patience import PATIENCE

TIMES = {name: field for name, field in CoreSettings.model_fields.items() if field.annotation is float}


async def test_the_longest_times_are_played_with(world: World, settings: CoreSettings) -> None:
    longest = {
        name: float(str(limit.le))
        for name, field in TIMES.items()
        for limit in field.metadata
        if isinstance(limit, annotated_types.Le)
    }
    assert longest.keys() == TIMES.keys()
    char_id = await world.character()

    async with open_core(settings.model_copy(update=longest)) as core, asyncio.timeout(PATIENCE):
        there = World(core)
        bread = await there.item(char_id, "bread")
        await there.gateway.drop_item(char_id, bread.id, 1)
        await core.worker.shares.renew()
        await core.worker.round()
        await core.worker.drain()
        for chore in core.worker.chores:
            await chore.round()
        assert await core.events.round()
        assert await there.pieces_in_rows(char_id, "bread") == 2
        await check(there, char_id)
