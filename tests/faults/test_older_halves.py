"""Half of a session in Redis comes from elsewhere: an older copy, or another character's."""

import json
from collections.abc import Awaitable, Callable

import pytest

from apps.game_core.adapters.redis import keys
from tests.support.invariants import check
from tests.support.redis_answers import answered
from tests.support.world import World

Look = Callable[[World, int], Awaitable[object]]


async def _by_a_player(world: World, char_id: int) -> None:
    await world.gateway.open(char_id)


async def _by_a_worker(world: World, _: int) -> None:
    await world.core.worker.drain()


@pytest.mark.parametrize("look", [_by_a_player, _by_a_worker])
async def test_an_older_document_of_a_dirty_session_is_not_believed(
    world: World, other: World, look: Look
) -> None:
    char_id = await world.character()
    bread = await world.item(char_id, "bread")
    await world.gateway.drop_item(char_id, bread.id, 1, op_id="one")
    older = await world.core.redis.get(keys.session(char_id))
    await world.gateway.drop_item(char_id, bread.id, 1, op_id="two")
    await world.core.redis.set(keys.session(char_id), older)

    await look(other, char_id)

    assert await other.pieces(char_id, "bread") == 1
    await other.core.worker.drain()
    assert await world.pieces_in_rows(char_id, "bread") == 1
    assert await answered(world.core.redis.lrange(keys.quarantine(char_id), 0, -1)) == [older]
    await check(world, char_id)


async def test_an_older_document_of_a_clean_session_is_not_believed(world: World, other: World) -> None:
    char_id = await world.character()
    bread = await world.item(char_id, "bread")
    await world.gateway.view(char_id)
    older = await world.core.redis.get(keys.session(char_id))
    await world.gateway.drop_item(char_id, bread.id, 1, op_id="one")
    await world.core.worker.drain()
    await world.core.redis.set(keys.session(char_id), older)

    assert await other.pieces(char_id, "bread") == 2


@pytest.mark.parametrize("look", [_by_a_player, _by_a_worker])
async def test_another_characters_document_is_not_believed(world: World, other: World, look: Look) -> None:
    mine, theirs = await world.character(), await world.character("Second")
    bread = await world.item(mine, "bread")
    for char_id in (mine, theirs):
        sword = await world.item(char_id, "iron_sword")
        await world.gateway.equip_item(char_id, sword.id, op_id=f"worn{char_id}")
    await world.core.redis.copy(keys.session(theirs), keys.session(mine), replace=True)

    await look(other, mine)
    await other.gateway.drop_item(mine, bread.id, 1, op_id="after")
    await other.core.worker.drain()

    document = await other.document(mine)
    assert document is not None
    assert document["metadata"]["char_id"] == mine
    assert [entry.op_id for entry in await world.ledger(mine)] == [f"worn{mine}", "after"]
    for char_id in (mine, theirs):
        await check(world, char_id)


async def test_a_document_that_lost_its_control_data_and_is_anothers(world: World, other: World) -> None:
    mine, theirs = await world.character(), await world.character("Second")
    sword = await world.item(theirs, "iron_sword")
    await world.gateway.equip_item(theirs, sword.id, op_id="worn")
    await world.core.redis.copy(keys.session(theirs), keys.session(mine))

    view = await other.gateway.open(mine)

    assert view.conflicts == (), "nothing of this character is lost"
    assert json.loads(await world.core.redis.get(keys.session(mine)))["metadata"]["char_id"] == mine
