"""How little reaches PostgreSQL, counted by triggers in the database itself."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from unittest.mock import patch

import pytest

from apps.game_core.adapters.redis import keys
from apps.game_core.container import Core, open_core
from apps.game_core.settings import Cleanup, CoreSettings
from tests.support.world import World
from tests.support.write_log import StatementCounter, WriteLog


@pytest.fixture
async def log(world: World) -> AsyncIterator[WriteLog]:
    made = WriteLog(world.core.engine)
    await made.install()
    yield made
    await made.remove()


async def test_looking_only_writes_nothing(world: World, log: WriteLog) -> None:
    char_id = await world.character()
    await log.clear()
    statements = StatementCounter(world.core)
    await world.gateway.view(char_id)
    loading = statements.count

    result = await world.gateway.sync_inventory(char_id, leaving=True)

    assert not result.changes_saved
    assert statements.count == loading
    assert (await log.writes()).transactions == 0


async def test_n_changes_are_one_transaction_of_the_changed_rows(world: World, log: WriteLog) -> None:
    char_id = await world.character()
    sword, potion = await world.item(char_id, "iron_sword"), await world.item(char_id, "health_potion")
    ore, bread = await world.item(char_id, "iron_ore"), await world.item(char_id, "bread")
    await log.clear()
    await world.gateway.equip_item(char_id, sword.id)
    await world.gateway.use_consumable(char_id, potion.id)
    await world.gateway.use_consumable(char_id, potion.id)
    await world.gateway.drop_item(char_id, bread.id)
    await world.gateway.split_stack(char_id, ore.id, 5)
    assert (await log.writes()).transactions == 0

    result = await world.gateway.sync_inventory(char_id, leaving=True)

    writes = await log.writes()
    assert writes.transactions == 1
    assert writes.rows == Counter(
        inventory_items=5,  # sword, potion, ore and its new stack; the bread's row removed
        inventories=1,
        inventory_operations=5,
        characters=1,  # health
    )
    assert result.rows == 5


async def test_opening_again_within_the_ttl_reads_nothing_from_the_database(world: World) -> None:
    char_id = await world.character()
    sword = await world.item(char_id, "iron_sword")
    await world.gateway.equip_item(char_id, sword.id)
    await world.gateway.sync_inventory(char_id, leaving=True)
    statements = StatementCounter(world.core)

    view = await world.gateway.view(char_id)

    assert view.equipped[0].item is not None
    assert statements.count == 0


async def test_a_second_sync_writes_nothing_again(world: World, log: WriteLog) -> None:
    char_id = await world.character()
    sword = await world.item(char_id, "iron_sword")
    await world.gateway.equip_item(char_id, sword.id)
    await world.gateway.sync_inventory(char_id)
    await log.clear()

    assert not (await world.gateway.sync_inventory(char_id)).changes_saved
    assert (await log.writes()).transactions == 0


async def test_lazy_clean_up_keeps_the_session(world: World) -> None:
    char_id = await world.character()
    sword = await world.item(char_id, "iron_sword")
    await world.gateway.equip_item(char_id, sword.id)

    await world.gateway.sync_inventory(char_id, leaving=True)

    assert await world.document(char_id) is not None


@pytest.mark.parametrize("change", [True, False])
async def test_aggressive_clean_up_deletes_the_session_when_its_player_leaves(
    world: World, settings: CoreSettings, change: bool
) -> None:
    char_id = await world.character()
    eager = settings.model_copy(update={"inventory_cleanup": Cleanup.AGGRESSIVE})
    async with open_core(eager) as core:
        sword = (await core.gateway.view(char_id)).backpack[0]
        if change:
            await core.gateway.equip_item(char_id, sword.id)
            await core.gateway.sync_inventory(char_id)
            assert await world.document(char_id) is not None

        await core.gateway.sync_inventory(char_id, leaving=True)

        assert await world.document(char_id) is None
        assert await world.control(char_id) == {}
        worn = (await core.gateway.view(char_id)).equipped[0].item
    assert (worn is not None) is change


async def test_aggressive_clean_up_leaves_a_document_that_lost_its_control_data(
    world: World, settings: CoreSettings
) -> None:
    char_id = await world.character()
    sword = await world.item(char_id, "iron_sword")
    eager = settings.model_copy(update={"inventory_cleanup": Cleanup.AGGRESSIVE})
    async with open_core(eager) as mortal:
        await mortal.gateway.equip_item(char_id, sword.id, op_id="told")
    await world.core.redis.delete(keys.control(char_id))
    async with open_core(eager) as core:
        await core.gateway.sync_inventory(char_id, leaving=True)

        assert (await core.gateway.open(char_id)).conflicts == ("lost",), "not without a word"


@asynccontextmanager
async def before_the_acknowledgement(core: Core) -> AsyncIterator[asyncio.Event]:
    """Hold every acknowledgement back until the block ends; the event says that one is waiting."""
    reached, go_on = asyncio.Event(), asyncio.Event()
    acknowledge = core.sync.store.acknowledge

    async def held(*args: Any) -> Any:
        reached.set()
        await go_on.wait()
        return await acknowledge(*args)

    with patch.object(core.sync.store, "acknowledge", held):
        yield reached
        go_on.set()
        await asyncio.sleep(0)


async def test_a_change_during_the_write_keeps_the_session_dirty(world: World) -> None:
    char_id = await world.character()
    sword, bread = await world.item(char_id, "iron_sword"), await world.item(char_id, "bread")
    await world.gateway.equip_item(char_id, sword.id)
    async with before_the_acknowledgement(world.core) as reached:
        syncing = asyncio.create_task(world.gateway.sync_inventory(char_id))
        await reached.wait()
        await world.gateway.drop_item(char_id, bread.id)
    await syncing

    assert await world.is_indexed(char_id)
    assert await world.ttls(char_id) == (-1, -1)
    assert bread.id in await world.rows(char_id)
    await world.gateway.sync_inventory(char_id)
    assert bread.id not in await world.rows(char_id)
    assert not await world.is_indexed(char_id)
