"""Rows 10 to 15 and 21: PostgreSQL is away, disagrees, deadlocks, or was changed behind the session."""

import asyncio
from unittest.mock import patch

import pytest
import sqlalchemy as sa

from apps.embedded import EmbeddedServers
from apps.game_core.adapters.postgres.unit_of_work import PostgresUnitOfWork
from apps.game_core.adapters.redis.session_store import RedisSessionStore
from apps.game_core.container import open_core
from apps.game_core.modules.inventory.contracts import (
    FightEnd,
    Grant,
    ListParked,
    MendItem,
    ReleaseParked,
    SettleFight,
)
from apps.game_core.modules.inventory.errors import (
    ChangesOverdueError,
    CharacterNotFoundError,
    DatabaseDownError,
    InventoryUnavailableError,
    UnknownItemError,
)
from apps.game_core.modules.inventory.inventory.logic.doing.inbox_delivery import InboxDelivery
from apps.game_core.modules.inventory.session_store import Rebase
from apps.game_core.settings import CoreSettings
from apps.game_core.system.nursery import Nursery
from tests.support.invariants import check
from tests.support.redis_answers import answered
from tests.support.world import World
from tools.support.patience import PATIENCE

_REWARD = """
INSERT INTO inventory_items (id, char_id, base_id, quantity, rarity, acquired_at, place, position)
VALUES (:id, :char_id, 'iron_ore', 7, 'common', 0, 'backpack', 40)
"""


def delivery(world: World) -> InboxDelivery:
    return next(chore for chore in world.core.worker.chores if isinstance(chore, InboxDelivery))


async def test_fault_10_rows_changed_behind_the_session(world: World) -> None:
    char_id = await world.character()
    bread = await world.item(char_id, "bread")
    await world.gateway.drop_item(char_id, bread.id, 1, op_id="mine")
    await world.execute(_REWARD, id=77, char_id=char_id)

    await world.gateway.sync_inventory(char_id)

    rows = await world.rows(char_id)
    assert (rows[77].quantity, rows[bread.id].quantity) == (7, 2)
    assert await world.pieces(char_id, "iron_ore") == 12 + 7
    assert [entry.op_id for entry in await world.ledger(char_id)] == ["mine"]
    assert (await world.gateway.open(char_id)).conflicts == ()
    await check(world, char_id)


async def test_fault_10_what_a_stack_gained_meanwhile_is_not_cleared_out(world: World) -> None:
    char_id = await world.character()
    bread, ring = await world.item(char_id, "bread"), await world.item(char_id, "copper_ring")
    told = await world.gateway.drop_many(char_id, [bread.id, ring.id], op_id="clear")
    await world.execute("UPDATE inventory_items SET quantity = 5 WHERE id = :id", id=bread.id)

    await world.gateway.sync_inventory(char_id)

    rows = await world.rows(char_id)
    assert sorted(each.quantity for each in told.result.dropped) == [1, 3]
    assert (rows[bread.id].quantity, ring.id in rows) == (2, False)
    assert await world.pieces(char_id, "bread") == 2
    await world.gateway.undo(char_id, "clear")
    assert await world.pieces(char_id, "bread") == 5
    await check(world, char_id)


async def test_fault_10_hit_points_changed_behind_the_session(world: World) -> None:
    char_id = await world.character()
    potion = await world.item(char_id, "health_potion")
    healed = (await world.gateway.use_consumable(char_id, potion.id)).result.healed
    await world.execute("UPDATE characters SET hp = 5 WHERE id = :id", id=char_id)

    await world.gateway.sync_inventory(char_id)

    [character] = await world.query("SELECT hp FROM characters WHERE id = :id", id=char_id)
    assert character.hp > 5
    assert character.hp == (await world.gateway.view(char_id)).stats.hp
    assert healed == 30
    assert character.hp == 5 + 50
    await check(world, char_id)


