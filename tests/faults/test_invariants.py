"""The protocol's ten invariants, each by name, after the accident that threatens it most.

The state machine and the explorer check the same ones after every step of every order they can think of.
"""

from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
import sqlalchemy as sa
from redis.asyncio import Redis
from sqlalchemy.ext.asyncio import AsyncEngine

from apps.game_core.adapters.postgres.histories import PostgresHistories
from apps.game_core.container import open_core
from apps.game_core.modules.inventory.errors import SessionConflictError
from apps.game_core.modules.inventory.inventory.logic.audit import findings
from apps.game_core.modules.items.contracts import Slot
from apps.game_core.settings import CoreSettings, DurabilityMode
from tests.support.world import World

_REWARD = """
INSERT INTO inventory_items (id, char_id, base_id, quantity, rarity, acquired_at, place, position)
VALUES (:id, :char_id, 'iron_ore', 7, 'common', 0, 'backpack', 900)
"""


async def _nothing(_: World, __: int) -> None:
    return


async def _redis_lost(world: World, _: int) -> None:
    await world.core.redis.flushall()


async def _document_lost(world: World, char_id: int) -> None:
    await world.core.redis.delete(f"session:inventory:{char_id}")


async def _sql(world: World, char_id: int) -> None:
    await world.execute(_REWARD, id=77, char_id=char_id)


Accident = Callable[[World, int], Awaitable[None]]
ACCIDENTS = [_nothing, _redis_lost, _document_lost, _sql]
HARMLESS = [_nothing, _document_lost, _sql]


async def three_changes(world: World, char_id: int) -> list[str]:
    """Drops, a lock and a ring put on, under ids of their own."""
    ore, bread = await world.item(char_id, "iron_ore"), await world.item(char_id, "bread")
    ring = await world.item(char_id, "copper_ring")
    await world.gateway.drop_item(char_id, ore.id, 2, op_id="drop")
    await world.gateway.lock_item(char_id, bread.id, op_id="lock")
    await world.gateway.equip_item(char_id, ring.id, op_id="wear")
    return ["drop", "lock", "wear"]


async def written(world: World, char_id: int) -> list[str]:
    return [entry.op_id for entry in await world.ledger(char_id)]


@pytest.mark.parametrize("accident", ACCIDENTS)
async def test_invariant_01_what_is_committed_never_disappears(world: World, accident: Accident) -> None:
    char_id = await world.character()
    done = await three_changes(world, char_id)
    await world.gateway.sync_inventory(char_id)

    await accident(world, char_id)
    await world.gateway.unequip_item(char_id, Slot.ACCESSORY_1, op_id="more")
    await world.gateway.sync_inventory(char_id)

    assert await written(world, char_id) == [*done, "more"]


@pytest.mark.parametrize("accident", ACCIDENTS)
async def test_invariant_02_an_id_takes_effect_at_most_once(world: World, accident: Accident) -> None:
    char_id = await world.character()
    ore = await world.item(char_id, "iron_ore")
    await world.gateway.grant(char_id, "bread", 1, key="gift")
    for _ in range(3):
        await world.gateway.drop_item(char_id, ore.id, 2, op_id="drop")
        await world.gateway.grant(char_id, "bread", 1, key="gift")
        for chore in world.core.worker.chores:
            await chore.round()
        await world.gateway.sync_inventory(char_id)
        await accident(world, char_id)
        await world.execute("DELETE FROM inventory_items WHERE id = 77")

    assert await world.pieces(char_id, "iron_ore") == 10
    assert await world.pieces(char_id, "bread") == 4


@pytest.mark.parametrize("accident", HARMLESS)
async def test_invariant_03_what_is_dirty_is_indexed_and_does_not_expire(
    world: World, accident: Accident
) -> None:
    char_id = await world.character()
    await three_changes(world, char_id)
    await accident(world, char_id)

    document, control = await world.ttls(char_id)

    assert await world.is_indexed(char_id)
    assert control == -1
    assert document == (-2 if accident is _document_lost else -1)


