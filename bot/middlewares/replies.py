"""Every tap is answered: refusals with a reason and the current state, failures with an apology."""

from collections.abc import Awaitable, Callable
from typing import Any

import structlog
from aiogram import BaseMiddleware
from aiogram.filters import CommandObject
from aiogram.types import TelegramObject

from apps.game_core.modules.admins.errors import AdminError
from apps.game_core.modules.inventory.errors import (
    InvalidInputError,
    InventoryError,
    InventoryUnavailableError,
    OperationRefusedError,
)
from apps.game_core.modules.merchant.errors import MerchantError
from apps.game_core.modules.trade.contracts import TradeError
from apps.game_core.modules.training.contracts import LookAtFight, NoFightError
from bot.admins.arguments import UsageError
from bot.callbacks.buttons import Fight, Open, Order
from bot.callbacks.shops import Shop
from bot.callbacks.trading import AtTable
from bot.endings import Ending, ends
from bot.keyboards import admins as admin_keyboards
from bot.players import counter
from bot.players.states import TRADING_STATES
from bot.players.visit import Visit
from bot.views.admin_refusals import admin_refusal
from bot.views.meanings import refused
from bot.views.refusals import refusal
from bot.views.screen import Notice, Screen

log = structlog.get_logger(__name__)

Handler = Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]]


class ReplyMiddleware(BaseMiddleware):
    """Wraps handlers. Lets no exception out: an update that failed here would only fail again."""

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        visit: Visit = data["visit"]
        try:
            return await self._refusals_told(handler, event, data)
        except NoFightError:
            ends(Ending.REFUSED)
            await visit.show(await visit.lobby(), Notice(visit.ui.notice("no_fight")))
        except InventoryError as error:
            log.warning("inventory error", error=repr(error), char_id=visit.char_id)
            ends(Ending.UNAVAILABLE if isinstance(error, InventoryUnavailableError) else Ending.REFUSED)
            await visit.menu.say(refusal(visit.ui, error))
        except Exception:
            log.exception("handler failed", char_id=visit.char_id)
            ends(Ending.FAILED)
            await visit.menu.say(Notice(visit.ui.notice("broken"), alert=True))
        finally:
            await visit.menu.answer()
        return None

    async def _refusals_told(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        visit: Visit = data["visit"]
        try:
            return await handler(event, data)
        except (AdminError, UsageError) as error:
            ends(Ending.REFUSED)
            name, typed = _asked(data)
            buttons = admin_keyboards.refused(visit.ui, visit.player.user_id, error, name, typed)
            await visit.tell("admin_refused", buttons, **admin_refusal(error))
        except (OperationRefusedError, InvalidInputError, MerchantError, TradeError) as error:
            ends(Ending.REFUSED)
            current = await _current(visit, data, error)
            await visit.show(current, refusal(visit.ui, error, visit.char_id))
        return None


def _asked(data: dict[str, Any]) -> tuple[str, str]:
    """An admin's command and its arguments, typed or tapped."""
    tapped, typed = data.get("callback_data"), data.get("command")
    if isinstance(tapped, Order):
        return tapped.command, tapped.arguments
    return (typed.command, typed.args or "") if isinstance(typed, CommandObject) else ("", "")


async def _current(visit: Visit, data: dict[str, Any], error: Exception) -> Screen:
    """How things stand, as near as possible to where the player tapped."""
    tapped = data.get("callback_data")
    if isinstance(tapped, Fight):
        return visit.screens.fight(await visit.router.ask(LookAtFight(visit.char_id)))
    if isinstance(tapped, Shop) or (isinstance(tapped, Open) and tapped.screen in counter.SCREENS):
        return await counter.how_it_stands(visit, tapped)
    if isinstance(tapped, AtTable):
        return await visit.table_or_home(tapped.trade or getattr(error, "trade", None))
    if isinstance(error, TradeError) or visit.state in TRADING_STATES:
        return await visit.table_or_home()
    inventory = await visit.gateway.open(visit.char_id)
    return refused(visit.screens, inventory, tapped)
