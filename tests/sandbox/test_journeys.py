"""The same journey for bots of different makes, each by polling and by webhook."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiogram.client.default import DefaultBotProperties
from aiogram.webhook.aiohttp_server import SimpleRequestHandler
from aiohttp import web

from telegram_sandbox.aiogram_polling import polled
from telegram_sandbox.client import NotSeenError, Player, SandboxClient, TapButton
from telegram_sandbox.server import SandboxServer

from . import shop_bot
from .plain_shop import plain_polling, plain_webhook
from .ptb_shop import ptb_polling, ptb_webhook


@asynccontextmanager
async def polling(url: str) -> AsyncIterator[None]:
    html = DefaultBotProperties(parse_mode="HTML")
    async with polled(shop_bot.make_dispatcher(), url, token=shop_bot.TOKEN, default=html) as bot:
        await bot.set_my_commands(shop_bot.COMMANDS)
        yield


@asynccontextmanager
async def webhook(url: str) -> AsyncIterator[None]:
    bot, dispatcher = shop_bot.make_bot(url), shop_bot.make_dispatcher()
    app = web.Application()
    SimpleRequestHandler(dispatcher, bot, secret_token="s3cret", handle_in_background=False).register(
        app, "/hook"
    )
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    await bot.set_webhook(f"http://127.0.0.1:{runner.addresses[0][1]}/hook", secret_token="s3cret")
    try:
        yield
    finally:
        await runner.cleanup()
        await bot.session.close()


@pytest.mark.parametrize(
    "running", [polling, webhook, ptb_polling, ptb_webhook, plain_polling, plain_webhook]
)
async def test_alice_buys_a_potion(
    sandbox: SandboxServer, player: Player, tap: TapButton, running: Any
) -> None:
    async with running(sandbox.url):
        await player.send("/start")
        welcome = await player.sees("Welcome, Alice!")
        assert (await tap("Buy")).text == "One potion, here you are"
        assert (await player.sees("Potions sold: 1")).message_id == welcome.message_id
        assert (await tap("Sold 1")).alert == "Please come again!"


@pytest.mark.parametrize("running", [polling, webhook])
async def test_a_form_is_filled_in_and_the_rest_comes_back(
    sandbox: SandboxServer, player: Player, running: Any
) -> None:
    async with running(sandbox.url):
        await player.send("/order")
        await player.sees("What shall we brew?")
        await player.send("a potion <of> & health")
        await player.sees("When will you come?")
        await player.send("at dusk")
        await player.sees("Ordered: a potion <of> & health, ready at dusk")
        await player.send("thanks, see example.org 🧪")
        await player.sees("thanks, see example.org 🧪")


async def test_two_players_in_a_group(sandbox: SandboxServer, chat: SandboxClient, player: Player) -> None:
    circe = await chat.add_user(3, "Circe")
    await chat.add_chat(-50, "Tavern", [1, 3])
    async with polling(sandbox.url):
        await chat.until_served()
        await player.within(-50).send("/start")
        await circe.within(-50).tap("Buy")
        assert (await player.within(-50).menu()).text == "Potions sold: 1"


async def test_what_is_not_there_is_said_with_what_is(sandbox: SandboxServer, player: Player) -> None:
    async with polling(sandbox.url):
        await player.send("/start")
        await player.sees("Welcome")
        with pytest.raises(NotSeenError, match=r"(?s)not seen: 'gold'.*Welcome, Alice!.*\[🧪 Buy\]"):
            await player.sees("gold", within=0.05)
        with pytest.raises(NotSeenError, match="that can be tapped"):
            await player.tap("Vault")


async def test_a_bot_whose_block_has_ended_asks_no_more(sandbox: SandboxServer, chat: SandboxClient) -> None:
    async with polling(sandbox.url):
        await chat.until_served()
    running = [task.get_coro() for task in asyncio.all_tasks()]
    assert [each for each in running if "Dispatcher" in repr(each)] == []
