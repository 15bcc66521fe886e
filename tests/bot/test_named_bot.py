"""What the bot is called is asked once, and nobody is held up by it."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from aiogram.exceptions import TelegramNetworkError
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.outgoing import named_bot
from bot.outgoing.connections import outgoing
from bot.outgoing.named_bot import NamedBot, introduce
from bot.process.factory import build_bot
from tools.support.patience import PATIENCE

TOKEN = "1000:a-token-of-thirty-letters-and-more-of-it"
ME = {"id": 1000, "is_bot": True, "first_name": "B", "username": "who_is_it_bot"}


class Slow:
    """Answers when it may; counts who asks."""

    def __init__(self) -> None:
        self.may, self.asked, self.refuses = asyncio.Event(), 0, 0

    async def answer(self, _: web.Request) -> web.Response:
        self.asked += 1
        if self.refuses:
            self.refuses -= 1
            return web.json_response({"ok": False, "description": "Bad Gateway"}, status=502)
        await self.may.wait()
        return web.json_response({"ok": True, "result": ME})


@pytest.fixture
async def slow() -> Slow:
    return Slow()


@pytest.fixture
async def bot(slow: Slow) -> AsyncIterator[NamedBot]:
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", slow.answer)
    async with TestServer(app) as server:
        url = str(server.make_url("")).rstrip("/")
        made = build_bot(TOKEN, url, outgoing(url))
        assert isinstance(made, NamedBot)
        yield made
        slow.may.set()
        await made.session.close()


async def test_all_who_ask_share_one_question_and_wait_for_a_moment(
    bot: NamedBot, slow: Slow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(named_bot, "_PATIENCE", 0.05)

    asked = await asyncio.gather(*(bot.me() for _ in range(40)), return_exceptions=True)

    assert {type(each) for each in asked} == {TelegramNetworkError}
    assert slow.asked == 1
    slow.may.set()
    monkeypatch.setattr(named_bot, "_PATIENCE", PATIENCE)
    assert [(await bot.me()).username for _ in range(3)] == ["who_is_it_bot"] * 3
    assert slow.asked == 1


async def test_it_learns_its_name_by_itself_however_often_it_has_to_ask(
    bot: NamedBot, slow: Slow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(named_bot, "_FIRST_PAUSE", 0.01)
    slow.refuses = 2
    slow.may.set()

    async with asyncio.timeout(PATIENCE):
        await introduce(bot)

    assert slow.asked == 3
    assert (await bot.me()).username == "who_is_it_bot"
    assert slow.asked == 3