async def test_fault_10_a_drop_of_all_takes_what_the_player_was_told_of(world: World) -> None:
    char_id = await world.character()
    bread = await world.item(char_id, "bread")
    assert (await world.gateway.drop_item(char_id, bread.id)).result.quantity == 3
    await world.execute("UPDATE inventory_items SET quantity = 9 WHERE id = :id", id=bread.id)

    await world.gateway.sync_inventory(char_id)

    assert (await world.rows(char_id))[bread.id].quantity == 6
    await check(world, char_id)


async def test_fault_10_nobody_pays_more_for_mending_than_they_were_told(world: World) -> None:
    char_id = await world.character()
    sword = await world.item(char_id, "iron_sword")
    await world.gateway.equip_item(char_id, sword.id)
    await world.gateway.perform(char_id, SettleFight(end=FightEnd.LEFT, hurt=0, wear=30))
    await world.gateway.sync_inventory(char_id)
    told = await world.gateway.perform(char_id, MendItem(item_id=sword.id))
    await world.execute("UPDATE inventory_items SET durability = 10 WHERE id = :id", id=sword.id)

    await world.gateway.sync_inventory(char_id)

    assert [each.quantity for each in told.result.spent] == [2]
    assert await world.pieces(char_id, "iron_ore") == 12
    assert (await world.rows(char_id))[sword.id].durability == 10
    assert (await world.gateway.open(char_id)).conflicts == ("mend_item",)
    await check(world, char_id)


async def test_fault_10_what_is_not_possible_any_more_is_recorded_and_told(world: World) -> None:
    char_id = await world.character()
    sword, bread = await world.item(char_id, "iron_sword"), await world.item(char_id, "bread")
    await world.gateway.equip_item(char_id, sword.id, op_id="impossible")
    await world.gateway.drop_item(char_id, bread.id, 1, op_id="possible")
    await world.execute("DELETE FROM inventory_items WHERE id = :id", id=sword.id)

    await world.gateway.sync_inventory(char_id)

    recorded = await world.query("SELECT op_id, kind, reason FROM inventory_conflicts")
    assert recorded == [("impossible", "equip_item", "ItemNotFoundError")]
    assert [entry.op_id for entry in await world.ledger(char_id)] == ["possible"]
    assert sword.id not in await world.rows(char_id)
    assert (await world.gateway.open(char_id)).conflicts == ("equip_item",)
    await check(world, char_id)
    bread = await world.item(char_id, "bread")
    await world.gateway.drop_item(char_id, bread.id, 1)
    assert (await world.gateway.open(char_id)).conflicts == ()


async def test_fault_10_a_change_that_comes_while_rebasing_is_kept(world: World, other: World) -> None:
    char_id = await world.character()
    bread = await world.item(char_id, "bread")
    await world.gateway.drop_item(char_id, bread.id, 1, op_id="one")
    await world.execute(_REWARD, id=77, char_id=char_id)
    rebase = RedisSessionStore.rebase
    late = ["two"]

    async def after_another_change(self: RedisSessionStore, value: Rebase) -> bool:
        if late:
            await other.gateway.drop_item(char_id, bread.id, 1, op_id=late.pop())
        return await rebase(self, value)

    with patch.object(RedisSessionStore, "rebase", after_another_change):
        await world.gateway.sync_inventory(char_id)

    assert [entry.op_id for entry in await world.ledger(char_id)] == ["one", "two"]
    assert (await world.rows(char_id))[bread.id].quantity == 1
    await check(world, char_id)


async def test_fault_11_a_grant_at_load_arrives_once(world: World) -> None:
    char_id = await world.character()
    await world.execute(
        "INSERT INTO inventory_inbox (char_id, base_id, quantity) VALUES (:id, 'bread', 2)", id=char_id
    )
    assert await world.pieces(char_id, "bread") == 5
    await delivery(world).round()
    await world.gateway.sync_inventory(char_id)
    await delivery(world).round()
    await world.core.redis.flushall()
    assert await world.pieces(char_id, "bread") == 5
    assert await world.pieces_in_rows(char_id, "bread") == 5


