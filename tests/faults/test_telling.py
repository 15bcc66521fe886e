"""More attacks: neighbours that know, writes in flight, deletion, strict mode, timelines."""

from pathlib import Path
from typing import Any

import pytest

from apps.embedded import EmbeddedServers
from apps.game_core.adapters.postgres.engine import make_engine
from apps.game_core.adapters.postgres.generation import PostgresGeneration
from apps.game_core.adapters.postgres.migrate import upgrade
from apps.game_core.adapters.redis import keys
from apps.game_core.container import open_core
from apps.game_core.modules.characters.contracts import DeleteCharacter
from apps.game_core.modules.inventory.contracts import ChangeHealth, Grant, Perform
from apps.game_core.modules.inventory.errors import CharacterNotFoundError
from apps.game_core.modules.inventory.inventory.logic.doing.inbox_delivery import InboxDelivery
from apps.game_core.modules.inventory.inventory.logic.sessions.write_plan import inventory_data
from apps.game_core.modules.inventory.session_store import Claim
from apps.game_core.settings import CoreSettings, DurabilityMode
from tests.support.invariants import check
from tests.support.world import World


async def test_false_loss_a_neighbour_knows_what_is_told_as_lost(world: World, other: World) -> None:
    """Two bots without affinity: who loads first tells as lost what the other one brings back."""
    char_id = await world.character()
    bread = await world.item(char_id, "bread")
    await other.gateway.drop_item(char_id, bread.id, 1, op_id="drop")
    await world.gateway.view(char_id)
    await world.core.redis.flushall()
    await world.gateway.open(char_id)
    await other.gateway.open(char_id)
    await world.core.worker.drain()

    assert [entry.op_id for entry in await world.ledger(char_id)] == ["drop"], "nothing is lost"
    assert await world.query("SELECT kind, reason FROM inventory_conflicts") == []


async def test_what_is_known_is_brought_back_though_the_player_does_not_return(world: World) -> None:
    """The very process that knows it asks after it."""
    char_id = await world.character()
    bread = await world.item(char_id, "bread")
    await world.gateway.drop_item(char_id, bread.id, 1, op_id="drop")
    await world.core.redis.flushall()
    await world.core.losses.round()
    await world.core.worker.drain()
    assert [entry.op_id for entry in await world.ledger(char_id)] == ["drop"]


