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
)
from bot.callbacks.trading import AtTable, Deal
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
    if await if_open(visit, partners, callback_data) is None:
        return
    context = Confirm(visit.char_id, callback_data.fingerprint, callback_data.trade)
    try:
        view = await visit.router.ask(context)
    except InventoryUnavailableError as error:
        # What was said counts even while the database is away: the exchange is to be asked for again.
        view = await visit.router.ask(LookAtTable(visit.char_id, callback_data.trade))
        await changed(visit, partners, view, refusal(visit.ui, error))
    else:
        words = _CONFIRMED.get(view.state)
        notice = Notice(visit.ui.notice(words)) if words else None
        await changed(visit, partners, view, notice, told=True)


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


async def changed(
    visit: Visit, partners: Partners, view: TableView, notice: Notice | None, *, told: bool = False
) -> None:
    """Show it to both. `told`: of its end they hear in any case."""
    await visit.show(await visit.table(view), notice)
    partners.hear(visit.menu.bot, view, told=told and view.state is TableState.SETTLED)
    partners.follow(visit.menu.bot, view, told=told)


async def _show(visit: Visit, partners: Partners, view: TableView) -> None:
    await visit.show(await visit.table(view))
    partners.follow(visit.menu.bot, view)


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
