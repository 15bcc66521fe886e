"""A bot that knows what it is called before anybody asks."""

import asyncio
from typing import Any

import structlog
from aiogram import Bot
from aiogram.exceptions import TelegramAPIError, TelegramNetworkError
from aiogram.methods import GetMe
from aiogram.types import User

log = structlog.get_logger(__name__)

_PATIENCE = 2.0  # seconds: whoever asks holds up others
_FIRST_PAUSE, _LAST_PAUSE = 1.0, 60.0


class NamedBot(Bot):
    """It asks once for all who want to know, and lets nobody wait for long."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._asking: asyncio.Task[User] | None = None

    async def me(self) -> User:
        """Raises TelegramAPIError: a TelegramNetworkError where the answer is not there yet."""
        if self._me is None:
            if self._asking is None or self._asking.done():
                self._asking = asyncio.create_task(self.get_me())
                self._asking.add_done_callback(_retrieved)
            done, _ = await asyncio.wait({self._asking}, timeout=_PATIENCE)
            if not done:
                raise TelegramNetworkError(GetMe(), "it has not said yet what the bot is called")
            self._me = self._asking.result()
        return self._me


async def introduce(bot: Bot) -> None:
    """Let it learn its name, however long the messenger is away."""
    pause = _FIRST_PAUSE
    while True:
        try:
            await bot.me()
        except TelegramAPIError as error:
            log.info("the bot's name is not known yet", error=str(error), retry_in=pause)
            await asyncio.sleep(pause)
            pause = min(2 * pause, _LAST_PAUSE)
        else:
            return


def _retrieved(asking: asyncio.Task[User]) -> None:
    """Whoever has asked may not wait for it any more."""
    if not asking.cancelled():
        asking.exception()