async def test_a_write_lands_between_a_load_and_its_healing(
    world: World, other: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    char_id = await world.character()
    await other.gateway.view(char_id)
    await world.core.router.route("inventory", "grant", Grant(char_id, "hunting_bow", 1))
    [delivery] = [each for each in other.core.worker.chores if isinstance(each, InboxDelivery)]
    await delivery.round()
    await world.gateway.view(char_id)
    [claim] = await other.core.store.claim((char_id,), "writing")
    assert isinstance(claim, Claim)
    await world.core.redis.flushall()
    create = type(world.core.store).create

    async def then_it_lands(self: Any, *args: Any) -> Any:
        created = await create(self, *args)
        async with other.core.sync.unit_of_work() as unit:
            await unit.inventories.update_character_inventory(char_id, inventory_data(claim))
            await unit.commit()
        return created

    monkeypatch.setattr(type(world.core.store), "create", then_it_lands)
    reader = await world.gateway.open(char_id)
    monkeypatch.undo()

    assert (await world.pieces(char_id, "hunting_bow"), reader.conflicts) == (2, ())


async def test_healing_after_the_character_was_deleted(world: World, other: World) -> None:
    char_id = await world.character()
    bread = await world.item(char_id, "bread")
    await world.gateway.drop_item(char_id, bread.id, 1, op_id="drop")
    await world.core.redis.flushall()
    await other.core.router.route("characters", "delete", DeleteCharacter(char_id))
    with pytest.raises(CharacterNotFoundError):
        await world.gateway.view(char_id)
    assert await world.core.redis.keys(f"*{char_id}*") == []


async def test_strict_redis_loses_it_between_save_and_write(
    settings: CoreSettings,
    world: World,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    char_id = await world.character()
    update = {"inventory_durability": DurabilityMode.STRICT}
    async with open_core(settings.model_copy(update=update)) as core:
        strict = World(core)
        bread = await strict.item(char_id, "bread")
        sync = type(core.sync).sync
        flushed: list[int] = []

        async def lose_first(self: Any, *args: Any, **more: Any) -> Any:
            if not flushed:
                flushed.append(1)
                await core.redis.flushall()
            return await sync(self, *args, **more)

        monkeypatch.setattr(type(core.sync), "sync", lose_first)
        await strict.gateway.drop_item(char_id, bread.id, 1, op_id="drop")
        assert [entry.op_id for entry in await strict.ledger(char_id)] == ["drop"]
        assert (await strict.gateway.open(char_id)).conflicts == ()
        await check(strict, char_id)


async def test_two_processes_that_know_the_same_operation(world: World, other: World) -> None:
    char_id = await world.character()
    bread = await world.item(char_id, "bread")
    await world.gateway.drop_item(char_id, bread.id, 1, op_id="tap")
    await world.core.redis.flushall()
    await other.gateway.drop_item(char_id, bread.id, 1, op_id="tap")
    await world.core.redis.flushall()
    assert await world.pieces(char_id, "bread") == 2
    assert await other.pieces(char_id, "bread") == 2
    await other.core.worker.drain()
    await world.core.redis.flushall()
    assert [await each.pieces(char_id, "bread") for each in (world, other)] == [2, 2]
    assert [entry.op_id for entry in await other.ledger(char_id)] == ["tap"]


async def test_healing_every_kind(world: World) -> None:
    """DropMany, undo, ChangeHealth, a consumable, an item added, split, merged, moved, worn."""
    char_id = await world.character()
    gateway = world.gateway
    bread, potion, ore = [await world.item(char_id, each) for each in ("bread", "health_potion", "iron_ore")]
    sword = await world.item(char_id, "iron_sword")
    await world.core.router.ask(Perform(char_id, ChangeHealth(amount=-50), "hurt"))
    await gateway.use_consumable(char_id, potion.id, op_id="use")
    await gateway.drop_many(char_id, (bread.id,), op_id="many")
    await gateway.undo(char_id, "many")
    await gateway.split_stack(char_id, ore.id, 2, op_id="split")
    await gateway.add_item(char_id, "bread", 2, op_id="add")
    await gateway.move_to_quick_slot(char_id, potion.id, 0, op_id="quick")
    await gateway.equip_item(char_id, sword.id, op_id="wear")
    await gateway.lock_item(char_id, ore.id, op_id="lock")
    before = await gateway.view(char_id)
    await world.core.redis.flushall()

    reader = await gateway.open(char_id)

    assert reader.conflicts == ()
    after = reader.view()
    assert (after.stats.hp, after.backpack, after.quick_slots) == (
        before.stats.hp,
        before.backpack,
        before.quick_slots,
    )
    await world.core.worker.drain()
    assert len(await world.ledger(char_id)) == 9
    await check(world, char_id)


async def test_what_is_put_aside_has_an_end(world: World) -> None:
    char_id = await world.character()
    await world.gateway.view(char_id)
    await world.core.redis.delete(keys.control(char_id))
    await world.gateway.view(char_id)
    assert 0 < await world.core.redis.ttl(keys.quarantine(char_id)) <= 90 * 86_400


async def test_generation_right_after_a_point_in_time_restore(tmp_path: Path) -> None:
    """A promoted cluster writes its timeline into the control file only when its first checkpoint ends."""
    with EmbeddedServers(tmp_path / "one", durable=False, redis=False) as servers:
        engine = make_engine(servers.database_url)
        await upgrade(engine)
        before = await PostgresGeneration(engine).read()
        await engine.dispose()
        postgres = servers.postgres
        postgres.kill()
        data = next((tmp_path / "one").rglob("PG_VERSION")).parent
        (data / "recovery.signal").touch()
        with (data / "postgresql.auto.conf").open("a") as auto:
            auto.write("restore_command = 'false'\n")
        postgres.start()
        engine = make_engine(servers.database_url)
        after = await PostgresGeneration(engine).read()
        await engine.dispose()
    assert after != before
