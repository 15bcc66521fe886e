"""Updates of one player in one chat are handled one after the other, and leave no lock behind."""

import asyncio
import gc

import pytest
from aiogram.fsm.storage.base import StorageKey

from bot.incoming.isolation import PassingEventIsolation
from tools.support.patience import PATIENCE


@pytest.fixture
def isolation() -> PassingEventIsolation:
    return PassingEventIsolation()


def key(user_id: int) -> StorageKey:
    return StorageKey(bot_id=1, chat_id=user_id, user_id=user_id)


def locks() -> int:
    return sum(isinstance(each, asyncio.Lock) for each in gc.get_objects())


async def test_one_after_the_other_in_the_order_they_came(isolation: PassingEventIsolation) -> None:
    steps = []

    async def handle(number: int) -> None:
        async with isolation.lock(key(1)):
            steps.append(number)
            await asyncio.sleep(0)
            steps.append(number)

    await asyncio.gather(*(handle(number) for number in range(5)))

    assert steps == [0, 0, 1, 1, 2, 2, 3, 3, 4, 4]


async def test_players_do_not_wait_for_each_other(isolation: PassingEventIsolation) -> None:
    async with isolation.lock(key(1)), asyncio.timeout(PATIENCE), isolation.lock(key(2)):
        pass


async def test_a_lock_stays_while_somebody_awaits_it(isolation: PassingEventIsolation) -> None:
    inside = 0

    async def handle() -> None:
        nonlocal inside
        async with isolation.lock(key(1)):
            inside += 1
            assert inside == 1
            gc.collect()
            await asyncio.sleep(0)
            inside -= 1

    first = asyncio.create_task(handle())
    await asyncio.sleep(0)
    await asyncio.gather(first, *(handle() for _ in range(3)))


async def test_no_lock_outlives_its_players(isolation: PassingEventIsolation) -> None:
    before = locks()

    for user_id in range(100):
        async with isolation.lock(key(user_id)):
            pass

    assert locks() <= before
