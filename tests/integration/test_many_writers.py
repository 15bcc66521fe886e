"""Many tasks and several processes on one character."""

import asyncio
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from multiprocessing.connection import Connection
from typing import Any

import pytest

from apps.game_core.container import open_core
from apps.game_core.modules.inventory.errors import SessionConflictError
from apps.game_core.modules.inventory.inventory.model import InventorySession
from apps.game_core.settings import CoreSettings
from apps.game_core.value import replace
from tests.support.busy import lock_and_unlock
from tests.support.invariants import check
from tests.support.world import World
from tools.support.forks import forks
from tools.support.patience import PATIENCE

TASKS, CHANGES = 50, 20
PROCESSES, CHANGES_EACH = 4, 100


async def test_fifty_tasks_of_twenty_changes_lose_none(world: World) -> None:
    char_id = await world.character()
    ore = await world.item(char_id, "iron_ore")
    before = (await world.control(char_id))["version"]

    async def work(task: int) -> None:
        for step in range(CHANGES):
            change = world.gateway.lock_item if (task + step) % 2 else world.gateway.unlock_item
            await change(char_id, ore.id)

    await asyncio.gather(*(work(task) for task in range(TASKS)))

    control = await world.control(char_id)
    assert int(control["version"]) - int(before) == TASKS * CHANGES
    await world.gateway.sync_inventory(char_id)
    [ledger] = await world.query("SELECT count(*) AS rows FROM inventory_operations WHERE version > 0")
    assert ledger.rows == TASKS * CHANGES
    retries = world.core.metrics.registry.get_sample_value("inventory_conflicts_total")
    assert retries is not None
    assert retries / (TASKS * CHANGES) <= 0.1


@contextmanager
def busy(settings: CoreSettings, char_id: int, item_id: int) -> Iterator["Connection[Any, Any]"]:
    """Another process, and what leads to it."""
    here, there = forks().Pipe()
    arguments = (there, settings, char_id, item_id, CHANGES_EACH)
    process = forks().Process(target=lock_and_unlock, args=arguments, daemon=True)
    process.start()
    there.close()
    try:
        yield here
        process.join(PATIENCE)
        assert process.exitcode == 0
    finally:
        process.kill()


async def heard(pipe: "Connection[Any, Any]") -> Any:
    assert await asyncio.to_thread(pipe.poll, PATIENCE)
    return pipe.recv()


async def test_four_processes_on_one_character_lose_nothing(
    world: World, settings: CoreSettings, capsys: pytest.CaptureFixture[str]
) -> None:
    char_id = await world.character()
    ore = await world.item(char_id, "iron_ore")
    with ExitStack() as running:
        pipes = [running.enter_context(busy(settings, char_id, ore.id)) for _ in range(PROCESSES)]
        assert [await heard(pipe) for pipe in pipes] == ["ready"] * PROCESSES
        for pipe in pipes:
            pipe.send("go")
        ended = [await heard(pipe) for pipe in pipes]

    told, retries = map(sum, zip(*ended, strict=True))
    await world.gateway.sync_inventory(char_id)
    written = len(await world.ledger(char_id))
    with capsys.disabled():
        sys.stdout.write(
            f"\n{PROCESSES} processes on one character: {told} of {PROCESSES * CHANGES_EACH} operations took"
            f" effect, {told - written} lost, {retries / told:.2f} retries per operation\n"
        )
    assert written == told
    assert told >= PROCESSES * CHANGES_EACH * 0.9
    await check(world, char_id)


async def test_two_processes_drop_pieces_of_one_stack_without_losing_one(
    world: World, settings: CoreSettings
) -> None:
    char_id = await world.character()
    ore = await world.item(char_id, "iron_ore")

    async with open_core(settings) as other:
        await asyncio.gather(
            *(core.gateway.drop_item(char_id, ore.id, 1) for core in (world.core, other) for _ in range(5))
        )

    assert (await world.item(char_id, "iron_ore")).quantity == 2


async def test_one_tap_fifty_times_is_one_effect(world: World) -> None:
    char_id = await world.character()
    potion = await world.item(char_id, "health_potion")

    outcomes = await asyncio.gather(
        *(world.gateway.use_consumable(char_id, potion.id, op_id="tap") for _ in range(50))
    )

    assert [outcome.repeated for outcome in outcomes].count(False) == 1
    assert {outcome.result.remaining_quantity for outcome in outcomes} == {4}
    assert (await world.item(char_id, "health_potion")).quantity == 4


async def test_a_repeated_operation_that_would_be_refused_now_answers_as_it_did_then(world: World) -> None:
    char_id = await world.character()
    bread = await world.item(char_id, "bread")
    first = await world.gateway.drop_item(char_id, bread.id, op_id="tap")

    second = await world.gateway.drop_item(char_id, bread.id, op_id="tap")

    assert second.repeated
    assert second.result == first.result


async def test_a_process_with_an_old_session_in_mind_applies_its_change_to_the_new_one(
    world: World, settings: CoreSettings
) -> None:
    char_id = await world.character()
    async with open_core(settings) as other:
        await other.gateway.view(char_id)
        bread = await world.item(char_id, "bread")
        await world.gateway.drop_item(char_id, bread.id)
        ore = await world.item(char_id, "iron_ore")

        await other.gateway.lock_item(char_id, ore.id)

    view = await world.gateway.view(char_id)
    assert {item.base_id for item in view.backpack}.isdisjoint({"bread"})
    assert (await world.item(char_id, "iron_ore")).locked


async def test_a_refusal_on_an_old_session_is_none(world: World, settings: CoreSettings) -> None:
    char_id = await world.character()
    async with open_core(settings) as other:
        await other.gateway.view(char_id)
        await world.gateway.add_item(char_id, "wooden_shield", 1)
        shield = await world.item(char_id, "wooden_shield")

        await other.gateway.drop_item(char_id, shield.id)

    assert await world.pieces(char_id, "wooden_shield") == 0


async def test_a_save_on_an_old_revision_changes_nothing(world: World) -> None:
    char_id = await world.character()
    old = await world.core.sessions.get_session(char_id) or (await _loaded(world, char_id))
    bread = next(item for item in old.backpack if item.base_id == "bread")
    await world.gateway.lock_item(char_id, bread.id)

    with pytest.raises(SessionConflictError):
        await world.core.sessions.save_session(char_id, replace(old, backpack=()))

    assert len((await world.gateway.view(char_id)).backpack) == len(old.backpack)


async def test_opening_at_once_loads_from_the_database_once(world: World) -> None:
    char_id = await world.character()
    await asyncio.gather(*(world.gateway.view(char_id) for _ in range(20)))

    assert not await world.core.redis.keys("temp:inventory:*")
    assert await world.core.redis.get(f"inventory:lock:{char_id}") is None
    assert (await world.control(char_id))["version"] == "0"


async def _loaded(world: World, char_id: int) -> InventorySession:
    await world.gateway.view(char_id)
    session = await world.core.sessions.get_session(char_id)
    assert session is not None
    return session


async def test_more_players_than_connections_wait_their_turn(world: World, settings: CoreSettings) -> None:
    char_ids = [await world.character(f"Hero {number}") for number in range(20)]
    few = settings.model_copy(update={"redis_max_connections": 2, "redis_timeout": 20})
    async with open_core(few) as core:
        opened = await asyncio.gather(*(core.gateway.open(char_id) for char_id in char_ids * 10))

    assert [inventory.stale for inventory in opened] == [False] * 200
