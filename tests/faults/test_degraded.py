"""A store is away, or not what the game needs: what still works, and what is refused before it is made."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any
from unittest.mock import patch

import pytest
from redis.asyncio import Redis
from sqlalchemy.ext.asyncio import AsyncEngine

from apps.embedded import EmbeddedServers
from apps.game_core.adapters.monitoring import answers
from apps.game_core.adapters.postgres.unit_of_work import PostgresUnitOfWork
from apps.game_core.adapters.redis.server_check import EvictingRedisError
from apps.game_core.container import open_core
from apps.game_core.modules.inventory.errors import (
    DatabaseDownError,
    OperationRefusedError,
    OverruledError,
    SessionStoreDownError,
)
from apps.game_core.settings import CoreSettings, DurabilityMode
from tests.support.invariants import check
from tests.support.world import World


@pytest.fixture
async def strict(settings: CoreSettings, database: AsyncEngine, redis: Redis) -> AsyncIterator[World]:
    update = {"inventory_durability": DurabilityMode.STRICT}
    async with open_core(settings.model_copy(update=update)) as opened:
        yield World(opened)


async def test_redis_down_shows_the_database_and_refuses_changes(
    fragile: World, own_servers: EmbeddedServers
) -> None:
    char_id = await fragile.character()
    bread = await fragile.item(char_id, "bread")
    assert not (await fragile.gateway.open(char_id)).stale
    own_servers.redis.kill()

    inventory = await fragile.gateway.open(char_id)

    assert inventory.stale
    assert len(inventory.view().backpack) == 14
    with pytest.raises(SessionStoreDownError):
        await fragile.gateway.drop_item(char_id, bread.id, 1)
    own_servers.redis.start()
    await fragile.gateway.drop_item(char_id, bread.id, 1)
    assert not (await fragile.gateway.open(char_id)).stale


async def test_a_frozen_database_holds_nobody_up_for_long(
    fragile: World, own_servers: EmbeddedServers, settings: CoreSettings
) -> None:
    update = {
        "redis_url": own_servers.redis_url,
        "database_url": own_servers.database_url,
        "database_timeout": 0.3,
    }
    playing, absent = await fragile.character("Playing"), await fragile.character("Absent")
    async with open_core(settings.model_copy(update=update)) as core:
        world = World(core)
        bread = await world.item(playing, "bread")
        own_servers.postgres.pause()
        try:
            async with asyncio.timeout(3):
                await world.gateway.drop_item(playing, bread.id, 1)
                with pytest.raises(DatabaseDownError):
                    await world.gateway.view(absent)
                with pytest.raises(DatabaseDownError):
                    await core.worker.drain()
        finally:
            own_servers.postgres.resume()
        await world.gateway.sync_inventory(playing)
        assert await world.pieces_in_rows(playing, "bread") == 2
        await check(world, playing)


async def test_a_redis_that_evicts_anything_is_refused(
    fragile: World, own_servers: EmbeddedServers, settings: CoreSettings
) -> None:
    await fragile.core.redis.config_set("maxmemory-policy", "allkeys-lru")
    try:
        with pytest.raises(EvictingRedisError, match="allkeys-lru"):
            async with open_core(settings.model_copy(update={"redis_url": own_servers.redis_url})):
                pass
    finally:
        await fragile.core.redis.config_set("maxmemory-policy", "noeviction")


@pytest.mark.parametrize(
    "policy", ["allkeys-lru", "allkeys-lfu", "allkeys-random", "volatile-lru", "noeviction"]
)
async def test_fault_62_a_redis_that_begins_to_evict_is_not_ready(fragile: World, policy: str) -> None:
    redis, probe = fragile.core.redis, fragile.core.probes["eviction"]
    await redis.config_set("maxmemory-policy", policy)
    try:
        assert await answers(probe) is not policy.startswith("allkeys-")
    finally:
        await redis.config_set("maxmemory-policy", "noeviction")


async def test_strict_a_change_is_in_the_database_before_the_reply(strict: World) -> None:
    char_id = await strict.character()
    bread = await strict.item(char_id, "bread")

    await strict.gateway.drop_item(char_id, bread.id, 1, op_id="one")

    assert [entry.op_id for entry in await strict.ledger(char_id)] == ["one"]
    assert await strict.pieces_in_rows(char_id, "bread") == 2
    await check(strict, char_id)


async def test_strict_a_change_is_refused_before_it_is_made(
    fragile: World, own_servers: EmbeddedServers, settings: CoreSettings
) -> None:
    update = {
        "redis_url": own_servers.redis_url,
        "database_url": own_servers.database_url,
        "inventory_durability": DurabilityMode.STRICT,
    }
    char_id = await fragile.character()
    bread = await fragile.item(char_id, "bread")
    before = await fragile.document(char_id)
    async with open_core(settings.model_copy(update=update)) as core:
        own_servers.postgres.kill()
        with pytest.raises(DatabaseDownError):
            await core.gateway.drop_item(char_id, bread.id, 1)
    assert await fragile.document(char_id) == before


async def test_strict_a_duplicate_waits_until_its_operation_is_written(
    strict: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    char_id = await strict.character()
    bread = await strict.item(char_id, "bread")

    async def broken(_: PostgresUnitOfWork) -> None:
        raise DatabaseDownError("gone at the worst moment")

    with monkeypatch.context() as patched:
        patched.setattr(PostgresUnitOfWork, "commit", broken)
        for _ in range(2):
            with pytest.raises(DatabaseDownError):
                await strict.gateway.drop_item(char_id, bread.id, 1, op_id="one")
    assert await strict.ledger(char_id) == []

    outcome = await strict.gateway.drop_item(char_id, bread.id, 1, op_id="one")

    assert outcome.repeated
    assert [entry.op_id for entry in await strict.ledger(char_id)] == ["one"]
    assert await strict.pieces_in_rows(char_id, "bread") == 2


@asynccontextmanager
async def before_the_write(world: World, accident: Callable[[], Awaitable[object]]) -> AsyncIterator[None]:
    """Let something happen after a change is in Redis and before its write is claimed."""
    store = world.core.store
    claim, happened = store.claim, False

    async def claiming(*args: Any, **options: Any) -> Any:
        nonlocal happened
        if not happened:
            happened = True
            await accident()
        return await claim(*args, **options)

    with patch.object(store, "claim", claiming):
        yield


async def test_strict_a_change_that_redis_forgot_is_brought_back_before_it_is_called_done(
    strict: World,
) -> None:
    char_id = await strict.character()
    bread = await strict.item(char_id, "bread")

    async with before_the_write(strict, strict.core.redis.flushall):
        await strict.gateway.drop_item(char_id, bread.id, 1, op_id="tap")

    assert (await strict.item(char_id, "bread")).quantity == 2
    assert [entry.op_id for entry in await strict.ledger(char_id)] == ["tap"]


async def test_strict_a_change_that_nobody_knows_any_more_is_not_called_done(strict: World) -> None:
    char_id = await strict.character()
    bread = await strict.item(char_id, "bread")

    async def forgotten() -> None:
        await strict.core.redis.flushall()
        strict.core.sessions._healing.changes.forget(char_id)

    async with before_the_write(strict, forgotten):
        with pytest.raises(OverruledError):
            await strict.gateway.drop_item(char_id, bread.id, 1, op_id="tap")

    reader = await strict.gateway.open(char_id)
    assert (await strict.item(char_id, "bread")).quantity == 3
    assert reader.conflicts == ("lost",), "and it is told once more what is missing"


async def test_strict_a_change_that_the_database_overrules_is_not_called_done(strict: World) -> None:
    char_id = await strict.character()
    bread = await strict.item(char_id, "bread")

    async def taken_away() -> None:
        await strict.execute("DELETE FROM inventory_items WHERE id = :id", id=bread.id)

    async with before_the_write(strict, taken_away):
        with pytest.raises(OverruledError):
            await strict.gateway.drop_item(char_id, bread.id, 1, op_id="tap")
    with pytest.raises(OperationRefusedError):
        await strict.gateway.drop_item(char_id, bread.id, 1, op_id="tap")
