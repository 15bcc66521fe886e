"""What nobody of us wrote to Redis costs its own character something at most, and nobody else."""

from collections.abc import Awaitable, Callable

import pytest
from redis.asyncio import Redis

from apps.game_core.adapters.redis import keys
from tests.support.invariants import check
from tests.support.redis_answers import answered
from tests.support.world import World

_FOREIGN = ["abc", "", "-3", "007", "1.5", "٣", "9223372036854775808", "99999999999999999999999"]

Spoil = Callable[[Redis, int], Awaitable[object]]


async def _control_is_a_string(redis: Redis, char_id: int) -> None:
    await redis.delete(keys.control(char_id))
    await redis.set(keys.control(char_id), "x")


async def _document_is_a_list(redis: Redis, char_id: int) -> None:
    await redis.delete(keys.session(char_id))
    await answered(redis.rpush(keys.session(char_id), "x"))


@pytest.mark.parametrize("due", [0, 5e15], ids=["due", "of a clock ahead"])
async def test_strangers_in_the_index_hold_nobody_up(world: World, due: float) -> None:
    char_id = await world.character()
    bread = await world.item(char_id, "bread")
    await world.gateway.drop_item(char_id, bread.id, 1, op_id="mine")
    await world.core.redis.zadd(keys.DIRTY_INDEX, dict.fromkeys(_FOREIGN, due))

    assert await world.core.worker.drain() == 1

    assert [entry.op_id for entry in await world.ledger(char_id)] == ["mine"]
    assert await world.core.redis.zcard(keys.DIRTY_INDEX) == 0


async def test_strangers_do_not_take_the_places_of_a_batch(world: World) -> None:
    char_id = await world.character()
    bread = await world.item(char_id, "bread")
    await world.gateway.drop_item(char_id, bread.id, 1, op_id="mine")
    await world.core.redis.zadd(keys.DIRTY_INDEX, dict.fromkeys(map("x{}".format, range(5)), 0))
    assert await world.core.store.due(5) == []

    await world.core.redis.zadd(keys.DIRTY_INDEX, {str(char_id): 1})
    assert await world.core.store.due(5) == [char_id]


@pytest.mark.parametrize("spoil", [_control_is_a_string, _document_is_a_list])
async def test_keys_of_another_type_are_their_own_characters_trouble(world: World, spoil: Spoil) -> None:
    broken, fine = await world.character(), await world.character("Second")
    for char_id in (broken, fine):
        bread = await world.item(char_id, "bread")
        await world.gateway.drop_item(char_id, bread.id, 1, op_id=f"drop{char_id}")
    await spoil(world.core.redis, broken)

    await world.core.worker.drain()

    assert [entry.op_id for entry in await world.ledger(fine)] == [f"drop{fine}"]


@pytest.mark.parametrize("spoil", [_control_is_a_string, _document_is_a_list])
async def test_and_its_player_goes_on(world: World, other: World, spoil: Spoil) -> None:
    char_id = await world.character()
    bread = await world.item(char_id, "bread")
    await world.gateway.drop_item(char_id, bread.id, 1, op_id="mine")
    await spoil(world.core.redis, char_id)

    assert await other.pieces(char_id, "bread") in (2, 3)
    assert await world.pieces(char_id, "bread") == 2, "who has told it brings it back"


_NEEDED = ["rev", "version", "synced_version", "base_version", "base_rev"]


@pytest.mark.parametrize("field", _NEEDED)
@pytest.mark.parametrize("says", [None, "three"], ids=["nothing", "nonsense"])
async def test_control_data_that_lack_something_count_as_lost(
    world: World, other: World, field: str, says: str | None
) -> None:
    char_id = await world.character()
    bread = await world.item(char_id, "bread")
    await world.gateway.drop_item(char_id, bread.id, 1, op_id="mine")
    name = keys.control(char_id)
    if says is None:
        await answered(world.core.redis.hdel(name, field))
    else:
        await answered(world.core.redis.hset(name, field, says))

    view = await other.gateway.open(char_id)
    assert view.conflicts or await other.pieces(char_id, "bread") == 2, "kept, or told"
    await other.core.worker.drain()
    await world.core.losses.round()
    await world.core.worker.drain()

    assert await world.pieces(char_id, "bread") == 2, "who has told it brings it back"
    await world.core.worker.drain()
    assert await world.pieces_in_rows(char_id, "bread") == 2
    await check(world, char_id)


@pytest.mark.parametrize("field", _NEEDED)
async def test_the_worker_leaves_them_to_whoever_looks(world: World, other: World, field: str) -> None:
    char_id = await world.character()
    bread = await world.item(char_id, "bread")
    await world.gateway.drop_item(char_id, bread.id, 1, op_id="mine")
    await answered(world.core.redis.hdel(keys.control(char_id), field))

    await other.core.worker.drain()

    assert await world.pieces(char_id, "bread") == 2
    await world.core.worker.drain()
    assert [entry.op_id for entry in await world.ledger(char_id)] == ["mine"]
