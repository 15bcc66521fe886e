"""Tables of trades: who sees which on the screen, kept with all that is kept of them, and the link to one."""

import structlog
from aiogram import Bot
from aiogram.exceptions import TelegramAPIError
from aiogram.fsm.context import FSMContext
from aiogram.fsm.storage.base import BaseStorage, StorageKey

from apps.game_core.modules.trade.contracts import TableState, TableView
from bot.callbacks.trading import Invitation

log = structlog.get_logger(__name__)

_TABLE = "table"  # a destiny of its own, apart from what handlers write
_TRADE = "trade"
_CHAT = "chat"


async def looks_at(state: FSMContext, trade: int) -> None:
    """They see this table now, in the chat of `state`; 0: something else."""
    seen = {_TRADE: trade, _CHAT: state.key.chat_id} if trade else {}
    await state.storage.set_data(_key(state.key.bot_id, state.key.user_id), seen)


async def chat_with(storage: BaseStorage, bot_id: int, user_id: int, trade: int) -> int | None:
    """The chat in which they see this table."""
    seen = await storage.get_data(_key(bot_id, user_id))
    return seen[_CHAT] if seen.get(_TRADE) == trade else None


async def link_to(bot: Bot, view: TableView) -> str:
    """Leads whoever follows it to the empty chair; nowhere when nobody knows what the bot is called."""
    if view.state is not TableState.INVITING or view.own is None:
        return ""
    try:
        name = (await bot.me()).username
    except TelegramAPIError as error:
        log.warning("no link to a table", error=str(error))
        return ""
    return f"https://t.me/{name}?start={Invitation(view.trade, view.own.char_id).payload}"


def _key(bot_id: int, user_id: int) -> StorageKey:
    return StorageKey(bot_id, user_id, user_id, destiny=_TABLE)
