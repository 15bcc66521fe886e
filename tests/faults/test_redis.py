"""Rows 8, 9, 16 to 19 and 23: Redis dies, forgets, refuses, or holds what nobody understands."""

import json
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from apps.embedded import EmbeddedServers, RedisOptions
from apps.game_core.adapters.monitoring import answers
from apps.game_core.adapters.redis import keys
from apps.game_core.adapters.redis.session_store import RedisSessionStore
from apps.game_core.container import open_core
from apps.game_core.modules.inventory.errors import SessionStoreDownError
from apps.game_core.modules.inventory.session_store import Acknowledgement
from apps.game_core.modules.items.contracts import Slot
from apps.game_core.settings import CoreSettings
from tests.support.flaky_proxy import flaky_wire
from tests.support.invariants import check, items_of
from tests.support.redis_answers import answered, command
from tests.support.world import World


async def test_fault_08_redis_loses_everything(world: World, other: World) -> None:
    char_id = await world.character()
    sword = await world.item(char_id, "iron_sword")
    await world.gateway.equip_item(char_id, sword.id, op_id="written")
    await world.gateway.sync_inventory(char_id)
    row = await world.row(char_id)
    await world.gateway.unequip_item(char_id, Slot.MAIN_HAND, op_id="within the window")
    await world.core.redis.flushall()

    view = await other.gateway.view(char_id)

    assert [slot.item.id for slot in view.equipped if slot.item] == [sword.id]
    await other.gateway.unequip_item(char_id, Slot.MAIN_HAND, op_id="after")
    await other.gateway.sync_inventory(char_id)
    assert (await other.row(char_id)).version > row.version
    assert [entry.op_id for entry in await other.ledger(char_id)] == ["written", "after"]
    await check(other, char_id)


async def test_fault_08_redis_killed_without_persistence(
    settings: CoreSettings, tmp_path: Path, world: World
) -> None:
    options = RedisOptions(appendonly=None)
    with EmbeddedServers(tmp_path, durable=False, postgres=False, redis_options=options) as servers:
        volatile = settings.model_copy(update={"redis_url": servers.redis_url})
        async with open_core(volatile) as core:
            mortal = World(core)
            char_id = await world.character()
            bread = await mortal.item(char_id, "bread")
            await mortal.gateway.drop_item(char_id, bread.id, 1, op_id="written")
            await mortal.gateway.sync_inventory(char_id)
            servers.redis.kill()
            servers.redis.start()

            assert await mortal.pieces(char_id, "bread") == 2
            await mortal.gateway.drop_item(char_id, bread.id, 1, op_id="after")
            await mortal.gateway.sync_inventory(char_id)
            assert await mortal.pieces_in_rows(char_id, "bread") == 1


@pytest.mark.parametrize("unwritten", [False, True], ids=["all written", "one change unwritten"])
async def test_fault_09_redis_comes_back_from_an_older_file(
    fragile: World, own_servers: EmbeddedServers, tmp_path: Path, unwritten: bool
) -> None:
    char_id = await fragile.character()
    bread = await fragile.item(char_id, "bread")
    await fragile.gateway.drop_item(char_id, bread.id, 1, op_id="one")
    data = own_servers.redis.folder.path / "redis"
    shutil.copytree(data, tmp_path / "older")
    await fragile.gateway.drop_item(char_id, bread.id, 1, op_id="two")
    await fragile.gateway.sync_inventory(char_id)
    if unwritten:
        await fragile.gateway.add_item(char_id, "bread", 5, op_id="lost with the file")
    own_servers.redis.kill()
    shutil.rmtree(data)
    shutil.copytree(tmp_path / "older", data)
    own_servers.redis.start()

    assert await fragile.pieces(char_id, "bread") == (6 if unwritten else 1)
    await fragile.gateway.add_item(char_id, "bread", 1, op_id="three")
    await fragile.gateway.sync_inventory(char_id)

    brought_back = ["lost with the file"] if unwritten else []
    ledger = [entry.op_id for entry in await fragile.ledger(char_id)]
    assert ledger == ["one", "two", *brought_back, "three"]
    assert await fragile.pieces_in_rows(char_id, "bread") == (7 if unwritten else 2)
    await check(fragile, char_id)