async def test_fault_11_a_grant_into_an_open_session_arrives_once(world: World, other: World) -> None:
    char_id = await world.character()
    assert await world.pieces(char_id, "bread") == 3
    await world.core.router.route("inventory", "grant", Grant(char_id, "bread", 2))

    await asyncio.gather(*(delivery(each).round() for each in (world, other) for _ in range(5)))

    assert await world.pieces(char_id, "bread") == 5
    await world.core.worker.drain()
    assert await world.query("SELECT id FROM inventory_inbox WHERE consumed_at IS NULL") == []
    grants = await world.query("SELECT 'inbox:' || id AS op_id FROM inventory_inbox")
    assert [entry.op_id for entry in await world.ledger(char_id)] == [grant.op_id for grant in grants]
    await check(world, char_id)


@pytest.mark.parametrize("written", [False, True])
async def test_fault_11_a_grant_survives_a_loss_of_redis(world: World, written: bool) -> None:
    char_id = await world.character()
    await world.gateway.view(char_id)
    await world.core.router.route("inventory", "grant", Grant(char_id, "bread", 2))
    await delivery(world).round()
    if written:
        await world.gateway.sync_inventory(char_id)
    await world.core.redis.flushall()

    assert await world.pieces(char_id, "bread") == 5
    await world.gateway.sync_inventory(char_id)
    assert await world.pieces_in_rows(char_id, "bread") == 5


async def test_fault_11_a_grant_that_does_not_fit_waits(world: World) -> None:
    char_id = await world.character()
    await world.execute("UPDATE inventories SET max_slots = 14")
    await world.gateway.view(char_id)
    await world.core.router.route("inventory", "grant", Grant(char_id, "iron_sword", 1))
    assert await delivery(world).round() == 0
    sword = await world.item(char_id, "iron_sword")
    await world.gateway.equip_item(char_id, sword.id)

    assert await delivery(world).round() == 1

    assert await world.pieces(char_id, "iron_sword") == 2


async def test_fault_11_a_grant_that_no_longer_fits_after_a_rebase_waits_again(world: World) -> None:
    char_id = await world.character()
    await world.execute("UPDATE inventories SET max_slots = 15")
    await world.gateway.view(char_id)
    await world.core.router.route("inventory", "grant", Grant(char_id, "iron_sword", 1))
    assert await delivery(world).round() == 1
    await world.execute(_REWARD, id=77, char_id=char_id)
    await world.gateway.sync_inventory(char_id)
    assert await world.pieces(char_id, "iron_sword") == 1
    assert await world.query("SELECT * FROM inventory_conflicts") == []

    sword = await world.item(char_id, "iron_sword")
    await world.gateway.equip_item(char_id, sword.id)
    assert await delivery(world).round() == 1

    assert await world.pieces(char_id, "iron_sword") == 2
    await world.gateway.sync_inventory(char_id)
    await check(world, char_id)


async def test_fault_11_a_grant_goes_with_the_transaction_that_made_it(world: World) -> None:
    char_id = await world.character()
    for quantity, lasts in ((1, False), (2, True)):
        async with PostgresUnitOfWork(world.core.engine) as unit:
            await world.core.router.route("inventory", "grant", Grant(char_id, "bread", quantity, unit=unit))
            if lasts:
                await unit.commit()

    assert await world.pieces(char_id, "bread") == 3 + 2


async def test_fault_11_a_grant_that_can_never_arrive_is_refused(world: World) -> None:
    char_id = await world.character()
    with pytest.raises(UnknownItemError):
        await world.gateway.grant(char_id, "no_such_thing", 1)
    with pytest.raises(CharacterNotFoundError):
        await world.gateway.grant(404, "bread", 1)


