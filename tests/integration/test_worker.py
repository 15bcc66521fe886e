"""Batches: few round trips, few statements, and any number of workers side by side."""

import asyncio
from typing import Any
from unittest.mock import patch

import pytest

from apps.game_core.adapters.postgres.unit_of_work import PostgresUnitOfWork
from apps.game_core.adapters.redis.session_store import RedisSessionStore
from apps.game_core.container import open_core
from apps.game_core.modules.characters.contracts import DeleteCharacter
from apps.game_core.modules.inventory.errors import (
    DatabaseDownError,
    SessionConflictError,
    SessionStoreDownError,
)
from apps.game_core.modules.inventory.inventory.logic.doing.inbox_delivery import InboxDelivery
from apps.game_core.modules.inventory.inventory.model import InventorySession
from apps.game_core.modules.inventory.snapshot import InboxGrant
from apps.game_core.settings import CoreSettings
from apps.game_core.system.nursery import Nursery
from tests.support.invariants import check
from tests.support.world import World
from tests.support.write_log import StatementCounter
from tools.support.patience import PATIENCE
from tools.support.round_trips import counting_round_trips


async def changed(world: World, count: int) -> list[int]:
    players = [await world.character(f"Player {number}") for number in range(count)]
    for char_id in players:
        bread = await world.item(char_id, "bread")
        await world.gateway.drop_item(char_id, bread.id, 1)
    return players


async def test_a_batch_is_at_most_four_round_trips(world: World) -> None:
    await changed(world, 1)
    await world.core.worker.drain()
    await world.core.worker.round()  # the server knows the scripts now
    players = await changed(world, 30)
    await world.core.redis.zadd("inventory:dirty", dict.fromkeys(map(str, players), 0))

    with counting_round_trips() as counted:
        assert await world.core.worker.round() == 30

    assert counted.trips <= 4
    for char_id in players:
        assert await world.pieces_in_rows(char_id, "bread") == 2
        await check(world, char_id)


async def test_overtaken_sessions_are_written_together(world: World) -> None:
    players = await changed(world, 12)
    edit = "UPDATE inventory_items SET quantity = 9 WHERE base_id = 'bread' AND char_id = ANY(:ids)"
    await world.execute(edit, ids=players)
    statements = StatementCounter(world.core)

    assert await world.core.worker.drain() == 12

    assert statements.count <= 12 + 6, "a snapshot each, and two batches"
    for char_id in players:
        assert await world.pieces_in_rows(char_id, "bread") == 8
        assert len(await world.ledger(char_id)) == 1
        await check(world, char_id)


async def test_lost_acknowledgements_are_made_up_for_together(world: World) -> None:
    players = await changed(world, 12)
    lost = patch.object(RedisSessionStore, "acknowledge", side_effect=SessionStoreDownError)
    with lost, pytest.raises(SessionStoreDownError):
        await world.core.worker.drain()

    with counting_round_trips() as counted:
        assert await world.core.worker.drain() == 12

    assert counted.trips <= 5, "whose, claimed, claimed anew, acknowledged, nothing left"
    for char_id in players:
        assert len(await world.ledger(char_id)) == 1
        await check(world, char_id)


async def test_one_in_trouble_costs_the_others_few_statements(world: World) -> None:
    players, stranger = await changed(world, 16), await world.character("Stranger")
    in_trouble = players[5]
    bread = await world.item(in_trouble, "bread")
    split = await world.gateway.split_stack(in_trouble, bread.id, 1)
    await world.execute(
        "INSERT INTO inventory_items (id, char_id, base_id, quantity, rarity, acquired_at, place, position) "
        "VALUES (:id, :char_id, 'bread', 1, 'common', 0, 'backpack', 99)",
        id=split.result.new_item.id,
        char_id=stranger,
    )
    statements = StatementCounter(world.core)

    assert await world.core.worker.drain() == 15

    assert statements.count <= 40, "halves of halves, not each by itself"
    for char_id in players:
        assert await world.is_indexed(char_id) is (char_id == in_trouble)
        await check(world, char_id)


