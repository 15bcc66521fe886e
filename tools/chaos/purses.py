"""What the campaign pays each player once, so that there is something to trade with."""

import asyncio
from collections.abc import Callable

import structlog
from redis.exceptions import RedisError
from sqlalchemy.exc import SQLAlchemyError

from apps.game_core.container import Core, open_core
from apps.game_core.modules.inventory.contracts import AddCoins, Perform
from apps.game_core.modules.inventory.errors import InventoryError
from apps.game_core.settings import CoreSettings
from tools.chaos import books
from tools.chaos.journal import Journal, Word
from tools.chaos.names import PURSE

log = structlog.get_logger(__name__)

COINS = 5_000
_GLANCE = 0.3


async def fill_purses(
    settings: CoreSettings,
    players: int,
    journal: Journal,
    now: Callable[[], float],
    *,
    gate: asyncio.Event,
    still: asyncio.Lock,
) -> None:
    """Pay everybody as soon as they are born; it was said, so that it must be there in the end."""
    paid: set[int] = set()
    async with open_core(settings) as core:
        while len(paid) < players:
            await asyncio.sleep(_GLANCE)
            await gate.wait()
            try:
                # A process that knows the database that there is, and does nothing while it is put back.
                async with still:
                    await core.generation.refresh()
                    await _pay(core, paid, journal, now)
            except (InventoryError, SQLAlchemyError, RedisError, OSError) as error:
                log.debug("not paid yet", error=repr(error))


async def _pay(core: Core, paid: set[int], journal: Journal, now: Callable[[], float]) -> None:
    for row in await books.rows(core.engine):
        if row.user_id not in paid:
            sent = now()
            await core.router.ask(Perform(row.char_id, AddCoins(amount=COINS), PURSE))
            journal.told((row.user_id, PURSE), Word(sent, now(), repeated=False), f"{COINS} coins")
            paid.add(row.user_id)
