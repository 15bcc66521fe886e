"""The whole bot without a messenger: raw updates go in as Telegram words them, recorded calls come out."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from aiogram.methods import GetMe, TelegramMethod
from aiogram.types import User

from apps.game_core.settings import CoreSettings
from bot.running import Process, open_process
from telegram_sandbox.aiogram_bridge import RecordingSession
from tools.walk.stage import Hasty

Raw = dict[str, Any]
TOKEN = "1000:raw-updates-raw-updates-raw-updates"
_numbers = count(1000)


@dataclass
class FedBot:
    process: Process
    session: RecordingSession
    _seen: int = field(default=0, init=False)

    async def feed(self, **update: Any) -> list[TelegramMethod[Any]]:
        """The calls that followed, in order."""
        given = {"update_id": next(_numbers)} | update
        await self.process.dispatcher.feed_raw_update(self.process.bot, given)
        await self.process.settled(10)
        calls = self.session.methods[self._seen :]
        self._seen = len(self.session.methods)
        return [call for call in calls if not isinstance(call, GetMe)]

    def refuse(self, method: type[TelegramMethod[Any]], description: str) -> None:
        """The next call of the kind fails."""
        self.session.scripted[method].append({"ok": False, "error_code": 400, "description": description})

    async def is_known(self, user_id: int) -> bool:
        return await self.process.players.find(user_id) is not None


@asynccontextmanager
async def fed_bot(settings: CoreSettings) -> AsyncIterator[FedBot]:
    session = RecordingSession()
    async with open_process(settings, TOKEN, "http://127.0.0.1:1", session=session, clock=Hasty()) as process:
        bot = process.bot
        me = User(id=bot.id, is_bot=True, first_name="B", username="gamebot")
        bot._me = me
        yield FedBot(process, session)


def person(number: int, **more: Any) -> Raw:
    given = {"id": number, "is_bot": False, "first_name": f"U{number}", "language_code": "en"}
    return given | more


def private(who: Raw) -> Raw:
    return {"id": who["id"], "type": "private", "first_name": who["first_name"]}


def message(who: Raw, chat: Raw | None = None, text: str | None = None, **more: Any) -> Raw:
    """A message; with a `text` that begins with a slash it has a command's entity."""
    made: Raw = {
        "message_id": next(_numbers),
        "date": int(time.time()),
        "chat": chat or private(who),
        "from": who,
    }
    if text is not None:
        made["text"] = text
        if text.startswith("/"):
            length = len(text.split()[0])
            made["entities"] = [{"type": "bot_command", "offset": 0, "length": length}]
    return made | more


def tap(who: Raw, data: str, tapped: Raw) -> Raw:
    """A tap on a message; one that is inaccessible has the date 0."""
    return {"id": str(next(_numbers)), "from": who, "chat_instance": "1", "data": data, "message": tapped}


def shown(message_id: int, chat: Raw, **more: Any) -> Raw:
    """A message of the bot's."""
    sender = {"id": 1000, "is_bot": True, "first_name": "B"}
    known = {"message_id": message_id, "date": int(time.time()), "chat": chat, "from": sender, "text": "x"}
    return known | more
