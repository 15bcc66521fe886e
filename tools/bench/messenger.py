"""A messenger over HTTP that takes everything and answers at once, and the people in it."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count
from typing import Any

import msgspec

from tools.bench.measuring import NoEffectError
from tools.bench.post import ME, Button, tapped, written
from tools.bench.wire import Answering, Line

_PATIENCE = 30.0
_TAKEN = b'{"ok":true,"result":true}'
_FIRST_MESSAGE = 100


class Messenger:
    """`calls` counts by method, `changed` the menus that differ from what stood there.

    `menus` has each chat's last keyboard.
    """

    def __init__(self) -> None:
        self.calls: Counter[str] = Counter()
        self.changed = 0
        self.menus: dict[int, tuple[int, list[Button]]] = {}
        self._looks: dict[int, tuple[str, str]] = {}
        self._messages = count(_FIRST_MESSAGE)
        self._answers: dict[str, asyncio.Future[None]] = {}
        self._drawn: dict[int, asyncio.Future[None]] = {}

    def answer(self, path: str, body: bytes) -> bytes:
        method = path.rpartition("/")[2]
        self.calls[method] += 1
        if method == "getMe":
            return _result(ME)
        if method in {"sendMessage", "editMessageText"}:
            return self._shown(msgspec.json.decode(body))
        if method == "answerCallbackQuery":
            _done(self._answers.pop(msgspec.json.decode(body)["callback_query_id"], None))
        return _TAKEN

    async def writes(self, user_id: int, text: str, bot: Line) -> None:
        """Until a menu comes."""
        await self._handed(bot, written(user_id, text), self._draws(user_id))

    async def taps(self, user_id: int, data: str, bot: Line) -> None:
        """Until the tap is answered and the menu is another one."""
        message_id, _ = self.menus[user_id]
        update = tapped(user_id, message_id, data)
        answered = self._answers[update["callback_query"]["id"]] = _promise()
        await self._handed(bot, update, self._draws(user_id), answered)

    def button(self, user_id: int, prefixes: tuple[str, ...]) -> str:
        _, buttons = self.menus[user_id]
        return next(data for _, data in buttons if data.startswith(prefixes))

    async def _handed(self, bot: Line, update: dict[str, Any], *effects: asyncio.Future[None]) -> None:
        try:
            async with asyncio.timeout(_PATIENCE):
                line = await bot.post(msgspec.json.encode(update))
                if b" 200 " not in line:
                    raise NoEffectError(f"the bot refused an update: {line!r}")
                await asyncio.gather(*effects)
        except TimeoutError:
            raise NoEffectError("an update had no answer, or no menu") from None

    def _draws(self, user_id: int) -> asyncio.Future[None]:
        self._drawn[user_id] = promised = _promise()
        return promised

    def _shown(self, sent: dict[str, Any]) -> bytes:
        chat_id = int(sent["chat_id"])
        message_id = int(sent.get("message_id") or next(self._messages))
        markup = str(sent.get("reply_markup") or "")
        look = (str(sent["text"]), markup)
        if self._looks.get(chat_id) != look:
            self.changed += 1
            self._looks[chat_id] = look
            _done(self._drawn.pop(chat_id, None))
        if markup:
            rows = msgspec.json.decode(markup)["inline_keyboard"]
            buttons = [(each["text"], each.get("callback_data", "")) for row in rows for each in row]
            self.menus[chat_id] = (message_id, buttons)
        chat = {"id": chat_id, "type": "private", "first_name": "Player"}
        return _result({"message_id": message_id, "date": 1, "chat": chat, "from": ME, "text": "A menu"})


@asynccontextmanager
async def listening(messenger: Messenger) -> AsyncIterator[str]:
    """Its address, for as long as the block runs."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Answering(messenger.answer), "127.0.0.1", 0, backlog=1024)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()


def _result(value: object) -> bytes:
    return b'{"ok":true,"result":%b}' % msgspec.json.encode(value)


def _promise() -> asyncio.Future[None]:
    return asyncio.get_running_loop().create_future()


def _done(promised: asyncio.Future[None] | None) -> None:
    if promised and not promised.done():
        promised.set_result(None)
