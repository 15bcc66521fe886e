"""Whoever takes the FSM state out of the inventory group, the session is written. Real Redis storage."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest
from aiogram.fsm.storage.base import StorageKey
from aiogram.fsm.storage.redis import RedisStorage
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from apps.game_core.adapters.redis import keys
from apps.game_core.modules.inventory.errors import DatabaseDownError, SessionStoreDownError
from apps.game_core.modules.inventory.inventory.logic.doing.operation_runner import OperationRunner
from bot.players.characters import Players
from bot.players.state_storage import LeaveWatchingStorage
from bot.players.states import Inventory, Lobby
from bot.players.user_states import CHARACTER, UserStates
from bot.process.lifetime import drain
from bot.running import watched_storage
from tests.support.world import World

KEY = StorageKey(bot_id=1, chat_id=1, user_id=1)


@pytest.fixture
async def storage(world: World) -> LeaveWatchingStorage:
    states = UserStates(world.core.redis)
    await states.admit(KEY.user_id, 1)
    return watched_storage(world.core, Players(world.core.router), states)


@pytest.fixture
async def dirty(world: World, storage: LeaveWatchingStorage) -> int:
    """The character of user 1, browsing, with an unwritten change."""
    char_id = await world.character()
    await storage.set_state(KEY, Inventory.browsing)
    bread = await world.item(char_id, "bread")
    await world.gateway.drop_item(char_id, bread.id)
    return char_id


async def is_written(world: World, char_id: int) -> bool:
    rows = await world.rows(char_id)
    return all(row.base_id != "bread" for row in rows.values()) and not await world.is_indexed(char_id)


@pytest.mark.parametrize("state", [Lobby.idle, Lobby.idle.state, "Elsewhere:fighting", None])
async def test_a_state_outside_the_group_writes_the_session(
    world: World, storage: LeaveWatchingStorage, dirty: int, state: str | None
) -> None:
    await storage.set_state(KEY, state)

    assert await is_written(world, dirty)


async def test_searching_is_within_the_group(world: World, storage: LeaveWatchingStorage, dirty: int) -> None:
    await storage.set_state(KEY, Inventory.searching)

    assert not await is_written(world, dirty)


async def test_entering_the_group_writes_nothing(
    world: World, storage: LeaveWatchingStorage, dirty: int
) -> None:
    await storage.set_state(StorageKey(bot_id=1, chat_id=2, user_id=1), Inventory.browsing)

    assert not await is_written(world, dirty)


async def test_a_failing_write_does_not_hold_the_state(storage: LeaveWatchingStorage, world: World) -> None:
    async def fail(_: int) -> None:
        raise ConnectionError

    broken = LeaveWatchingStorage(storage, fail)
    await broken.set_state(KEY, Inventory.browsing)

    await broken.set_state(KEY, Lobby.idle)

    assert await broken.get_state(KEY) == Lobby.idle.state


async def test_without_redis_nobody_has_a_state_and_nothing_fails(tmp_path: Path) -> None:
    left: list[int] = []

    async def on_leave(user_id: int) -> None:
        left.append(user_id)

    away = Redis(unix_socket_path=str(tmp_path / "nobody-listens"), retry=Retry(NoBackoff(), 0))
    storage = LeaveWatchingStorage(RedisStorage(away), on_leave)

    await storage.set_state(KEY, Inventory.browsing)
    await storage.set_data(KEY, {"menu_message_id": 7})

    assert await storage.get_state(KEY) is None
    assert await storage.get_data(KEY) == {}
    await storage.set_state(KEY, None)
    assert left == []
    await away.aclose()


async def test_data_survives_beside_the_state(storage: LeaveWatchingStorage) -> None:
    await storage.set_data(KEY, {"menu_message_id": 7})
    await storage.set_state(KEY, Inventory.browsing)

    assert await storage.get_data(KEY) == {"menu_message_id": 7, CHARACTER: 1}


async def test_the_worker_writes_what_is_due(world: World, dirty: int) -> None:
    assert await world.core.worker.round() == 0
    await world.core.redis.zadd("inventory:dirty", {str(dirty): 1})

    assert await world.core.worker.round() == 1
    assert await is_written(world, dirty)


async def test_shutdown_writes_what_is_dirty(world: World, dirty: int) -> None:
    await drain(world.core, timeout=5)

    assert await is_written(world, dirty)


async def test_shutdown_brings_back_what_redis_lost(world: World, dirty: int) -> None:
    """Another master without it: whoever told of the change ends before the watch has come round."""
    await world.core.redis.flushall()

    await drain(world.core, timeout=5)

    assert await is_written(world, dirty)


async def test_shutdown_asks_after_more_than_a_round_would(world: World, dirty: int) -> None:
    others = [await world.character() for _ in range(2)]
    for char_id in others:
        await world.gateway.drop_item(char_id, (await world.item(char_id, "bread")).id)
    await world.core.redis.flushall()

    await drain(replace(world.core, losses=replace(world.core.losses, limit=1)), timeout=5)

    for char_id in (dirty, *others):
        assert await is_written(world, char_id)


async def test_shutdown_writes_although_nobody_can_be_asked_after(
    world: World, dirty: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def down(*_: object) -> None:
        raise SessionStoreDownError("down")

    monkeypatch.setattr(type(world.core.losses), "_lacking", down)

    await drain(world.core, timeout=5)

    assert await is_written(world, dirty)


async def test_shutdown_brings_back_whoever_can_be_although_one_cannot(
    world: World, dirty: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = await world.character()
    await world.gateway.drop_item(other, (await world.item(other, "bread")).id)
    await world.core.redis.flushall()
    look = OperationRunner.current

    async def down(runner: OperationRunner, char_id: int) -> object:
        if char_id == dirty:
            raise DatabaseDownError("it took too long")
        return await look(runner, char_id)

    monkeypatch.setattr(OperationRunner, "current", down)

    await drain(world.core, timeout=5)

    assert await is_written(world, other)


async def test_what_is_lost_leaves_time_for_what_is_there(
    world: World, dirty: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    lost = await world.character()
    await world.gateway.drop_item(lost, (await world.item(lost, "bread")).id)
    await world.core.redis.delete(keys.session(lost), keys.control(lost))

    async def hangs(*_: object) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(OperationRunner, "current", hangs)

    await drain(world.core, timeout=2)

    assert await is_written(world, dirty)
