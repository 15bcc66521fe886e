"""What is given goes into a trade, is exchanged or comes back; all that there is stays as much as it was."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.exc import IntegrityError

from apps.game_core.adapters.postgres.unit_of_work import PostgresUnitOfWork
from apps.game_core.container import open_core
from apps.game_core.modules.characters.contracts import DeleteCharacter
from apps.game_core.modules.inventory.contracts import AddCoins
from apps.game_core.modules.inventory.errors import InventoryUnavailableError
from apps.game_core.modules.inventory.inventory.logic.sessions.write_plan import inventory_data
from apps.game_core.modules.inventory.session_store import Claim
from apps.game_core.settings import CoreSettings
from apps.game_core.value import replace
from tests.integration.test_audit import findings
from tests.support.invariants import check
from tests.support.seats import Seats, receive, rich, seated, state, things, write
from tests.support.wealth import in_database, intact
from tests.support.world import World
from tests.support.write_log import WriteLog

BREAD, ORE = 3, 12
"""What a newborn has."""


@pytest.fixture
async def other(settings: CoreSettings, world: World) -> AsyncIterator[World]:
    async with open_core(settings) as opened:
        yield World(opened)


async def delete(world: World, char_id: int) -> None:
    await world.core.router.ask(DeleteCharacter(char_id))


async def call_off(world: World, trade: int) -> bool:
    async with PostgresUnitOfWork(world.core.engine) as unit:
        ended = await unit.trades.call_off([trade])
        await unit.commit()
    return bool(ended)


async def exchanged(seats: Seats) -> None:
    world = seats.world
    assert await state(world, seats.trade) == "settled"
    assert await things(world, seats.first) == (0, 2 * ORE, 70)
    assert await things(world, seats.second) == (2 * BREAD, 0, 130)


async def untouched(seats: Seats) -> None:
    world = seats.world
    assert await state(world, seats.trade) in (None, "off")
    assert [await things(world, each) for each in seats.both] == [(BREAD, ORE, 100)] * 2


async def all_is_well(seats: Seats) -> None:
    """Once everything is written, whole, and explained by the ledgers."""
    await seats.world.core.worker.drain()
    for char_id in seats.both:
        await check(seats.world, char_id)
    assert await findings(seats.world) == []


async def test_two_that_gave_for_one_table_have_what_the_other_gave(world: World) -> None:
    seats = await seated(world)
    wealth = await in_database(world)
    await seats.exchange()
    await intact(world, wealth)

    await write(world, *seats.both)

    assert await state(world, seats.trade) == "settled"
    await intact(world, wealth)
    await receive(world, *seats.both)
    await intact(world, wealth)
    await exchanged(seats)
    await all_is_well(seats)
    await intact(world, wealth)


async def test_a_trade_takes_two_transactions_for_both(world: World) -> None:
    seats = await seated(world)
    log = WriteLog(world.core.engine)
    await log.install()
    try:
        await seats.exchange()
        await write(world, *seats.both)
        await receive(world, *seats.both)
        await world.core.worker.drain()
        assert (await log.writes()).transactions == 2
    finally:
        await log.remove()
    await exchanged(seats)


@pytest.mark.parametrize("late", [0, 1])
async def test_what_one_gave_waits_for_the_other(world: World, late: int) -> None:
    seats = await seated(world)
    wealth = await in_database(world)
    first, second = seats.both[late], seats.both[1 - late]
    for char_id in seats.both:
        await seats.confirm(char_id)
    await seats.give(first)
    await write(world, first)

    assert await state(world, seats.trade) == "open"
    await intact(world, wealth)

    await seats.give(second)
    await write(world, second)
    await receive(world, *seats.both)
    await exchanged(seats)
    await all_is_well(seats)
    await intact(world, wealth)


async def test_what_was_given_for_another_table_comes_back_to_both(world: World) -> None:
    seats = await seated(world)
    wealth = await in_database(world)
    for char_id in seats.both:
        await seats.confirm(char_id)
    await seats.give(seats.first)
    await seats.change(seats.second)
    await seats.confirm(seats.second)
    await seats.give(seats.second)

    await write(world, *seats.both)

    assert await state(world, seats.trade) == "off"
    await intact(world, wealth)
    await receive(world, *seats.both)
    await untouched(seats)
    await all_is_well(seats)


@pytest.mark.parametrize("ended", ["settled", "off"])
async def test_what_is_given_into_a_trade_that_has_ended_comes_straight_back(
    world: World, ended: str
) -> None:
    seats = await seated(world)
    await seats.exchange()
    if ended == "settled":
        await write(world, *seats.both)
    else:
        await write(world, seats.first)
        assert await call_off(world, seats.trade)
        await write(world, seats.second)
    await receive(world, *seats.both)
    had = [await things(world, each) for each in seats.both]
    again = await seated(world, seats.second, seats.first, seats.trade)
    wealth = await in_database(world)

    await again.exchange()
    await write(world, *seats.both)

    assert await state(world, seats.trade) == ended
    await intact(world, wealth)
    await receive(world, *seats.both)
    assert [await things(world, each) for each in seats.both] == had
    await all_is_well(seats)


async def test_a_third_gives_into_nobodys_trade(world: World) -> None:
    seats = await seated(world)
    for char_id in seats.both:
        await seats.confirm(char_id)
    await seats.give(seats.first)
    await write(world, seats.first)
    thief = await seated(world, await rich(world), seats.first, seats.trade)
    thief.halves[seats.first] = seats.halves[seats.first]
    wealth = await in_database(world)
    await thief.confirm(thief.first)
    await thief.give(thief.first)

    await write(world, thief.first)

    assert await state(world, seats.trade) == "open"
    await receive(world, thief.first)
    assert await things(world, thief.first) == (BREAD, ORE, 100)
    await seats.give(seats.second)
    await write(world, seats.second)
    assert await state(world, seats.trade) == "settled"
    await intact(world, wealth)


async def test_who_is_called_off_has_everything_back_once(world: World) -> None:
    seats = await seated(world)
    wealth = await in_database(world)
    for char_id in seats.both:
        await seats.confirm(char_id)
    await seats.give(seats.first)
    await write(world, seats.first)

    assert [await call_off(world, seats.trade) for _ in range(2)] == [True, False]

    await intact(world, wealth)
    await receive(world, *seats.both)
    await untouched(seats)
    await all_is_well(seats)


async def test_what_is_settled_is_never_called_off(world: World) -> None:
    seats = await seated(world)
    wealth = await in_database(world)
    await seats.exchange()
    await write(world, *seats.both)

    assert not await call_off(world, seats.trade)

    await receive(world, *seats.both)
    await exchanged(seats)
    await intact(world, wealth)


async def left_behind(world: World, char_id: int) -> list[Any]:
    """Rows in which the character is."""
    trades = await world.query("SELECT id FROM trades WHERE :id IN (first, second)", id=char_id)
    return [*trades, *await world.query("SELECT trade FROM trade_gifts WHERE giver = :id", id=char_id)]


@pytest.mark.parametrize("who", [0, 1])
async def test_who_is_deleted_leaves_every_trade_and_no_name(world: World, who: int) -> None:
    seats = await seated(world)
    for char_id in seats.both:
        await seats.confirm(char_id)
    await seats.give(seats.first)
    await write(world, seats.first)

    await delete(world, seats.both[who])

    assert await state(world, seats.trade) == "off"
    assert await left_behind(world, seats.both[who]) == []
    left = seats.both[1 - who]
    await receive(world, left)
    assert await things(world, left) == (BREAD, ORE, 100)
    await world.core.worker.drain()
    assert await findings(world) == []


async def test_what_is_given_to_nobody_comes_straight_back(world: World) -> None:
    seats = await seated(world)
    await seats.exchange()
    await delete(world, seats.second)

    await write(world, seats.first)

    assert await state(world, seats.trade) == "off"
    assert await left_behind(world, seats.second) == []
    await receive(world, seats.first)
    assert await things(world, seats.first) == (BREAD, ORE, 100)
    await world.core.worker.drain()
    assert await findings(world) == []


async def test_what_is_settled_belongs_to_its_receiver_though_the_giver_is_deleted(world: World) -> None:
    seats = await seated(world)
    await seats.exchange()
    await write(world, *seats.both)

    await delete(world, seats.second)

    await receive(world, seats.first)
    assert await things(world, seats.first) == (0, 2 * ORE, 70)
    assert await state(world, seats.trade) == "settled"
    await world.core.worker.drain()
    assert await findings(world) == []


async def test_a_write_of_somebody_who_knows_nothing_of_trades_is_refused(world: World) -> None:
    """What it writes of a give would be in nobody's hands."""
    seats = await seated(world)
    wealth = await in_database(world)
    await seats.exchange()
    [claim] = await world.core.store.claim([seats.first], "token")
    assert isinstance(claim, Claim)
    data = replace(inventory_data(claim), gives=())

    async with PostgresUnitOfWork(world.core.engine) as unit:
        with pytest.raises(InventoryUnavailableError):
            await unit.inventories.update_character_inventory(seats.first, data)

    await write(world, *seats.both)
    assert await state(world, seats.trade) == "settled"
    await intact(world, wealth)


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE trades SET second = first",
        "UPDATE trades SET state = 'open'",
        "UPDATE trades SET state = 'lost'",
        "UPDATE trades SET ended_at = NULL",
        "UPDATE trade_gifts SET coins = -1",
    ],
)
async def test_trades_that_make_no_sense_are_refused(world: World, damage: str) -> None:
    seats = await seated(world)
    await seats.exchange()
    await write(world, *seats.both)

    with pytest.raises(IntegrityError):
        await world.execute(damage)


