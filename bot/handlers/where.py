"""Conditions of handlers, asked here and now: what is no `Filter` is asked in a thread, tap by tap."""

from typing import Any

from aiogram.filters import Filter
from aiogram.types import TelegramObject
from aiogram.utils.magic_filter import MagicFilter


class Where(Filter):
    """What a magic filter makes of the event."""

    def __init__(self, magic: MagicFilter) -> None:
        self._magic = magic

    async def __call__(self, event: TelegramObject) -> Any:
        return self._magic.resolve(event)
