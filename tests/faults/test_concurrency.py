"""Rows 4 to 7, 20, 27, 28 and 35: things that happen at the same time, or late, or twice."""

import asyncio
import random
from unittest.mock import patch

import pytest

from apps.game_core.adapters.postgres.unit_of_work import PostgresUnitOfWork
from apps.game_core.modules.inventory.contracts import ChangeHealth, Perform
from apps.game_core.modules.inventory.errors import (
    InventoryError,
    OperationRefusedError,
    SessionConflictError,
)
from apps.game_core.modules.inventory.inventory.logic.sessions.write_plan import inventory_data
from apps.game_core.modules.inventory.ports import DatabaseRow, Mismatch
from apps.game_core.modules.inventory.session_store import Acknowledgement, Claim
from apps.game_core.modules.items.contracts import Slot
from tests.support.invariants import check, items_of
from tests.support.world import World


async def claimed(world: World, char_id: int) -> Claim:
    (claim,) = await world.core.store.claim([char_id], world.core.sync.ids.token())
    assert isinstance(claim, Claim)
    return claim


async def test_fault_04_a_change_lands_during_the_write(world: World) -> None:
    char_id = await world.character()
    sword = await world.item(char_id, "iron_sword")
    await world.gateway.equip_item(char_id, sword.id, op_id="before")
    commit = PostgresUnitOfWork.commit

    async def commit_slowly(self: PostgresUnitOfWork) -> None:
        await world.gateway.unequip_item(char_id, Slot.MAIN_HAND, op_id="during")
        await commit(self)

    with patch.object(PostgresUnitOfWork, "commit", commit_slowly):
        await world.gateway.sync_inventory(char_id)

    assert [entry.op_id for entry in await world.ledger(char_id)] == ["before"]
    assert await world.is_indexed(char_id)
    await check(world, char_id)
    await world.gateway.sync_inventory(char_id)
    assert [entry.op_id for entry in await world.ledger(char_id)] == ["before", "during"]
    assert (await world.rows(char_id))[sword.id].place == "backpack"
    await check(world, char_id)


async def test_fault_05_dirty_session_idle_for_longer_than_the_ttl(world: World) -> None:
    char_id = await world.character()
    sword = await world.item(char_id, "iron_sword")
    await world.gateway.equip_item(char_id, sword.id)
    for _ in range(2):
        await asyncio.sleep(0.25)

    assert (await world.document(char_id) or {})["metadata"]["dirty"] is True
    assert await world.core.worker.round() == 1
    assert (await world.document(char_id) or {})["metadata"]["dirty"] is False
    for _ in range(2):
        await asyncio.sleep(0.25)
    assert await world.document(char_id) is None
    assert await world.control(char_id) == {}
    assert (await world.rows(char_id))[sword.id].place == "main_hand"


async def one_tap(world: World, char_id: int, roll: float, op_id: str) -> int:
    """How many pieces of bread were gained, as told."""
    try:
        if roll < 0.5:
            await world.gateway.add_item(char_id, "bread", 1, op_id=op_id)
            return 1
        if roll >= 0.95:
            await world.gateway.sync_inventory(char_id)
            return 0
        bread = await world.item(char_id, "bread")
        if roll < 0.8:
            await world.gateway.drop_item(char_id, bread.id, 1, op_id=op_id)
            return -1
        await world.gateway.split_stack(char_id, bread.id, 1, op_id=op_id)
    except SessionConflictError:  # eight times another was faster; whoever is told so taps again
        return await one_tap(world, char_id, roll, op_id)
    except (OperationRefusedError, StopIteration, RuntimeError):
        return 0
    return 0


async def one_device(world: World, char_id: int, seed: str, steps: int) -> int:
    """Random taps; returns how many pieces of bread they were told to have gained."""
    dice = random.Random(seed)
    return sum([await one_tap(world, char_id, dice.random(), f"{seed}:{step}") for step in range(steps)])


async def test_fault_06_two_devices_in_hundreds_of_interleavings(world: World, other: World) -> None:
    char_id = await world.character()
    before = await world.pieces(char_id, "bread")

    async with asyncio.TaskGroup() as devices:
        told = [
            devices.create_task(one_device(world, char_id, "phone", 200)),
            devices.create_task(one_device(other, char_id, "tablet", 200)),
        ]
    await world.gateway.sync_inventory(char_id)

    gained = sum(device.result() for device in told)
    assert await world.pieces(char_id, "bread") == before + gained
    assert await world.pieces_in_rows(char_id, "bread") == before + gained
    await check(world, char_id)


