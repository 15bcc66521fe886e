"""The same journey for different clients: aiogram by polling, aiogram by webhook, and plain HTTP."""

import asyncio
import json
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http.client import HTTPConnection
from typing import Any

import pytest
from aiogram.webhook.aiohttp_server import SimpleRequestHandler
from aiohttp import web

from apps.sandbox.client import NotSeenError, Player, SandboxClient
from apps.sandbox.server import SandboxServer
from apps.sandbox.testkit import TapButton

from . import shop_bot


@asynccontextmanager
async def polling(url: str) -> AsyncIterator[None]:
    bot, dispatcher = shop_bot.make_bot(url), shop_bot.make_dispatcher()
    await bot.set_my_commands(shop_bot.COMMANDS)
    task = asyncio.create_task(dispatcher.start_polling(bot, handle_signals=False))
    yield
    await dispatcher.stop_polling()
    await task
    await bot.session.close()


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
    yield
    await runner.cleanup()


class PlainBot(threading.Thread):
    """No libraries: blocking HTTP, form fields, JSON."""

    def __init__(self, url: str) -> None:
        super().__init__(daemon=True)
        self._address = url.removeprefix("http://")
        self.stopping = False

    def call(self, method: str, **fields: Any) -> Any:
        connection = HTTPConnection(self._address, timeout=10)
        connection.request(
            "POST", f"/bot{shop_bot.TOKEN}/{method}", json.dumps(fields), {"Content-Type": "application/json"}
        )
        answer = json.loads(connection.getresponse().read())
        connection.close()
        assert answer["ok"], answer
        return answer["result"]

    def run(self) -> None:
        offset = 0
        while not self.stopping:
            for update in self.call("getUpdates", offset=offset, timeout=1):
                offset = update["update_id"] + 1
                self.serve(update)

    def serve(self, update: dict[str, Any]) -> None:
        if message := update.get("message"):
            text = f"<b>Welcome</b>, {message['from']['first_name']}!"
            self.call(
                "sendMessage",
                chat_id=message["chat"]["id"],
                text=text,
                parse_mode="HTML",
                reply_markup=self.shelf(0),
            )
            return
        query = update["callback_query"]
        if query["data"] == "sold":
            self.call(
                "answerCallbackQuery",
                callback_query_id=query["id"],
                text="Please come again!",
                show_alert=True,
            )
            return
        self.call("answerCallbackQuery", callback_query_id=query["id"], text="One potion, here you are")
        place = {"chat_id": query["message"]["chat"]["id"], "message_id": query["message"]["message_id"]}
        self.call("editMessageText", **place, text="Potions sold: 1", reply_markup=self.shelf(1))

    def shelf(self, sold: int) -> Any:
        return shop_bot.shelf(sold).model_dump(exclude_none=True)


@asynccontextmanager
async def plain(url: str) -> AsyncIterator[None]:
    bot = PlainBot(url)
    bot.start()
    yield
    bot.stopping = True
    await asyncio.to_thread(bot.join)


@pytest.mark.parametrize("running", [polling, webhook, plain])
async def test_alice_buys_a_potion(
    sandbox: SandboxServer, player: Player, tap: TapButton, running: Any
) -> None:
    async with running(sandbox.url):
        await player.send("/start")
        welcome = await player.sees("Welcome, Alice!")
        assert (await tap("Buy")).text == "One potion, here you are"
        assert (await player.sees("Potions sold: 1")).message_id == welcome.message_id
        assert (await tap("Sold 1")).alert == "Please come again!"


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
