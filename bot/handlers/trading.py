"""A table of a trade: looking at it, taking away, confirming, leaving. Each button names its table."""

from aiogram import F, Router
from aiogram.types import CallbackQuery

from apps.game_core.modules.inventory.errors import InventoryUnavailableError
from apps.game_core.modules.trade.contracts import (
    Confirm,
    LookAtLaid,
    LookAtTable,
    TableState,
    TableView,
    TakeAway,
    TradeError,
)
from bot.callbacks.trading import AtTable, Deal
from bot.endings import Ending, ends
from bot.players.partners import Partners
from bot.players.visit import Visit
from bot.views.refusals import refusal
from bot.views.screen import Notice

_CONFIRMED = {
    TableState.LAYING: "table_confirmed",
    TableState.GIVEN: "table_given",
    TableState.SETTLED: "table_settled",
}
_OPEN = (TableState.INVITING, TableState.LAYING)


async def look(_: CallbackQuery, callback_data: AtTable, visit: Visit, partners: Partners) -> None:
    await _show(visit, partners, await visit.router.ask(LookAtTable(visit.char_id, callback_data.trade)))


async def card(_: CallbackQuery, callback_data: AtTable, visit: Visit, partners: Partners) -> None:
    if view := await if_open(visit, partners, callback_data):
        found = await visit.router.ask(LookAtLaid(visit.char_id, callback_data.item))
        await visit.show(visit.trading.card(view, found))


async def take_away(_: CallbackQuery, callback_data: AtTable, visit: Visit, partners: Partners) -> None:
    context = TakeAway(visit.char_id, callback_data.item, callback_data.trade)
    await changed(visit, partners, await visit.router.ask(context), Notice(visit.ui.notice("taken_away")))


async def confirm(_: CallbackQuery, callback_data: AtTable, visit: Visit, partners: Partners) -> None:
    before = await if_open(visit, partners, callback_data)
    if before is None:
        return
    context = Confirm(visit.char_id, callback_data.fingerprint, callback_data.trade)
    try:
        view = await visit.router.ask(context)
    except (InventoryUnavailableError, TradeError) as error:
        # What was said may count all the same: then the exchange is to be asked for again.
        ends(Ending.UNAVAILABLE if isinstance(error, InventoryUnavailableError) else Ending.REFUSED)
        view = await visit.router.ask(LookAtTable(visit.char_id, callback_data.trade))
        await changed(visit, partners, view, refusal(visit.ui, error, visit.char_id))
    else:
        words = _CONFIRMED.get(view.state)
        await visit.show(await visit.table(view), Notice(visit.ui.notice(words)) if words else None)
        _tell(visit, partners, view, before.other.char_id if before.other else None)


async def leave_table(_: CallbackQuery, callback_data: AtTable, visit: Visit, partners: Partners) -> None:
    if await partners.leave(visit.menu.bot, visit.char_id, callback_data.trade):
        await visit.show(await visit.home(), Notice(visit.ui.notice("table_left")))
    else:
        await visit.show(await visit.table_or_home(callback_data.trade))


async def if_open(visit: Visit, partners: Partners, tapped: AtTable) -> TableView | None:
    """The table, if something can be laid there; else it is shown how it ended."""
    view = await visit.router.ask(LookAtTable(visit.char_id, tapped.trade))
    if view.state in _OPEN and view.own is not None:
        return view
    await _show(visit, partners, view)
    return None


async def changed(visit: Visit, partners: Partners, view: TableView, notice: Notice | None) -> None:
    """Show it to both."""
    await visit.show(await visit.table(view), notice)
    partners.hear(visit.menu.bot, view)


def _tell(visit: Visit, partners: Partners, view: TableView, partner: int | None) -> None:
    """What has been confirmed, and how it ends, of which both hear in any case."""
    bot = visit.menu.bot
    if partner is not None:
        partners.show(bot, partner, view.trade, told=view.state is TableState.SETTLED)
    if partner is not None and view.state is TableState.GIVEN:
        partners.follow(bot, view.trade, (visit.char_id, partner), told=True)


async def _show(visit: Visit, partners: Partners, view: TableView) -> None:
    """Whoever looks may be the one who has it exchanged, or the only one who is left to see it through."""
    await visit.show(await visit.table(view))
    if view.state is TableState.GIVEN:
        partners.follow(visit.menu.bot, view.trade, (visit.char_id,))
    elif view.state not in _OPEN:
        partners.hear(visit.menu.bot, view)


def setup() -> Router:
    router = Router(name="trading")
    taps = {
        look: Deal.LOOK,
        card: Deal.CARD,
        take_away: Deal.TAKE_AWAY,
        confirm: Deal.CONFIRM,
        leave_table: Deal.LEAVE,
    }
    for handler, deal in taps.items():
        router.callback_query.register(handler, AtTable.filter(F.do == deal))
    return router
