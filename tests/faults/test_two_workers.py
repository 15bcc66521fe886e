"""Row 10, with two workers at it: only a foreign write is rebased over, never one of the other worker."""

from unittest.mock import patch

import pytest

from apps.game_core.adapters.postgres.unit_of_work import PostgresUnitOfWork
from apps.game_core.adapters.redis.session_store import RedisSessionStore
from apps.game_core.modules.inventory.errors import SessionStoreDownError
from apps.game_core.modules.inventory.inventory.logic.sessions.write_plan import inventory_data
from apps.game_core.modules.inventory.ports import DatabaseRow, Mismatch
from apps.game_core.modules.inventory.session_store import Claim, Rebase
from tests.support.invariants import check
from tests.support.world import World

NO_REBASE = b"inventory_rebases_total 0.0"


async def overtaken(world: World) -> tuple[int, Claim, DatabaseRow]:
    """A worker whose write met an operator's edit; another edit then takes the worn sword away."""
    char_id = await world.character()
    sword, bread = await world.item(char_id, "iron_sword"), await world.item(char_id, "bread")
    await world.gateway.equip_item(char_id, sword.id, op_id="impossible")
    await world.gateway.drop_item(char_id, bread.id, 1, op_id="possible")
    await world.execute("UPDATE inventory_items SET quantity = 9 WHERE id = :id", id=bread.id)
    (claim,) = await world.core.store.claim([char_id], "slow")
    assert isinstance(claim, Claim)
    async with PostgresUnitOfWork(world.core.engine) as unit:
        outcome = await unit.inventories.update_character_inventory(char_id, inventory_data(claim))
    assert isinstance(outcome, Mismatch)
    assert outcome.row is not None
    await world.execute("DELETE FROM inventory_items WHERE id = :id", id=sword.id)
    return char_id, claim, outcome.row


async def settled(world: World, char_id: int) -> None:
    await world.gateway.sync_inventory(char_id)
    assert await world.query("SELECT op_id FROM inventory_conflicts") == [("impossible",)]
    assert [entry.op_id for entry in await world.ledger(char_id)] == ["possible"]
    assert await world.pieces_in_rows(char_id, "bread") == 8
    assert not await world.is_indexed(char_id)
    await check(world, char_id)


async def test_fault_10_a_slow_worker_recognises_what_the_other_wrote(world: World, other: World) -> None:
    char_id, claim, seen = await overtaken(world)

    async def unreached(*_: object) -> list[bool]:
        raise SessionStoreDownError("planned")

    with patch.object(other.core.store, "acknowledge", unreached), pytest.raises(SessionStoreDownError):
        await other.gateway.sync_inventory(char_id)
    written = await world.row(char_id)

    await world.core.sync.mismatch(claim, seen)
    await settled(world, char_id)

    assert NO_REBASE in world.core.metrics.render()
    assert await world.row(char_id) == written


async def test_fault_10_a_slow_rebase_does_not_replace_what_the_other_wrote(
    world: World, other: World
) -> None:
    char_id, claim, seen = await overtaken(world)
    (state,) = [each.control for each in await other.core.store.claim([char_id], "fast")]
    await other.core.rebase.rebase(state)
    rebase = RedisSessionStore.rebase

    async def too_late(self: RedisSessionStore, value: Rebase) -> bool:
        await other.gateway.sync_inventory(char_id)
        return await rebase(self, value)

    with patch.object(RedisSessionStore, "rebase", too_late):
        await world.core.sync.mismatch(claim, seen)

    assert not await world.is_indexed(char_id)
    assert NO_REBASE in world.core.metrics.render()
    await settled(world, char_id)
