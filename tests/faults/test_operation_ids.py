"""Attacks on operation ids, on what an outage of the database stops, on scripts and generations."""

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest
import sqlalchemy as sa

from apps.embedded import EmbeddedServers
from apps.game_core.adapters.postgres.engine import make_engine
from apps.game_core.adapters.postgres.generation import PostgresGeneration
from apps.game_core.adapters.redis import keys
from apps.game_core.container import open_core
from apps.game_core.modules.inventory.contracts import stamped
from apps.game_core.modules.inventory.errors import (
    ItemNotFoundError,
    OperationIdTakenError,
    OperationRefusedError,
)
from apps.game_core.modules.inventory.inventory.operation_ids import stamp
from apps.game_core.modules.inventory.inventory.row_changes import RowChanges
from apps.game_core.modules.inventory.session_store import Save, Saved
from apps.game_core.modules.training.contracts import LookAtFight, MakeMove, Move, StartFight
from apps.game_core.settings import CoreSettings
from bot.callbacks.buttons import Do
from bot.callbacks.makers import Acts
from tests.support.world import World
from tools.support.round_trips import counting_round_trips


async def an_earlier_visit(world: World, char_id: int) -> None:
    """The session was loaded at a version above 0, as every session is but the first."""
    await world.gateway.lock_item(char_id, (await world.item(char_id, "iron_ore")).id)
    await world.gateway.sync_inventory(char_id)
    await world.core.redis.delete(keys.session(char_id), keys.control(char_id))
    await world.gateway.view(char_id)


async def test_an_id_of_the_same_kind_with_other_arguments(world: World) -> None:
    char_id = await world.character()
    bread, potion = await world.item(char_id, "bread"), await world.item(char_id, "health_potion")
    await world.gateway.drop_item(char_id, bread.id, 1, op_id="mine")
    with pytest.raises(OperationIdTakenError):
        await world.gateway.drop_item(char_id, potion.id, 1, op_id="mine")


async def test_lock_and_unlock_under_one_id(world: World) -> None:
    char_id = await world.character()
    bread = await world.item(char_id, "bread")
    await world.gateway.lock_item(char_id, bread.id, op_id="mine")
    with pytest.raises(OperationIdTakenError):
        await world.gateway.unlock_item(char_id, bread.id, op_id="mine")


async def test_row_12_a_refusal_is_said_without_the_database(
    fragile: World, own_servers: EmbeddedServers
) -> None:
    char_id = await fragile.character()
    await an_earlier_visit(fragile, char_id)
    own_servers.postgres.kill()
    try:
        with pytest.raises(ItemNotFoundError):
            await fragile.gateway.drop_item(char_id, 1)
    finally:
        own_servers.postgres.start()


async def test_bad_input_a_ledger_with_gaps(world: World) -> None:
    """Remembered, neither pending nor in the ledger: refused once and clearly, not eight times as 'busy'."""
    char_id = await world.character()
    bread = await world.item(char_id, "bread")
    await world.gateway.drop_item(char_id, bread.id, 1, op_id="gap")
    await world.gateway.sync_inventory(char_id)
    await world.execute("DELETE FROM inventory_operations WHERE op_id = 'gap'")
    with counting_round_trips() as counted, pytest.raises(OperationRefusedError):
        await world.gateway.drop_item(char_id, bread.id, 1, op_id="gap")
    assert counted.trips < 10


async def test_a_legitimate_button_after_a_rebase_that_left_nothing_to_write(world: World) -> None:
    """Such a rebase makes a version that no row ever gets; after the expiry its buttons are 'lost'."""
    char_id = await world.character()
    bread = await world.item(char_id, "bread")
    await world.gateway.view(char_id)
    await world.execute("UPDATE inventory_items SET quantity = 11 WHERE base_id = 'iron_ore'")
    await world.core.generation.announce("anew")
    drawn = (await world.gateway.open(char_id)).stamp
    await world.core.worker.drain()
    await world.core.redis.delete(keys.session(char_id), keys.control(char_id))  # half an hour

    await world.gateway.drop_item(char_id, bread.id, 1, op_id=stamped(drawn, "dr"))

    assert await world.pieces(char_id, "bread") == 2


async def test_generation_for_an_ordinary_role(world: World, settings: CoreSettings) -> None:
    await world.execute("DROP ROLE IF EXISTS ordinary")
    await world.execute("CREATE ROLE ordinary LOGIN")
    await world.execute("GRANT SELECT ON ALL TABLES IN SCHEMA public TO ordinary")
    url = sa.engine.make_url(settings.database_url).set(username="ordinary")
    engine = make_engine(url.render_as_string(hide_password=False))
    try:
        mine = await PostgresGeneration(world.core.engine).read()
        assert await PostgresGeneration(engine).read() == mine
    finally:
        await engine.dispose()
        await world.execute("DROP OWNED BY ordinary")
        await world.execute("DROP ROLE ordinary")


