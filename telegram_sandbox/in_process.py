"""The Bot API without a socket: for tests and tools that call it a few hundred thousand times."""

from collections.abc import AsyncGenerator
from typing import Any, cast

from aiogram import Bot
from aiogram.client.session.base import BaseSession
from aiogram.exceptions import TelegramNetworkError
from aiogram.methods import TelegramMethod
from aiogram.methods.base import TelegramType
from aiogram.types import InputFile

from telegram_sandbox.botapi.api import BotApi, DroppedError, Exchange
from telegram_sandbox.botapi.request_reading import Arguments, Files
from telegram_sandbox.world.world import World


class InProcessSession(BaseSession):
    """aiogram's session on a world in the same process. Arguments and answers are encoded as for the wire."""

    def __init__(self, world: World) -> None:
        super().__init__()
        self._api = BotApi(world)
        self._is_open = True

    async def make_request(
        self,
        bot: Bot,
        method: TelegramMethod[TelegramType],
        timeout: int | None = None,  # noqa: ASYNC109, ARG002 - the signature is aiogram's
    ) -> TelegramType:
        if not self._is_open:
            raise TelegramNetworkError(method=method, message="the session is closed")

        async def read() -> tuple[Arguments, Files]:
            return await self._encoded(bot, method)

        try:
            reply = await self._api.reply(Exchange(method.__api_method__, bot.token), read)
        except DroppedError:
            raise TelegramNetworkError(method=method, message="the connection broke") from None
        response = self.check_response(bot, method, reply.status, reply.body.decode())
        return cast("TelegramType", response.result)

    async def _encoded(self, bot: Bot, method: TelegramMethod[Any]) -> tuple[Arguments, Files]:
        given: dict[str, InputFile] = {}
        values = {
            name: self.prepare_value(value, bot=bot, files=given)
            for name, value in method.model_dump(warnings=False).items()
        }
        files = {name: b"".join([chunk async for chunk in file.read(bot)]) for name, file in given.items()}
        return {name: value for name, value in values.items() if value}, files

    async def close(self) -> None:
        self._is_open = False

    async def stream_content(self, *_: Any, **__: Any) -> AsyncGenerator[bytes, None]:
        """Photos are not fetched by bots here."""
        raise NotImplementedError
        yield b""