async def test_fault_12_postgres_is_down_for_long(fragile: World, own_servers: EmbeddedServers) -> None:
    players = [await fragile.character(f"Player {number}") for number in range(5)]
    absent = await fragile.character("Absent")
    breads = [await fragile.item(char_id, "bread") for char_id in players]
    own_servers.postgres.kill()

    for char_id, bread in zip(players, breads, strict=True):
        await fragile.gateway.drop_item(char_id, bread.id, 1)
    with pytest.raises(DatabaseDownError):
        await fragile.gateway.view(absent)
    for _ in range(3):
        with pytest.raises(DatabaseDownError):
            await fragile.core.worker.drain()
    assert [await fragile.pieces(char_id, "bread") for char_id in players] == [2] * 5
    assert await fragile.core.store.parked() == []

    own_servers.postgres.start()
    assert await fragile.core.worker.drain() == 5
    assert [await fragile.pieces_in_rows(char_id, "bread") for char_id in players] == [2] * 5
    assert await fragile.pieces(absent, "bread") == 3
    for char_id in players:
        await check(fragile, char_id)


async def test_fault_12_workers_outlast_ten_minutes_without_postgres(
    fragile: World, own_servers: EmbeddedServers, settings: CoreSettings
) -> None:
    """One thousandth of the usual times: 120 periods, 20 leases, a third of a session's life."""
    urls = {"redis_url": own_servers.redis_url, "database_url": own_servers.database_url}
    times = {"sync_period": 0.005, "sync_lease": 0.03, "session_ttl": 1.8, "worker_period": 0.001}
    scaled = {f"inventory_{name}": value for name, value in times.items()}
    char_id = await fragile.character()
    assert await fragile.pieces(char_id, "bread") == 3
    nursery = Nursery()
    async with open_core(settings.model_copy(update={**urls, **scaled})) as core:
        own_servers.postgres.kill()
        nursery.start("sync worker", core.worker.run())
        for number in range(6):
            await fragile.gateway.add_item(char_id, "bread", 1, op_id=f"tap:{number}")
            await asyncio.sleep(0.1)
        assert await core.store.parked() == []
        await check(fragile, char_id)
        own_servers.postgres.start()
        async with asyncio.timeout(PATIENCE):
            while await fragile.is_indexed(char_id):  # noqa: ASYNC110 - the server tells nobody
                await asyncio.sleep(0.02)
        await nursery.close()

    assert len(await fragile.ledger(char_id)) == 6
    assert await fragile.pieces_in_rows(char_id, "bread") == 3 + 6
    await check(fragile, char_id)


async def test_fault_12_changes_are_refused_once_the_backlog_is_too_old(world: World) -> None:
    char_id = await world.character()
    bread = await world.item(char_id, "bread")
    await world.gateway.drop_item(char_id, bread.id, 1)
    await answered(world.core.redis.hset(f"inventory:control:{char_id}", "since", "1000"))

    away = patch.object(PostgresUnitOfWork, "commit", side_effect=DatabaseDownError("away"))
    with away, pytest.raises(ChangesOverdueError):
        await world.gateway.drop_item(char_id, bread.id, 1)

    await world.gateway.drop_item(char_id, bread.id, 1)
    assert await world.pieces(char_id, "bread") == 1


async def test_fault_12_rounds_back_off_with_full_jitter(world: World) -> None:
    worker = world.core.worker
    assert worker.pause(0) == worker.period
    pauses = [worker.pause(30) for _ in range(200)]
    assert max(pauses) <= 60
    assert min(pauses) < 20
    assert max(pauses) > 40


async def test_fault_13_the_reply_to_commit_is_lost(world: World) -> None:
    char_id = await world.character()
    bread = await world.item(char_id, "bread")
    await world.gateway.drop_item(char_id, bread.id, 1, op_id="one")
    commit = PostgresUnitOfWork.commit

    async def commit_unheard(self: PostgresUnitOfWork) -> None:
        await commit(self)
        raise DatabaseDownError("connection was closed in the middle of operation")

    with patch.object(PostgresUnitOfWork, "commit", commit_unheard), pytest.raises(DatabaseDownError):
        await world.gateway.sync_inventory(char_id)
    row = await world.row(char_id)
    await check(world, char_id)

    assert (await world.gateway.sync_inventory(char_id)).changes_saved

    assert b"inventory_rebases_total 0.0" in world.core.metrics.render()
    assert await world.row(char_id) == row
    assert [entry.op_id for entry in await world.ledger(char_id)] == ["one"]
    await check(world, char_id)


