"""PostgreSQL comes back older in the middle of a trade: what was received is believed only with its row."""

from uuid import uuid4

import pytest
import sqlalchemy as sa

from tests.faults.test_restored_database import _TABLES as INVENTORIES
from tests.integration.test_audit import findings, inventory_findings
from tests.support.invariants import check
from tests.support.seats import receive, seated, state, things, write
from tests.support.wealth import in_database, intact
from tests.support.world import World

TABLES = (*INVENTORIES, "trades", "trade_gifts")


async def back_up(world: World) -> None:
    for table in TABLES:
        await world.execute(f"CREATE TABLE backup_{table} AS TABLE {table}")


async def restore(world: World) -> None:
    """The rows as they were; everything since is gone."""
    async with world.core.engine.begin() as connection:
        for mark in ("inventory.writer', 'session", "inventory.gives', 'settled"):
            await connection.execute(sa.text(f"SELECT set_config('{mark}', true)"))
        for table in reversed(TABLES):
            await connection.execute(sa.text(f"DELETE FROM {table}"))
        for table in TABLES:
            copy = f"INSERT INTO {table} OVERRIDING SYSTEM VALUE SELECT * FROM backup_{table}"
            await connection.execute(sa.text(copy))
            await connection.execute(sa.text(f"DROP TABLE backup_{table}"))


async def announce(world: World, *others: World) -> None:
    await world.core.generation.generation.announce(uuid4().hex)
    for each in (world, *others):
        await each.core.generation.refresh()


@pytest.mark.parametrize("announced", [True, False])
async def test_what_was_received_of_a_settlement_that_is_gone_is_told_as_lost(
    world: World, other: World, announced: bool
) -> None:
    """The receipt waits to be written on a row that still stands."""
    seats = await seated(world)
    for char_id in seats.both:
        await seats.confirm(char_id)
    await seats.give(seats.first)
    await write(world, seats.first)
    await back_up(world)
    wealth = await in_database(world)
    await seats.give(seats.second)
    await write(world, seats.second)
    await receive(world, seats.first)

    await restore(world)
    if announced:
        await announce(world, other)
    else:
        await write(world, seats.first)

    reader = await other.gateway.open(seats.first)
    assert "lost" in reader.conflicts
    assert await things(other, seats.first) == (0, 12, 70), "what it gave is still in the trade"
    await intact(world, wealth) if announced else None
    await world.core.worker.drain()
    assert await in_database(world) == wealth
    assert await findings(world) == []


async def test_a_row_that_brings_something_else_is_not_taken_for_what_was_received(world: World) -> None:
    seats = await seated(world)
    wealth = await in_database(world)
    await seats.exchange()
    await write(world, *seats.both)
    await receive(world, seats.first)
    await world.execute("UPDATE inventory_inbox SET mark = mark + 1000 WHERE char_id = :id", id=seats.first)

    await write(world, seats.first)

    assert "lost" in (await world.gateway.open(seats.first)).conflicts
    assert await things(world, seats.first) == (0, 12, 70)
    await receive(world, *seats.both)
    assert await things(world, seats.first) == (0, 24, 70), "what the row brings now is something else"
    await world.core.worker.drain()
    assert await in_database(world) == wealth
    assert await inventory_findings(world) == []
    assert ["is nowhere" in str(each) for each in await findings(world)] == [True, False], "and it is named"


async def test_a_give_that_only_the_session_knows_goes_in_anew(world: World, other: World) -> None:
    seats = await seated(world)
    wealth = await in_database(world)
    await back_up(world)
    await seats.exchange()
    await restore(world)
    await announce(world, other)

    for each in (world, other):
        for char_id in seats.both:
            await each.gateway.open(char_id)
    await write(other, *seats.both)

    assert await state(world, seats.trade) == "settled"
    await receive(world, *seats.both)
    assert await things(world, seats.first) == (0, 24, 70)
    await world.core.worker.drain()
    await intact(world, wealth)
    assert await findings(world) == []


async def test_what_both_received_comes_to_nothing_and_back(world: World) -> None:
    """A whole trade is younger than the backup."""
    seats = await seated(world)
    wealth = await in_database(world)
    await back_up(world)
    await seats.exchange()
    await write(world, *seats.both)
    await receive(world, *seats.both)
    await restore(world)
    await announce(world)

    for _ in range(3):
        for char_id in seats.both:
            await world.gateway.open(char_id)
        await world.core.worker.drain()
        await receive(world, *seats.both)

    await world.core.worker.drain()
    await intact(world, wealth)
    for char_id in seats.both:
        await check(world, char_id)
    assert await findings(world) == []