async def test_fault_07_a_stalled_worker_commits_late(world: World) -> None:
    char_id = await world.character()
    sword = await world.item(char_id, "iron_sword")
    await world.gateway.equip_item(char_id, sword.id)
    stalled = await claimed(world, char_id)
    await world.gateway.unequip_item(char_id, Slot.MAIN_HAND)
    await world.gateway.sync_inventory(char_id)
    row, rows = await world.row(char_id), await world.rows(char_id)

    async with PostgresUnitOfWork(world.core.engine) as unit:
        outcome = await unit.inventories.update_character_inventory(char_id, inventory_data(stalled))
        await unit.commit()

    assert outcome == Mismatch(DatabaseRow(row.version, row.rev))
    assert (await world.row(char_id), await world.rows(char_id)) == (row, rows)
    late = Acknowledgement(stalled, DatabaseRow(stalled.session.version, stalled.token))
    assert await world.core.store.acknowledge([late]) == [False]
    await check(world, char_id)


async def test_fault_20_a_lock_holder_that_was_paused_cannot_create_the_session(
    world: World, other: World
) -> None:
    char_id = await world.character()
    assert await world.core.store.lock(char_id, "paused")
    snapshot = await world.core.rebase.snapshots.of(char_id)
    await world.core.redis.delete(f"inventory:lock:{char_id}")
    sword = await other.item(char_id, "iron_sword")
    await other.gateway.equip_item(char_id, sword.id)
    changed = await other.document(char_id)

    late = await world.core.sessions.create_session_from_snapshot(char_id, snapshot, lock_token="paused")

    assert late is None
    assert await world.document(char_id) == changed


async def test_fault_27_the_same_button_fifty_times_at_once(world: World, other: World) -> None:
    char_id = await world.character()
    bread = await world.item(char_id, "bread")

    outcomes = await asyncio.gather(
        *(
            each.gateway.drop_item(char_id, bread.id, 1, op_id="button:1")
            for each in (world, other)
            for _ in range(25)
        )
    )

    assert [outcome.repeated for outcome in outcomes].count(False) == 1
    assert all(outcome.result == outcomes[0].result for outcome in outcomes)
    assert await world.pieces(char_id, "bread") == 2
    await check(world, char_id)


@pytest.mark.parametrize("between", ["nothing", "sync", "expiry"])
async def test_fault_28_the_same_update_delivered_twice(world: World, between: str) -> None:
    char_id = await world.character()
    bread = await world.item(char_id, "bread")
    first = await world.gateway.drop_item(char_id, bread.id, 1, op_id="update:1")
    if between != "nothing":
        await world.gateway.sync_inventory(char_id)
    if between == "expiry":
        await world.core.redis.flushall()

    second = await world.gateway.drop_item(char_id, bread.id, 1, op_id="update:1")

    assert (second.repeated, second.result) == (True, first.result)
    assert await world.pieces(char_id, "bread") == 2


async def test_fault_28_even_after_the_session_forgot_the_operation(world: World) -> None:
    char_id = await world.character()
    bread = await world.item(char_id, "bread")
    await world.gateway.drop_item(char_id, bread.id, 1, op_id="update:1")
    await world.gateway.sync_inventory(char_id)
    await world.execute("UPDATE inventory_operations SET written_at = now() - interval '2 hours'")
    await world.core.redis.flushall()

    await world.gateway.drop_item(char_id, bread.id, 1, op_id="update:1")
    await world.gateway.sync_inventory(char_id)

    assert await world.pieces(char_id, "bread") == 2
    assert len(await world.ledger(char_id)) == 1
    await check(world, char_id)


@pytest.mark.parametrize("later", [0, 300])
async def test_fault_28_who_says_that_an_id_is_new_is_not_believed_by_the_ledger(
    world: World, later: int
) -> None:
    char_id = await world.character()
    bread = await world.item(char_id, "bread")
    before = await world.gateway.view(char_id)
    blow = Perform(char_id, ChangeHealth(amount=-10), "blow", since=before.version)
    first = await world.core.router.ask(blow)
    for number in range(later):
        await (world.gateway.unlock_item if number % 2 else world.gateway.lock_item)(char_id, bread.id)
    await world.gateway.sync_inventory(char_id)
    await world.core.redis.flushall()

    assert await world.core.router.ask(blow) == first

    await world.gateway.sync_inventory(char_id)
    assert (await world.gateway.view(char_id)).stats.hp == before.stats.hp - 10
    assert [entry.op_id for entry in await world.ledger(char_id)].count("blow") == 1
    await check(world, char_id)


async def test_fault_35_equip_and_drop_of_one_item_at_once(world: World, other: World) -> None:
    char_id = await world.character()
    sword = await world.item(char_id, "iron_sword")

    outcomes = await asyncio.gather(
        world.gateway.equip_item(char_id, sword.id),
        other.gateway.drop_item(char_id, sword.id),
        return_exceptions=True,
    )

    refused = [each for each in outcomes if isinstance(each, InventoryError)]
    assert len(refused) == 1
    assert isinstance(refused[0], OperationRefusedError)
    document = await world.document(char_id)
    assert document is not None
    worn = document["equipped"]["main_hand"]
    assert (worn is not None) == isinstance(outcomes[1], OperationRefusedError)
    assert (sword.id in items_of(document)) == (worn is not None)
    await check(world, char_id)