async def test_workers_side_by_side_write_each_session_once(world: World, settings: CoreSettings) -> None:
    players = await changed(world, 40)
    async with open_core(settings) as first, open_core(settings) as second:
        written = await asyncio.gather(*(core.worker.drain() for core in (world.core, first, second)))

    assert sum(written) >= 40
    for char_id in players:
        assert (await world.row(char_id)).version == 1
        assert len(await world.ledger(char_id)) == 1
        await check(world, char_id)


@pytest.mark.parametrize("error", [SessionStoreDownError, None])
async def test_a_round_that_swallows_its_cancellation_ends_the_worker_too(
    world: World, error: type[Exception] | None
) -> None:
    reached = asyncio.Event()

    async def connecting(*_: object) -> list[int]:
        reached.set()
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:  # as drivers do that are cancelled while they connect
            if error is not None:
                raise error from None
        return []

    with patch.object(world.core.store, "due", connecting):
        nursery = Nursery()
        nursery.start("sync worker", world.core.worker.run())
        await asyncio.wait_for(reached.wait(), PATIENCE)
        await asyncio.wait_for(nursery.close(), PATIENCE)


async def test_drained_means_clean(world: World) -> None:
    await changed(world, 5)
    assert await world.core.worker.drain() == 5
    assert await world.core.store.dirty() == []
    assert await world.core.worker.drain() == 0


async def test_a_grant_for_a_character_that_was_just_deleted_holds_up_nobody(world: World) -> None:
    [delivery] = [chore for chore in world.core.worker.chores if isinstance(chore, InboxDelivery)]

    assert not await delivery.service.deliver(InboxGrant(1, 404, "bread", 1))


async def test_more_changes_do_not_put_the_write_off(world: World) -> None:
    char_id = (await changed(world, 1))[0]
    due = await world.core.redis.zscore("inventory:dirty", str(char_id))
    bread = await world.item(char_id, "bread")

    await world.gateway.drop_item(char_id, bread.id, 1)

    assert await world.core.redis.zscore("inventory:dirty", str(char_id)) == due


async def test_a_claim_by_hand_leaves_a_parked_session_parked(world: World, settings: CoreSettings) -> None:
    char_id = (await changed(world, 1))[0]
    for _ in range(settings.inventory_sync_failures):
        await world.core.store.fail(char_id)
    assert await world.core.store.parked() == [char_id]

    assert await world.core.store.claim([char_id], "token")

    assert await world.core.store.parked() == [char_id]


async def test_what_a_deleted_character_left_behind_is_discarded_not_parked(world: World) -> None:
    [char_id] = await changed(world, 1)
    await world.execute("DELETE FROM characters WHERE id = :id", id=char_id)

    await world.core.worker.drain()

    assert await world.core.store.parked() == []
    assert not await world.is_indexed(char_id)
    assert await world.document(char_id) is None


async def test_a_pause_has_an_end_however_long_a_store_was_away(world: World) -> None:
    assert 0 <= world.core.worker.pause(10_000) <= world.core.worker.backoff


async def test_a_session_that_takes_no_grant_holds_up_nobody(world: World) -> None:
    sick, well = await world.character("Sick"), await world.character("Well")
    core = world.core
    for char_id in (sick, well):
        await core.gateway.view(char_id)
        await core.gateway.grant(char_id, "iron_ore", 1)
    [delivery] = [each for each in core.worker.chores if isinstance(each, InboxDelivery)]
    save = core.sessions.save_session

    async def busy(char_id: int, *rest: Any, **named: Any) -> InventorySession:
        if char_id == sick:
            raise SessionConflictError(char_id)
        return await save(char_id, *rest, **named)

    with patch.object(core.sessions, "save_session", busy):
        assert await delivery.round() == 1

    assert await world.pieces(well, "iron_ore") == 13
    assert await world.pieces(sick, "iron_ore") == 12


async def test_a_character_that_could_not_be_deleted_loses_nothing(world: World) -> None:
    char_id = await world.character()
    bread = await world.item(char_id, "bread")
    await world.gateway.drop_item(char_id, bread.id, 1)

    with (
        patch.object(PostgresUnitOfWork, "commit", side_effect=DatabaseDownError("gone")),
        pytest.raises(DatabaseDownError),
    ):
        await world.core.router.route("characters", "delete", DeleteCharacter(char_id=char_id))

    assert await world.pieces(char_id, "bread") == 2
