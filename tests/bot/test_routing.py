"""From an update to its handler: no thread on the way, and a button's data is read where it may fit."""

from unittest.mock import patch

import pytest
from aiogram import Router
from aiogram.dispatcher.event.telegram import TelegramEventObserver
from aiogram.filters.callback_data import CallbackData
from aiogram.types import CallbackQuery, User

from bot.callbacks.buttons import Act, Do, Open, ScreenName
from bot.process import factory

ROUTERS = [module.setup() for module in factory._HANDLERS]


def observers(router: Router) -> list[TelegramEventObserver]:
    return [router.message, router.callback_query]


async def is_taken(tap: CallbackQuery) -> bool:
    """Ask the handlers one after the other, as a dispatcher does."""
    for router in ROUTERS:
        for handler in router.callback_query.handlers:
            if handler.filters and (await handler.check(tap, raw_state=None))[0]:
                return True
    return False


def test_no_filter_is_asked_in_a_thread() -> None:
    handlers = [each for router in ROUTERS for observer in observers(router) for each in observer.handlers]
    filters = [(each.callback, found) for each in handlers for found in each.filters or ()]

    assert len(filters) > len(ROUTERS)
    assert [handler for handler, found in filters if not found.awaitable] == []


@pytest.mark.parametrize(
    ("data", "most"),
    [
        (Act(do=Do.LOCK, owner=1, item=2, stamp="f" * 8), 1),
        (Act(do=Do.DROP_MARKED, owner=1, item=2, stamp="f" * 8), 2),
        (Open(screen=ScreenName.BACKPACK, owner=1), 2),
    ],
    ids=["change", "change what is marked", "look"],
)
async def test_a_tap_s_data_is_read_a_few_times(data: CallbackData, most: int) -> None:
    author = User(id=1, is_bot=False, first_name="A")
    tap = CallbackQuery(id="1", from_user=author, chat_instance="1", data=data.pack())
    read, original = 0, type(data).unpack

    def unpack(text: str) -> CallbackData:
        nonlocal read
        read += 1
        return original(text)

    with patch.object(type(data), "unpack", unpack):
        assert await is_taken(tap)

    assert read <= most
