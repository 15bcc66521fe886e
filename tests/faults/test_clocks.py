"""A clock jumps, Redis' own or a process': row 47."""

import pytest

from apps.game_core.modules.inventory.errors import CannotUndoError, UndoObstacle
from tests.support.invariants import check
from tests.support.world import World
from tools.support.clocks import AdjustableClock, step_redis_clock

HOURS = 6 * 3_600_000


async def clock_steps(world: World, char_id: int, milliseconds: int) -> None:
    await step_redis_clock(world.core.redis, char_id, milliseconds)


@pytest.mark.parametrize("steps", [(-HOURS,), (HOURS,), (-HOURS, HOURS), (HOURS, -HOURS), (-HOURS, -HOURS)])
async def test_fault_47_changes_are_written_on_and_nobody_is_refused(
    world: World, steps: tuple[int, ...]
) -> None:
    char_id = await world.character()
    bread, potion = await world.item(char_id, "bread"), await world.item(char_id, "health_potion")
    for number, step in enumerate(steps):
        await world.gateway.lock_item(char_id, bread.id, op_id=f"lock{number}")
        await clock_steps(world, char_id, step)
        await world.gateway.use_consumable(char_id, potion.id, op_id=f"use{number}")
        await world.core.worker.round()
        assert f"lock{number}" in [entry.op_id for entry in await world.ledger(char_id)]
    await world.core.worker.drain()
    assert len(await world.ledger(char_id)) == 2 * len(steps)
    await check(world, char_id)


async def test_fault_47_a_lease_written_by_a_clock_that_was_ahead_runs_out(world: World) -> None:
    char_id = await world.character()
    bread = await world.item(char_id, "bread")
    await world.gateway.drop_item(char_id, bread.id, 1)
    assert await world.core.store.claim([char_id], "of a worker that died")
    await clock_steps(world, char_id, -HOURS)

    assert await world.core.worker.round() == 1


async def test_fault_47_a_parked_session_stays_parked(world: World) -> None:
    char_id = await world.character()
    bread = await world.item(char_id, "bread")
    await world.gateway.drop_item(char_id, bread.id, 1)
    for _ in range(5):
        await world.core.store.fail(char_id)
    for step in (-HOURS, HOURS, HOURS):
        await clock_steps(world, char_id, step)
        assert await world.core.store.parked() == [char_id]
        assert await world.core.worker.round() == 0


async def _done(world: World, what: str) -> int:
    """Something that can be taken back; returns whose."""
    char_id = await world.character()
    bread = await world.item(char_id, "bread")
    if what == "drop":
        await world.gateway.drop_item(char_id, bread.id, 1, op_id="done")
    else:
        sword = await world.item(char_id, "iron_sword")
        await world.gateway.equip_item(char_id, sword.id, op_id="done")
    return char_id


@pytest.mark.parametrize("what", ["drop", "equip"])
@pytest.mark.parametrize("ahead", [-HOURS, HOURS], ids=["behind", "ahead"])
async def test_fault_47_nothing_is_taken_back_hours_later_by_another_clock(
    world: World, game_clock: AdjustableClock, what: str, ahead: int
) -> None:
    game_clock.advance(ahead / 1000)
    char_id = await _done(world, what)
    game_clock.advance(-ahead / 1000)

    with pytest.raises(CannotUndoError) as refused:
        await (world.gateway.undo if what == "drop" else world.gateway.revert)(char_id, "done")

    assert refused.value.obstacle is UndoObstacle.TOO_LATE


@pytest.mark.parametrize("what", ["drop", "equip"])
async def test_fault_47_a_clock_that_is_a_little_ahead_is_no_matter(
    world: World, game_clock: AdjustableClock, what: str
) -> None:
    game_clock.advance(20)
    char_id = await _done(world, what)
    game_clock.advance(-20)

    await (world.gateway.undo if what == "drop" else world.gateway.revert)(char_id, "done")

    await check(world, char_id)