@pytest.mark.parametrize("accident", HARMLESS)
async def test_invariant_04_what_is_clean_is_written(world: World, accident: Accident) -> None:
    char_id = await world.character()
    done = await three_changes(world, char_id)
    await accident(world, char_id)

    await world.gateway.sync_inventory(char_id)

    state = await world.core.store.inspect(char_id)
    assert state is not None
    assert (state.dirty, state.pending, state.marks) == (False, (), {})
    assert await written(world, char_id) == done


async def test_invariant_05_a_write_on_an_old_revision_changes_nothing(world: World) -> None:
    char_id = await world.character()
    await world.gateway.view(char_id)
    old = await world.core.sessions.get_session(char_id)
    assert old is not None
    await three_changes(world, char_id)
    before = (await world.document(char_id), await world.control(char_id))

    with pytest.raises(SessionConflictError):
        await world.core.sessions.save_session(char_id, old)

    assert (await world.document(char_id), await world.control(char_id)) == before


@pytest.mark.parametrize("accident", ACCIDENTS)
async def test_invariant_06_the_databases_version_only_grows(world: World, accident: Accident) -> None:
    char_id = await world.character()
    versions = [(await world.row(char_id)).version]
    for change in ("lock_item", "unlock_item", "lock_item"):
        bread = await world.item(char_id, "bread")
        await getattr(world.gateway, change)(char_id, bread.id)
        await world.gateway.sync_inventory(char_id)
        versions.append((await world.row(char_id)).version)
        await accident(world, char_id)
        versions.append((await world.row(char_id)).version)
        await world.execute("DELETE FROM inventory_items WHERE id = 77")

    assert versions == sorted(versions)
    assert len(set(versions)) >= 4


@pytest.mark.parametrize("accident", [_nothing, _redis_lost, _document_lost])
async def test_invariant_07_base_and_operations_are_what_there_is(world: World, accident: Accident) -> None:
    char_id = await world.character()
    await three_changes(world, char_id)
    await world.gateway.grant(char_id, "bread", 2)
    await accident(world, char_id)
    await world.gateway.view(char_id)
    await world.gateway.sync_inventory(char_id)

    history = await PostgresHistories(world.core.engine).read(char_id)

    assert history is not None
    assert list(findings(history)) == []


async def test_invariant_08_an_item_has_one_owner_and_one_place(world: World) -> None:
    first, second = await world.character("One"), await world.character("Two")
    await three_changes(world, first)
    await world.gateway.sync_inventory(first)
    item_id = next(iter(await world.rows(first)))

    with pytest.raises(sa.exc.IntegrityError):
        await world.execute(_REWARD, id=item_id, char_id=second)

    session = await world.core.sessions.get_session(first)
    assert session is not None
    ids = [placed.item.id for placed in session.placed()]
    assert sorted(ids) == sorted(await world.rows(first))


@pytest.mark.parametrize("accident", HARMLESS)
async def test_invariant_09_what_was_acknowledged_is_in_one_of_the_stores(
    world: World, accident: Accident
) -> None:
    char_id = await world.character()
    done = set(await three_changes(world, char_id))
    await accident(world, char_id)

    state = await world.core.store.inspect(char_id)
    assert state is not None
    assert {entry.op_id for entry in state.pending} | set(await written(world, char_id)) == done
    await world.gateway.sync_inventory(char_id)
    assert set(await written(world, char_id)) == done


@pytest.fixture
async def strict(settings: CoreSettings, database: AsyncEngine, redis: Redis) -> AsyncIterator[World]:
    mode = {"inventory_durability": DurabilityMode.STRICT}
    async with open_core(settings.model_copy(update=mode)) as core:
        yield World(core)


@pytest.mark.parametrize("accident", ACCIDENTS)
async def test_invariant_10_what_strict_mode_acknowledged_is_in_the_database(
    strict: World, accident: Accident
) -> None:
    char_id = await strict.character()
    for op_id in ("one", "two", "three"):
        bread = await strict.item(char_id, "bread")
        await strict.gateway.drop_item(char_id, bread.id, 1, op_id=op_id)
        assert op_id in await written(strict, char_id)
        await accident(strict, char_id)
        await strict.execute("DELETE FROM inventory_items WHERE id = 77")