async def test_fault_09_a_change_made_on_a_warm_cache_is_checked_too(
    fragile: World, own_servers: EmbeddedServers
) -> None:
    char_id = await fragile.character()
    bread = await fragile.item(char_id, "bread")
    own_servers.redis.kill()
    await fragile.execute("UPDATE inventory_items SET quantity = 9 WHERE id = :id", id=bread.id)
    own_servers.redis.start()

    outcome = await fragile.gateway.drop_item(char_id, bread.id, 1)

    assert outcome.result.remaining_quantity == 8


@pytest.mark.parametrize("dirty", [False, True])
@pytest.mark.parametrize("junk", [b"\xff\x00{", b"{}", b'{"metadata": {"schema": 0}}'])
async def test_fault_16_a_document_that_nobody_understands(
    world: World, other: World, dirty: bool, junk: bytes
) -> None:
    char_id = await world.character()
    bread = await world.item(char_id, "bread")
    if dirty:
        await world.gateway.drop_item(char_id, bread.id, 1, op_id="kept")
    await world.core.redis.set(keys.session(char_id), junk)

    assert await other.pieces(char_id, "bread") == (2 if dirty else 3)

    assert await answered(world.core.redis.lrange(keys.quarantine(char_id), 0, -1)) == [junk]
    assert b"inventory_quarantined_total 1.0" in other.core.metrics.render()
    await world.gateway.sync_inventory(char_id)
    assert len(await world.rows(char_id)) == 14
    assert [entry.op_id for entry in await world.ledger(char_id)] == (["kept"] if dirty else [])
    await check(world, char_id)


async def test_fault_16_a_whole_document_of_an_older_schema(world: World, other: World) -> None:
    char_id = await world.character()
    await world.gateway.view(char_id)
    document = await world.document(char_id)
    assert document is not None
    document["metadata"]["schema"] -= 1
    older = json.dumps(document).encode()
    await world.core.redis.set(keys.session(char_id), older)

    assert await other.pieces(char_id, "bread") == 3

    assert await answered(world.core.redis.lrange(keys.quarantine(char_id), 0, -1)) == [older]


async def test_fault_16_a_document_that_was_replaced_meanwhile_stays(world: World) -> None:
    char_id = await world.character()
    await world.gateway.view(char_id)
    before = await world.document(char_id)
    read = world.store._scripts.run

    async def junk_a_moment_ago(name: str, *args: Any) -> Any:
        reply = await read(name, *args)
        return [b"junk", *reply[1:]] if name == "read" else reply

    with patch.object(world.store._scripts, "run", junk_a_moment_ago):
        assert (await world.core.store.read(char_id)).session is None

    assert await world.document(char_id) == before
    assert await world.core.redis.exists(keys.quarantine(char_id)) == 0


async def test_fault_16_the_worker_never_writes_one(world: World, other: World) -> None:
    char_id = await world.character()
    bread = await world.item(char_id, "bread")
    await world.gateway.drop_item(char_id, bread.id, 1, op_id="kept")
    await world.core.redis.set(keys.session(char_id), b"junk")

    assert await other.core.worker.drain() == 1

    assert await world.pieces_in_rows(char_id, "bread") == 2
    assert len(await world.rows(char_id)) == 14
    await check(world, char_id)


@pytest.mark.parametrize("refuse", ["maxmemory", "min-replicas-to-write", "read-only replica"])
async def test_fault_17_redis_refuses_to_write(fragile: World, refuse: str) -> None:
    char_id = await fragile.character()
    sword = await fragile.item(char_id, "iron_sword")
    await fragile.gateway.equip_item(char_id, sword.id)
    before = await fragile.document(char_id), await fragile.control(char_id)
    redis = fragile.core.redis
    if refuse == "read-only replica":
        await command(redis, "REPLICAOF", "127.0.0.1", "1")
    else:
        await redis.config_set(refuse, 1)

    with pytest.raises(SessionStoreDownError):
        await fragile.gateway.unequip_item(char_id, Slot.MAIN_HAND)

    assert not await answers(fragile.core.probes["redis"]) or refuse == "maxmemory"
    if refuse == "read-only replica":
        await command(redis, "REPLICAOF", "NO", "ONE")
    else:
        await redis.config_set(refuse, 0)
    assert await answers(fragile.core.probes["redis"])
    assert (await fragile.document(char_id), await fragile.control(char_id)) == before
    await fragile.gateway.unequip_item(char_id, Slot.MAIN_HAND)