async def deadlocks(world: World) -> int:
    """So far; each connection tells of its own when it is at rest, or asked to."""
    await world.execute("SELECT pg_stat_force_next_flush()")
    [row] = await world.query("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
    return int(row.deadlocks)


async def test_of_two_who_are_deleted_before_anything_is_written_nothing_is_left_to_settle(
    world: World, other: World
) -> None:
    seats = await seated(world)
    await seats.exchange()
    for char_id in seats.both:
        await delete(world, char_id)

    await write(other, *seats.both)
    await world.core.worker.drain()

    assert await state(world, seats.trade) is None


async def test_everybody_at_once_is_as_one_after_the_other(world: World, other: World) -> None:
    """Writers, whoever calls off and whoever deletes meet in every order, and nobody waits for ever."""
    tables = [await seated(world) for _ in range(6)]
    for seats in tables:
        await seats.exchange()
    before = await deadlocks(world)
    deleted = [tables[0].second, tables[1].first, tables[2].first, tables[2].second]

    async def patiently(world: World, char_id: int) -> None:
        while True:
            try:
                return await delete(world, char_id)
            except InventoryUnavailableError:
                await asyncio.sleep(0)

    writers = [write(each, *seats.both) for seats in tables for each in (world, other)]
    alone = [write(other, char_id) for seats in tables for char_id in reversed(seats.both)]
    enders = [call_off(world, seats.trade) for seats in tables for _ in range(2)]
    leavers = [patiently(each, char_id) for char_id, each in zip(deleted, (world, other) * 2, strict=True)]
    await asyncio.gather(*writers, *enders, *leavers, *alone)

    assert await deadlocks(world) == before
    await world.core.worker.drain()
    await other.core.worker.drain()
    for seats in tables:
        alive = [char_id for char_id in seats.both if char_id not in deleted]
        await receive(world, *alive)
        ends = ("settled", "off")
        # Of two who were both deleted before anything was written nothing is to be settled.
        assert await state(world, seats.trade) in (ends if alive else (*ends, None))
        if len(alive) == 2:
            pieces = [sum(each) for each in zip(*[await things(world, one) for one in alive], strict=True)]
            assert pieces == [2 * BREAD, 2 * ORE, 200]
    await world.core.worker.drain()
    assert await findings(world) == []


async def test_inventories_are_locked_in_the_order_of_characters_however_they_lie(world: World) -> None:
    """A write that waits for the first of two does not hold the second."""
    first, second = sorted([await rich(world), await rich(world)])
    for char_id in (second, first):
        await world.gateway.perform(char_id, AddCoins(amount=1))
        await world.gateway.sync_inventory(char_id)
        await world.gateway.perform(char_id, AddCoins(amount=1))
    plans = "SET LOCAL enable_nestloop = off"
    event.listen(world.core.engine.sync_engine, "begin", lambda opened: opened.exec_driver_sql(plans))
    lock = sa.text("SELECT 1 FROM inventories WHERE char_id = :id FOR NO KEY UPDATE NOWAIT")
    waiting = "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
    async with world.core.engine.begin() as connection:
        await connection.execute(lock, {"id": first})
        writing = asyncio.create_task(write(world, first, second))
        while not await world.query(waiting):  # noqa: ASYNC110 - the database has no event
            await asyncio.sleep(0)
        await connection.execute(lock, {"id": second})
    await writing
    assert [(await world.row(char_id)).coins for char_id in (first, second)] == [102, 102]
