"""What stands between bot and Telegram answers with a page of its own, half an answer, or not in UTF-8."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aiogram import Bot, Dispatcher
from aiogram.exceptions import TelegramRetryAfter, TelegramServerError
from aiogram.methods import AnswerCallbackQuery, GetUpdates
from aiogram.types import CallbackQuery, User
from aiohttp import web
from aiohttp.test_utils import TestServer
from structlog.testing import capture_logs

from apps.game_core.errors import StartError
from bot.incoming.polling import Polling
from bot.outgoing.connections import outgoing
from bot.outgoing.courtesies import Courtesies
from bot.process.factory import build_bot
from bot.process.start_errors import webhook_errors
from bot.views.screen import Notice
from telegram_sandbox.aiogram_bridge import RecordingBot
from tools.support.patience import PATIENCE

TOKEN = "1000:unreadable-unreadable-unreadable-unread"
PAGES = {
    "a page": (502, b"<html>502 Bad Gateway: SECRET</html>"),
    "a page in Latin-1": (502, "<h1>Passerelle d\xe9faillante: SECRET</h1>".encode("latin-1")),
    "a page in Latin-1 that says all is well": (200, "d\xe9faillante: SECRET".encode("latin-1")),
    "no description": (502, b'{"ok":false}'),
    "half an answer": (200, b'{"ok":true,"result":[{"update_id":5,"message":{"text":"SECRET"'),
}
pages = pytest.mark.parametrize(("status", "body"), PAGES.values(), ids=PAGES)


@asynccontextmanager
async def answering(status: int, body: bytes) -> AsyncIterator[tuple[Bot, list[str]]]:
    """A bot whose every call is answered so; and what it has called."""
    called: list[str] = []

    async def answer(request: web.Request) -> web.Response:
        called.append(request.path.rpartition("/")[2])
        return web.Response(status=status, body=body, content_type="text/html")

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", answer)
    async with TestServer(app) as server:
        url = str(server.make_url("")).rstrip("/")
        bot = build_bot(TOKEN, url, outgoing(url))
        yield bot, called
        await bot.session.close()


@pages
async def test_it_is_a_server_error_that_repeats_nothing(status: int, body: bytes) -> None:
    async with answering(status, body) as (bot, _):
        with pytest.raises(TelegramServerError) as caught:
            await bot.delete_webhook()
    assert "SECRET" not in str(caught.value)


@pages
async def test_at_the_start_of_a_webhook_it_is_a_line(status: int, body: bytes) -> None:
    async with answering(status, body) as (bot, _):
        with (
            pytest.raises(StartError, match=r"^BOT_API_URL: [^\n]*does not answer: [^\n]*$"),
            webhook_errors("https://example.org/hook", "https://api"),
        ):
            await bot.set_webhook("https://example.org/hook")


@pages
async def test_polling_goes_on_and_repeats_nothing(status: int, body: bytes) -> None:
    async with answering(status, body) as (bot, called), asyncio.timeout(PATIENCE):
        polling = Polling(bot, Dispatcher())
        with capture_logs() as logs:
            running = asyncio.create_task(polling.run())
            while called.count("getUpdates") < 2:  # noqa: ASYNC110 - the server tells nobody
                await asyncio.sleep(0.01)
            polling.stop()
            await running
    assert any(each["event"] == "cannot fetch updates" for each in logs)
    assert "SECRET" not in repr(logs)


async def test_polling_waits_as_long_as_it_is_told_to() -> None:
    bot = RecordingBot()
    polling = Polling(bot, Dispatcher())

    async def flooded() -> None:
        polling.stop()
        raise TelegramRetryAfter(GetUpdates(), "Too Many Requests", 3600)

    with capture_logs() as logs, pytest.MonkeyPatch.context() as patched:
        patched.setattr(polling, "_fetch", flooded)
        async with asyncio.timeout(PATIENCE):
            await polling.run()

    [told] = [each for each in logs if each["event"] == "cannot fetch updates"]
    assert told["retry_in"] == 3600


async def test_an_answer_is_never_longer_than_telegram_takes() -> None:
    said = "Dropped: " + "a set's name " * 40
    bot, courtesies = RecordingBot(), Courtesies()
    query = CallbackQuery(
        id="1", from_user=User(id=7, is_bot=False, first_name="A"), chat_instance="1", data="x"
    )

    courtesies.answer(bot, query, Notice(said))
    await courtesies.settled(PATIENCE)
    await courtesies.close()

    [answer] = bot.calls(AnswerCallbackQuery)
    assert said.startswith(answer.text.removesuffix("…"))
    assert 150 < len(answer.text) <= 200
