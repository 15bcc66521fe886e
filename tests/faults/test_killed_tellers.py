"""SIGKILL of who tells a player of a loss, at each step from finding out to having told: others tell it."""

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest

from apps.game_core.adapters.postgres.inventories import PostgresInventories
from apps.game_core.adapters.redis import keys
from apps.game_core.adapters.redis.session_store import RedisSessionStore
from apps.game_core.container import open_core
from apps.game_core.settings import CoreSettings
from tests.support.dying import Stop, killed_there
from tests.support.invariants import check
from tests.support.losses import conflicts, newborn
from tests.support.redis_answers import answered
from tests.support.world import World

STEPS: Mapping[str, tuple[type, str]] = {
    "the document is found": (RedisSessionStore, "create"),
    "the ledger is asked": (PostgresInventories, "known"),
    "the loss is told": (RedisSessionStore, "rebase"),
}


async def looked_up_to(stop: Stop, settings: CoreSettings, char_id: int, step: str) -> None:
    """A process that has seen nothing yet looks at the inventory, and stops after that step."""
    home, name = STEPS[step]
    done = getattr(home, name)

    async def then_stop(*given: Any) -> None:
        await done(*given)
        await stop()

    setattr(home, name, then_stop)
    async with open_core(settings) as core:
        await core.gateway.open(char_id)


@pytest.mark.parametrize("step", STEPS)
async def test_what_a_left_document_says_is_told_whoever_dies_over_it(
    world: World, settings: CoreSettings, step: str
) -> None:
    char_id = await world.character()
    bread = await world.item(char_id, "bread")
    async with newborn(settings) as mortal:
        await mortal.gateway.drop_item(char_id, bread.id, 1, op_id="drop")
    await world.core.redis.delete(keys.control(char_id))
    await asyncio.to_thread(killed_there, looked_up_to, settings, char_id, step)

    reader = await world.gateway.open(char_id)

    assert reader.conflicts == ("lost",)
    await world.core.worker.drain()
    assert await conflicts(world) == [("lost:drop", "lost", "lost")], "once"
    assert await world.pieces(char_id, "bread") == 3
    assert await answered(world.core.redis.llen(keys.quarantine(char_id))) == 1, "it can still be looked at"
    await check(world, char_id)


async def test_a_left_document_that_nobody_understands_is_put_aside(world: World) -> None:
    char_id = await world.character()
    await world.core.redis.set(keys.session(char_id), "}{")

    reader = await world.gateway.open(char_id)

    assert reader.conflicts == ()
    assert await world.pieces(char_id, "bread") == 3
    assert await answered(world.core.redis.lrange(keys.quarantine(char_id), 0, -1)) == [b"}{"]