async def test_fault_14_a_deadlock_is_retried(world: World) -> None:
    char_id = await world.character()
    bread = await world.item(char_id, "bread")
    await world.gateway.drop_item(char_id, bread.id, 1)
    async with world.core.engine.connect() as operator:
        await operator.execute(sa.text("SET deadlock_timeout = '10s'"))
        await operator.execute(
            sa.text("SELECT 1 FROM inventory_items WHERE id = :id FOR UPDATE"), {"id": bread.id}
        )
        writing = asyncio.create_task(world.gateway.sync_inventory(char_id))
        await asyncio.sleep(0.1)
        await operator.execute(
            sa.text("UPDATE inventories SET max_slots = 60 WHERE char_id = :id"), {"id": char_id}
        )
        await operator.commit()
        assert (await writing).changes_saved
        await operator.execute(sa.text("RESET deadlock_timeout"))

    assert await world.pieces_in_rows(char_id, "bread") == 2
    assert (await world.row(char_id)).max_slots == 60
    await check(world, char_id)


async def test_fault_15_an_error_while_loading_is_no_empty_inventory(world: World) -> None:
    char_id = await world.character()
    await world.execute("ALTER TABLE inventory_items RENAME TO hidden")
    try:
        with pytest.raises(InventoryUnavailableError):
            await world.gateway.view(char_id)
    finally:
        await world.execute("ALTER TABLE hidden RENAME TO inventory_items")

    assert await world.document(char_id) is None
    assert len((await world.gateway.view(char_id)).backpack) == 14


async def test_fault_21_a_session_that_can_never_be_written_is_parked(world: World) -> None:
    players = [await world.character(f"Player {number}") for number in range(4)]
    breads = [await world.item(char_id, "bread") for char_id in players]
    for char_id, bread in zip(players, breads, strict=True):
        await world.gateway.split_stack(char_id, bread.id, 1)
    poisoned = players[1]
    (mark,) = [
        int(field[2:])
        for field in await world.control(poisoned)
        if field.startswith("m:") and int(field[2:]) != breads[1].id
    ]
    await world.execute(_REWARD, id=mark, char_id=players[3])

    for _ in range(3):
        await world.core.worker.drain()

    route = world.core.router.route
    assert await route("inventory", "parked", ListParked()) == (poisoned,)
    await world.count_sessions()
    assert b"inventory_sessions_parked 1.0" in world.core.metrics.render()
    for char_id in (players[0], players[2], players[3]):
        assert await world.pieces_in_rows(char_id, "bread") == 3
        assert not await world.is_indexed(char_id)
    await check(world, poisoned)
    await asyncio.sleep(0.25)
    assert poisoned not in await world.core.store.due(10)

    await world.execute("DELETE FROM inventory_items WHERE id = :id", id=mark)
    assert await route("inventory", "release", ReleaseParked(poisoned))
    assert await world.core.worker.round() >= 1
    assert await route("inventory", "parked", ListParked()) == ()
    await check(world, poisoned)


async def test_fault_21_an_item_of_another_character_is_not_written(world: World) -> None:
    mine, theirs = await world.character("Mine"), await world.character("Theirs")
    bread = await world.item(mine, "bread")
    await world.gateway.split_stack(mine, bread.id, 1)
    marks = {int(field[2:]) for field in await world.control(mine) if field.startswith("m:")}
    (split,) = marks - {bread.id}
    await world.execute("DELETE FROM inventory_items WHERE char_id = :id", id=theirs)
    await world.execute(_REWARD, id=split, char_id=theirs)

    with pytest.raises(InventoryUnavailableError):
        await world.gateway.sync_inventory(mine)

    assert (await world.rows(theirs))[split].quantity == 7
    assert await world.is_indexed(mine)
