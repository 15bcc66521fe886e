"""The same shop without any library: blocking HTTP and JSON."""

import asyncio
import json
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from telegram_sandbox.client import SandboxClient

from .shop_bot import TOKEN, shelf


class PlainShop:
    def __init__(self, url: str) -> None:
        self._address = url.removeprefix("http://")
        self.is_closing = False

    def call(self, method: str, **fields: Any) -> Any:
        connection = HTTPConnection(self._address, timeout=10)
        connection.request(
            "POST", f"/bot{TOKEN}/{method}", json.dumps(fields), {"Content-Type": "application/json"}
        )
        answer = json.loads(connection.getresponse().read())
        connection.close()
        assert answer["ok"], answer
        return answer["result"]

    def poll(self) -> None:
        offset = 0
        while not self.is_closing:
            for update in self.call("getUpdates", offset=offset, timeout=1):
                offset = update["update_id"] + 1
                self.serve(update)

    def serve(self, update: dict[str, Any]) -> None:
        if message := update.get("message"):
            if message["text"] == "/start":
                self.welcome(message)
            return
        query = update["callback_query"]
        if query["data"] == "sold":
            self.answer(query, text="Please come again!", show_alert=True)
            return
        self.answer(query, text="One potion, here you are")
        place = {"chat_id": query["message"]["chat"]["id"], "message_id": query["message"]["message_id"]}
        self.call("editMessageText", **place, text="Potions sold: 1", reply_markup=plain_shelf(1))

    def welcome(self, message: dict[str, Any]) -> None:
        text = f"<b>Welcome</b>, {message['from']['first_name']}!"
        chat_id = message["chat"]["id"]
        self.call("sendMessage", chat_id=chat_id, text=text, parse_mode="HTML", reply_markup=plain_shelf(0))

    def answer(self, query: dict[str, Any], **fields: Any) -> None:
        self.call("answerCallbackQuery", callback_query_id=query["id"], **fields)


def plain_shelf(sold: int) -> Any:
    return json.loads(shelf(sold).model_dump_json(exclude_none=True))


@asynccontextmanager
async def plain_polling(url: str) -> AsyncIterator[None]:
    shop = PlainShop(url)
    thread = threading.Thread(target=shop.poll, daemon=True)
    thread.start()
    try:
        yield
    finally:
        shop.is_closing = True
        async with SandboxClient(url) as chat:
            await chat.send(1, "closing time")  # ends the long poll at once
        await asyncio.to_thread(thread.join)


@asynccontextmanager
async def plain_webhook(url: str) -> AsyncIterator[None]:
    shop = PlainShop(url)

    class Hook(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            shop.serve(json.loads(body))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """Nothing: pytest's output is for failures."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Hook)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    await asyncio.to_thread(shop.call, "setWebhook", url=f"http://127.0.0.1:{server.server_port}/hook")
    try:
        yield
    finally:
        await asyncio.to_thread(server.shutdown)
        await asyncio.to_thread(thread.join)
        server.server_close()
