"""Updates that wait in Redis until they are handled."""

import pytest
from aiogram.types import Update
from redis.asyncio import Redis

from bot.incoming.shelf import NoShelf, RedisShelf
from telegram_sandbox.aiogram_bridge import RecordingBot
from tests.support.messenger import message, tap
from tests.support.redis_answers import answered

UNSEEN = {"link_preview_options": {"is_disabled": True}}


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


async def test_a_menu_without_previews_is_kept(shelf: RedisShelf) -> None:
    """As the messenger words each of ours. What it leaves out of the options has our library's defaults."""
    tapped = message(12).message
    assert tapped is not None
    told = {**tapped.model_dump(mode="json", by_alias=True, exclude_none=True), **UNSEEN}
    query = {"id": "1", "from": told["from"], "chat_instance": "1", "data": "x", "message": told}
    update = Update.model_validate({"update_id": 1, "callback_query": query})

    assert await shelf.keep([update])
    assert plain(await shelf.content()) == plain([update])


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
