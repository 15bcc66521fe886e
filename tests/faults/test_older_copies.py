"""Row 44: both keys of a session come back older, under the same server process: somebody restored a copy."""

from dataclasses import dataclass

from redis.asyncio import Redis

from apps.game_core.adapters.redis import keys
from apps.game_core.settings import CoreSettings
from tests.support.invariants import check
from tests.support.losses import conflicts, newborn
from tests.support.redis_answers import answered
from tests.support.world import World


@dataclass(frozen=True)
class _Copy:
    """What Redis had of a character."""

    redis: Redis
    kept: dict[str, bytes]
    score: float | None

    @classmethod
    async def of(cls, world: World, char_id: int) -> "_Copy":
        redis = world.core.redis
        names = (keys.session(char_id), keys.control(char_id))
        kept = {name: await redis.dump(name) for name in names}
        return cls(redis, kept, await redis.zscore(keys.DIRTY_INDEX, char_id))

    async def restore(self, char_id: int) -> None:
        for name, value in self.kept.items():
            await answered(self.redis.restore(name, 0, value, replace=True))
        if self.score is None:
            await self.redis.zrem(keys.DIRTY_INDEX, char_id)
        else:
            await self.redis.zadd(keys.DIRTY_INDEX, {str(char_id): self.score})


async def test_row_44_what_this_process_has_told_is_brought_back(world: World) -> None:
    char_id = await world.character()
    bread = await world.item(char_id, "bread")
    await world.gateway.drop_item(char_id, bread.id, 1, op_id="one")
    older = await _Copy.of(world, char_id)
    await world.gateway.drop_item(char_id, bread.id, 1, op_id="two")
    await older.restore(char_id)

    view = await world.gateway.open(char_id)

    assert view.conflicts == ()
    assert await world.pieces(char_id, "bread") == 1
    await world.core.worker.drain()
    assert [entry.op_id for entry in await world.ledger(char_id)] == ["one", "two"]
    await check(world, char_id)


async def test_row_44_the_watch_finds_it_although_nobody_looks(world: World) -> None:
    char_id = await world.character()
    bread = await world.item(char_id, "bread")
    await world.gateway.drop_item(char_id, bread.id, 1, op_id="one")
    older = await _Copy.of(world, char_id)
    await world.gateway.drop_item(char_id, bread.id, 1, op_id="two")
    await older.restore(char_id)

    await world.core.losses.round()
    await world.core.worker.drain()

    assert [entry.op_id for entry in await world.ledger(char_id)] == ["one", "two"]


async def test_row_44_a_change_first_of_all_does_not_bury_it(world: World) -> None:
    char_id = await world.character()
    bread, sword = await world.item(char_id, "bread"), await world.item(char_id, "iron_sword")
    await world.gateway.drop_item(char_id, bread.id, 1, op_id="one")
    older = await _Copy.of(world, char_id)
    await world.gateway.drop_item(char_id, bread.id, 1, op_id="two")
    await older.restore(char_id)

    await world.gateway.equip_item(char_id, sword.id, op_id="three")
    await world.core.worker.drain()

    assert sorted([entry.op_id for entry in await world.ledger(char_id)]) == ["one", "three", "two"]
    await check(world, char_id)


async def test_row_44_what_the_dead_have_told_is_told_as_lost(world: World, settings: CoreSettings) -> None:
    char_id = await world.character()
    bread = await world.item(char_id, "bread")
    async with newborn(settings) as mortal:
        await mortal.gateway.drop_item(char_id, bread.id, 1, op_id="one")
        older = await _Copy.of(world, char_id)
        await mortal.gateway.drop_item(char_id, bread.id, 1, op_id="two")
    await world.gateway.view(char_id)
    await older.restore(char_id)

    assert (await world.gateway.open(char_id)).conflicts == ("lost",)
    await world.core.worker.drain()
    assert [op_id for op_id, _, _ in await conflicts(world)] == ["lost:two"]
    assert [entry.op_id for entry in await world.ledger(char_id)] == ["one"]


async def test_row_44_older_than_what_the_database_has(world: World) -> None:
    char_id = await world.character()
    bread = await world.item(char_id, "bread")
    await world.gateway.drop_item(char_id, bread.id, 1, op_id="one")
    older = await _Copy.of(world, char_id)
    await world.gateway.drop_item(char_id, bread.id, 1, op_id="two")
    await world.core.worker.drain()
    await older.restore(char_id)

    view = await world.gateway.open(char_id)

    assert view.conflicts == ()
    assert await world.pieces(char_id, "bread") == 1, "what is shown is what the database has"
    await world.core.worker.drain()
    assert [entry.op_id for entry in await world.ledger(char_id)] == ["one", "two"]


async def test_row_44_an_older_copy_that_is_clean(world: World) -> None:
    char_id = await world.character()
    bread = await world.item(char_id, "bread")
    await world.gateway.view(char_id)
    older = await _Copy.of(world, char_id)
    await world.gateway.drop_item(char_id, bread.id, 1, op_id="one")
    await older.restore(char_id)

    assert await world.pieces(char_id, "bread") == 2
    await world.core.worker.drain()
    assert [entry.op_id for entry in await world.ledger(char_id)] == ["one"]


async def test_an_answer_that_comes_late_is_no_older_copy(world: World) -> None:
    """Another coroutine's look from before a change, seen after it."""
    char_id = await world.character()
    bread = await world.item(char_id, "bread")
    await world.gateway.view(char_id)
    before = await world.core.store.read(char_id)
    await world.gateway.drop_item(char_id, bread.id, 1, op_id="one")
    state = await world.control(char_id)

    assert await world.core.sessions._healing.is_whole(char_id, before)

    assert await world.control(char_id) == state
