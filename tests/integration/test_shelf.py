"""Updates that wait in Redis until they are handled."""

import pytest
from aiogram.types import Update
from redis.asyncio import Redis

from bot.incoming.shelf import NoShelf, RedisShelf
from telegram_sandbox.aiogram_bridge import RecordingBot
from tests.support.messenger import message, tap
from tests.support.redis_answers import answered


def plain(updates: list[Update]) -> list[object]:
    """Without the bot that they are bound to."""
    return [each.model_dump() for each in updates]


@pytest.fixture
def shelf(redis: Redis) -> RedisShelf:
    return RedisShelf(redis, RecordingBot())


async def test_what_was_kept_is_found_as_it_was_and_in_order(shelf: RedisShelf, redis: Redis) -> None:
    later, earlier = message(12, text="<b>ы</b>"), tap(11)
    assert await shelf.keep([later, earlier])

    found = await RedisShelf(redis, RecordingBot()).content()

    assert plain(found) == plain([earlier, later])


async def test_what_is_handled_is_not_found(shelf: RedisShelf) -> None:
    first, second = message(10), message(11)
    await shelf.keep([first, second])
    await shelf.forget(first)
    assert plain(await shelf.content()) == plain([second])


async def test_nothing_stays_for_ever(shelf: RedisShelf, redis: Redis) -> None:
    await shelf.keep([message(10)])
    [key] = await redis.keys("bot:shelf:*")
    assert 0 < await redis.ttl(key) <= 24 * 60 * 60


async def test_what_nobody_can_read_is_passed_over(shelf: RedisShelf, redis: Redis) -> None:
    kept = message(10)
    await shelf.keep([kept])
    [key] = await redis.keys("bot:shelf:*")
    await answered(redis.hset(key, "9", "{nonsense"))
    assert plain(await shelf.content()) == plain([kept])


async def test_without_redis_nothing_is_safe_and_nothing_fails() -> None:
    away = Redis.from_url("redis://127.0.0.1:1")
    shelf = RedisShelf(away, RecordingBot())
    assert not await shelf.keep([message(10)])
    assert await shelf.content() == []
    await shelf.forget(message(10))
    await away.aclose()


async def test_no_shelf_keeps_nothing() -> None:
    assert not await NoShelf().keep([message(10)])
    assert await NoShelf().content() == []