@pytest.mark.parametrize("setting", ["maxmemory", "min-replicas-to-write"])
async def test_fault_17_no_writes_during_an_acknowledgement(fragile: World, setting: str) -> None:
    char_id = await fragile.character()
    bread = await fragile.item(char_id, "bread")
    await fragile.gateway.drop_item(char_id, bread.id, 1, op_id="one")
    redis = fragile.core.redis
    acknowledge = RedisSessionStore.acknowledge

    async def refused(self: RedisSessionStore, done: Sequence[Acknowledgement]) -> list[bool]:
        await redis.config_set(setting, 1)
        return await acknowledge(self, done)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(RedisSessionStore, "acknowledge", refused)
        with pytest.raises(SessionStoreDownError):
            await fragile.gateway.sync_inventory(char_id)
    await redis.config_set(setting, 0)

    await fragile.gateway.drop_item(char_id, bread.id, 1, op_id="two")
    await fragile.gateway.sync_inventory(char_id)
    assert [entry.op_id for entry in await fragile.ledger(char_id)] == ["one", "two"]
    assert await fragile.pieces_in_rows(char_id, "bread") == 1
    await check(fragile, char_id)


async def test_fault_18_connection_dropped_after_the_script_ran(
    world: World, servers: EmbeddedServers, settings: CoreSettings
) -> None:
    char_id = await world.character()
    bread = await world.item(char_id, "bread")
    folder = Path(tempfile.mkdtemp(prefix="wire"))
    async with (
        flaky_wire(servers.redis.socket, folder) as wire,
        open_core(settings.model_copy(update={"redis_url": wire.url})) as core,
    ):
        await core.gateway.view(char_id)
        await core.gateway.drop_item(char_id, bread.id, 1, op_id="first")
        wire.break_after = b"second"
        outcome = await core.gateway.drop_item(char_id, bread.id, 1, op_id="second")
        assert wire.breaks == 1
    shutil.rmtree(folder)

    assert not outcome.repeated
    assert outcome.result.remaining_quantity == 1
    assert await world.pieces(char_id, "bread") == 1
    await check(world, char_id)


async def test_fault_19_scripts_forgotten_by_the_server(world: World) -> None:
    char_id = await world.character()
    bread = await world.item(char_id, "bread")
    await world.core.redis.script_flush()
    await world.gateway.drop_item(char_id, bread.id, 1)
    await world.core.redis.script_flush()

    assert await world.core.worker.drain() == 1

    assert await world.pieces_in_rows(char_id, "bread") == 2
    await check(world, char_id)


async def test_fault_23_a_dirty_session_missing_from_the_index(world: World) -> None:
    char_id = await world.character()
    bread = await world.item(char_id, "bread")
    await world.gateway.drop_item(char_id, bread.id, 1)
    await world.core.redis.delete(keys.DIRTY_INDEX)
    await world.core.redis.pexpire(keys.control(char_id), 50_000)
    assert await world.core.worker.round() == 0

    for chore in world.core.worker.chores:
        await chore.round()

    assert await world.is_indexed(char_id)
    await check(world, char_id)
    assert await world.core.worker.round() == 1
    assert await world.pieces_in_rows(char_id, "bread") == 2


async def test_a_document_deleted_by_hand_is_rebuilt_from_its_operations(world: World) -> None:
    char_id = await world.character()
    bread = await world.item(char_id, "bread")
    await world.gateway.drop_item(char_id, bread.id, 1, op_id="one")
    await world.core.redis.delete(keys.session(char_id))

    await world.gateway.drop_item(char_id, bread.id, 1, op_id="two")

    document = await world.document(char_id)
    assert document is not None
    assert items_of(document)[bread.id] == 1
    await check(world, char_id)
    await world.gateway.sync_inventory(char_id)
    assert [entry.op_id for entry in await world.ledger(char_id)] == ["one", "two"]
    await check(world, char_id)
