"""Polling that loses no tap: what is stopped finishes, what is killed comes again."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from aiogram import Bot, Dispatcher
from aiogram.exceptions import TelegramUnauthorizedError
from aiogram.types import Message

from bot.incoming.polling import Polling
from bot.process.factory import build_bot
from telegram_sandbox.client import SandboxClient
from telegram_sandbox.server import SandboxServer
from tools.support.patience import PATIENCE

TOKEN = "1000:polling-token-polling-token-polling"


@pytest.fixture
async def bot(sandbox: SandboxServer) -> AsyncIterator[Bot]:
    made = build_bot(TOKEN, sandbox.url)
    yield made
    await made.session.close()


@pytest.fixture
async def client(sandbox: SandboxServer) -> AsyncIterator[SandboxClient]:
    async with SandboxClient(sandbox.url) as opened:
        yield opened


class Handler:
    """Remembers texts; each message waits until it is let go."""

    def __init__(self) -> None:
        self.begun: asyncio.Queue[str] = asyncio.Queue()
        self.finished: list[str] = []
        self.let_go = asyncio.Event()
        self.dispatcher = Dispatcher()
        self.dispatcher.message.register(self.handle)

    async def handle(self, message: Message) -> None:
        self.begun.put_nowait(message.text or "")
        await self.let_go.wait()
        self.finished.append(message.text or "")


async def test_fault_22_a_stopped_bot_finishes_what_it_has_begun(bot: Bot, client: SandboxClient) -> None:
    handler = Handler()
    polling = Polling(bot, handler.dispatcher)
    running = asyncio.create_task(polling.run())
    await client.send(1, "one")
    await handler.begun.get()

    polling.stop()
    await asyncio.sleep(0.05)
    assert not running.done()
    handler.let_go.set()
    await running

    assert handler.finished == ["one"]
    again = Handler()
    again.let_go.set()
    second = Polling(bot, again.dispatcher)
    running = asyncio.create_task(second.run())
    await client.send(1, "two")
    assert await again.begun.get() == "two"
    second.stop()
    await running
    assert again.finished == ["two"]


async def test_what_a_killed_bot_had_not_finished_comes_again(bot: Bot, client: SandboxClient) -> None:
    killed = Handler()
    running = asyncio.create_task(Polling(bot, killed.dispatcher).run())
    await client.send(1, "one")
    await killed.begun.get()
    running.cancel()

    born_again = Handler()
    born_again.let_go.set()
    polling = Polling(bot, born_again.dispatcher)
    running = asyncio.create_task(polling.run())
    await born_again.begun.get()
    polling.stop()
    await running

    assert born_again.finished == ["one"]
    killed.let_go.set()


async def test_one_slow_handler_does_not_hold_the_others_for_long(bot: Bot, client: SandboxClient) -> None:
    handler = Handler()
    polling = Polling(bot, handler.dispatcher, patience=0.1)
    running = asyncio.create_task(polling.run())
    await client.send(1, "slow")
    await handler.begun.get()
    await client.send(2, "other")
    async with asyncio.timeout(PATIENCE):
        assert await handler.begun.get() == "other"

    handler.let_go.set()
    polling.stop()
    await running
    assert sorted(handler.finished) == ["other", "slow"]


async def test_what_a_stopped_bot_could_not_finish_comes_again(bot: Bot, client: SandboxClient) -> None:
    stuck = Handler()
    polling = Polling(bot, stuck.dispatcher, patience=0.1)
    running = asyncio.create_task(polling.run())
    await client.send(1, "slow")
    await stuck.begun.get()
    stuck.let_go.clear()
    await client.send(2, "after it")
    assert await stuck.begun.get() == "after it"
    polling.stop()
    await running

    second = Handler()
    second.let_go.set()
    polling = Polling(bot, second.dispatcher)
    running = asyncio.create_task(polling.run())
    async with asyncio.timeout(PATIENCE):
        assert {await second.begun.get(), await second.begun.get()} == {"slow", "after it"}
    polling.stop()
    await running
    stuck.let_go.set()


async def test_an_update_that_cannot_be_confirmed_yet_is_handled_once(
    bot: Bot, client: SandboxClient
) -> None:
    handler = Handler()
    polling = Polling(bot, handler.dispatcher, patience=0.05)
    running = asyncio.create_task(polling.run())
    for number in range(5):
        await client.add_user(11 + number)
        await client.send(11 + number, str(number))
        await handler.begun.get()
    await asyncio.sleep(0.6)

    assert handler.begun.empty()
    handler.let_go.set()
    polling.stop()
    await running
    assert sorted(handler.finished) == ["0", "1", "2", "3", "4"]


async def test_a_failing_server_is_asked_again(bot: Bot, client: SandboxClient) -> None:
    handler = Handler()
    handler.let_go.set()
    await client.fault("getUpdates", "502")
    polling = Polling(bot, handler.dispatcher)
    running = asyncio.create_task(polling.run())
    await client.send(1, "one")
    async with asyncio.timeout(PATIENCE):
        await handler.begun.get()

    polling.stop()
    await running
    assert handler.finished == ["one"]


async def test_a_token_that_is_refused_ends_the_polling(
    sandbox: SandboxServer, client: SandboxClient
) -> None:
    refused = build_bot("1000:short", sandbox.url)
    try:
        with pytest.raises(TelegramUnauthorizedError):
            await Polling(refused, Dispatcher()).run()
    finally:
        await refused.session.close()
