"""Rows 1 to 3: SIGKILL at the three points where something could be lost or doubled."""

import asyncio

from apps.game_core.modules.items.contracts import Slot
from apps.game_core.settings import CoreSettings
from tests.support.doomed import tap, written_up_to
from tests.support.dying import killed_there
from tests.support.invariants import check
from tests.support.world import World
from tools.support.patience import PATIENCE


async def until_written(world: World, char_id: int) -> None:
    async with asyncio.timeout(PATIENCE):
        while await world.is_indexed(char_id):
            await world.core.worker.round()
            await asyncio.sleep(0.02)


async def test_fault_01_bot_killed_between_redis_write_and_reply(
    world: World, settings: CoreSettings
) -> None:
    char_id = await world.character()
    sword = await world.item(char_id, "iron_sword")
    await asyncio.to_thread(killed_there, tap, settings, char_id, sword.id, "tap:1")

    redelivered = await world.gateway.equip_item(char_id, sword.id, op_id="tap:1")

    assert redelivered.repeated
    assert redelivered.result.item.id == sword.id
    await world.gateway.sync_inventory(char_id)
    assert [entry.op_id for entry in await world.ledger(char_id)] == ["tap:1"]
    await check(world, char_id)


async def test_fault_02_worker_killed_before_commit(world: World, settings: CoreSettings) -> None:
    char_id = await world.character()
    sword = await world.item(char_id, "iron_sword")
    await world.gateway.equip_item(char_id, sword.id)
    await asyncio.to_thread(killed_there, written_up_to, settings, "commit")

    lease_ends = await world.due(char_id)
    assert await world.ledger(char_id) == []
    await until_written(world, char_id)

    assert await world.redis_now() >= lease_ends
    assert (await world.rows(char_id))[sword.id].place == "main_hand"
    await check(world, char_id)


async def test_fault_03_worker_killed_between_commit_and_acknowledgement(
    world: World, settings: CoreSettings
) -> None:
    char_id = await world.character()
    sword = await world.item(char_id, "iron_sword")
    await world.gateway.equip_item(char_id, sword.id, op_id="first")
    await asyncio.to_thread(killed_there, written_up_to, settings, "acknowledgement")
    written = await world.row(char_id)
    assert written.version == 1

    await until_written(world, char_id)

    assert await world.row(char_id) == written
    assert b"inventory_rebases_total 0.0" in world.core.metrics.render()
    assert [entry.op_id for entry in await world.ledger(char_id)] == ["first"]
    await check(world, char_id)


async def test_fault_03_and_the_player_went_on_meanwhile(world: World, settings: CoreSettings) -> None:
    char_id = await world.character()
    sword = await world.item(char_id, "iron_sword")
    await world.gateway.equip_item(char_id, sword.id, op_id="first")
    await asyncio.to_thread(killed_there, written_up_to, settings, "acknowledgement")
    await world.gateway.unequip_item(char_id, Slot.MAIN_HAND, op_id="second")

    await until_written(world, char_id)

    assert [entry.op_id for entry in await world.ledger(char_id)] == ["first", "second"]
    assert b"inventory_rebases_total 0.0" in world.core.metrics.render()
    assert (await world.rows(char_id))[sword.id].place == "backpack"
    await check(world, char_id)