async def test_two_processes_of_different_generations(world: World, other: World) -> None:
    """For up to a period one process knows of a restore and the other does not."""
    char_id = await world.character()
    bread = await world.item(char_id, "bread")
    await world.core.generation.announce("anew")  # `other` has not looked yet

    async def both(number: int) -> None:
        await asyncio.gather(
            world.gateway.lock_item(char_id, bread.id), other.gateway.unlock_item(char_id, bread.id)
        )

    for number in range(20):
        await both(number)
    await asyncio.gather(*[each.gateway.view(char_id) for each in (world, other) * 20])


async def test_a_generation_that_changes_between_a_miss_and_its_load(
    world: World, settings: CoreSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    char_id = await world.character()
    async with open_core(settings) as core:
        scripts = World(core).store._scripts
        await core.redis.script_flush()
        load = scripts._load

        async def then_another(name: str) -> None:
            await load(name)
            core.generation.server.generation = "abcdef"

        monkeypatch.setattr(scripts, "_load", then_another)
        await core.store.inspect(char_id)


async def test_very_many_rows_in_one_change(world: World) -> None:
    """More marks than fit on Lua's stack at once."""
    char_id = await world.character()
    await world.gateway.view(char_id)
    session = await world.core.sessions.get_session(char_id)
    assert session
    rows = RowChanges(changed=frozenset(range(1, 5000)))

    assert isinstance(await world.core.store.save(Save(session, "new", dirty=True, rows=rows)), Saved)

    state = await world.core.store.inspect(char_id)
    assert state
    assert state.rev == "new"
    assert state.marks.keys() == rows.changed


@pytest.mark.parametrize("version", [2**20, 2**40])
def test_buttons_fit(version: int) -> None:
    most = 2**63 - 1
    act = Acts(2**52 - 1, stamp(version, "x"), page=99).merge(Do.MERGE, most, into=most)
    assert len(act.pack().encode()) <= 64


async def test_versions_of_63_bits(world: World) -> None:
    """An operator's number; Lua counts in doubles."""
    char_id = await world.character()
    await world.execute(
        "UPDATE inventories SET version = :v, rev = 'sql' WHERE char_id = :c", v=2**53 + 10, c=char_id
    )
    bread = await world.item(char_id, "bread")
    for _ in range(3):
        op_id = stamped((await world.gateway.open(char_id)).stamp, "dr")
        first = await world.gateway.drop_item(char_id, bread.id, 1, op_id=op_id)
        again = await world.gateway.drop_item(char_id, bread.id, 1, op_id=op_id)
        assert again.repeated
        assert again.result == first.result
        await world.gateway.sync_inventory(char_id)
    assert await world.pieces_in_rows(char_id, "bread") == 0


async def test_the_fresh_path_in_redis_commands(world: World) -> None:
    char_id = await world.character()
    bread = await world.item(char_id, "bread")
    await world.gateway.lock_item(char_id, bread.id)

    async def calls() -> Mapping[str, Any]:
        return dict(await world.core.redis.info("commandstats"))

    before = await calls()
    await world.gateway.unlock_item(char_id, bread.id)
    after = await calls()
    made = {
        name: each["calls"] - before.get(name, {"calls": 0})["calls"]
        for name, each in after.items()
        if each["calls"] != before.get(name, {"calls": 0})["calls"]
    }
    assert len(made) <= 12


async def test_a_process_that_starts_while_the_database_is_away(
    fragile: World, own_servers: EmbeddedServers, settings: CoreSettings
) -> None:
    char_id = await fragile.character()
    bread = await fragile.item(char_id, "bread")
    update = {"redis_url": own_servers.redis_url, "database_url": own_servers.database_url}
    own_servers.postgres.kill()
    try:
        async with open_core(settings.model_copy(update=update)) as core:
            late = World(core)
            await late.gateway.drop_item(char_id, bread.id, 1)
            await fragile.gateway.drop_item(char_id, bread.id, 1)
            own_servers.postgres.start()
            await core.generation.refresh()
            await late.gateway.drop_item(char_id, bread.id, 1)
            await late.core.worker.drain()
            assert await late.pieces_in_rows(char_id, "bread") == 0
    finally:
        own_servers.postgres.start()


@pytest.mark.parametrize("written", [False, True], ids=["first visit", "second visit"])
async def test_row_12_a_fight_goes_on_without_the_database(
    fragile: World, own_servers: EmbeddedServers, written: bool
) -> None:
    char_id = await fragile.character()
    route = fragile.core.router.route
    if written:
        await an_earlier_visit(fragile, char_id)
    await route("training", "start", StartFight(char_id, "begin"))
    own_servers.postgres.kill()
    try:
        for _ in range(3):
            view = await route("training", "look", LookAtFight(char_id))
            await route("training", "move", MakeMove(char_id, view.fight.id, view.fight.turn, Move(None, 0)))
    finally:
        own_servers.postgres.start()
