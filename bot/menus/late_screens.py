"""Draws what had to be put by: because its chat was to be left alone, or its bot was stopped."""

import asyncio

import structlog
from aiogram import Bot
from aiogram.fsm.context import FSMContext
from aiogram.fsm.storage.base import BaseStorage, StorageKey

from bot.menus.board import MenuBoard
from bot.menus.orders import unpacked
from bot.turns.contracts import Parked

log = structlog.get_logger(__name__)

_LOOK_EVERY = 1.0


class LateScreens:
    """Any process of the bot may run one, and all should."""

    def __init__(self, board: MenuBoard, bot: Bot, storage: BaseStorage) -> None:
        self._board = board
        self._bot = bot
        self._storage = storage

    async def run(self) -> None:
        while True:
            await self.round()
            await asyncio.sleep(_LOOK_EVERY)

    async def round(self) -> None:
        for parked in await self._board.turns.due():
            self._put(parked)

    def _put(self, parked: Parked) -> None:
        key = StorageKey(self._bot.id, parked.chat_id, parked.user_id)
        try:
            order = unpacked(parked.content, self._bot, FSMContext(self._storage, key))
        except (ValueError, KeyError, TypeError) as error:
            # Written by another version of the bot: the next tap draws the menu.
            log.warning("parked screen not understood", chat_id=parked.chat_id, error=repr(error))
            return
        self._board.put_again(order)
