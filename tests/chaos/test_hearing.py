"""What a campaign takes for told, of trades and of deals, in any language."""

import asyncio

import pytest

from apps.game_core.modules.inventory.inventory.operation_ids import stamp
from apps.game_core.modules.merchant import prices
from apps.game_core.modules.trade.contracts import HalfView, TableState, TableView
from bot.callbacks.makers import Deals, Shops
from bot.callbacks.trading import Deal
from bot.i18n import LOCALES, Translations
from bot.views.trading import TradeScreens
from bot.views.ui import Ui, Uis
from telegram_sandbox.bots.callbacks import Answer, Tap
from tools.chaos.hearing import Hearing, phrases
from tools.chaos.journal import Journal
from tools.chaos.names import known_as, settled

ME, TRADE = 7, 42
KEY = (ME, settled(TRADE))
DEALS, SHOPS = Deals(ME, TRADE), Shops(ME, stamp(3, "rev"))


@pytest.fixture(scope="module", params=["en", "ru"])
def ui(request: pytest.FixtureRequest) -> Ui:
    return Uis(Translations.load(LOCALES)).of(request.param)


@pytest.fixture
def hearing() -> Hearing:
    return Hearing(Journal(), ME, lambda: 5.0, phrases())


async def told(hearing: Hearing, data: str, text: str, *, alert: bool = False) -> Journal:
    tap = Tap("1", 9e9, asyncio.get_running_loop().create_future())
    hearing.tapped(tap, data, "trade")
    tap.answer.set_result(Answer(text, alert))
    await asyncio.sleep(0)
    return hearing.journal


def news(ui: Ui, state: TableState) -> str:
    view = TableView(TRADE, state, other=HalfView(8, "Boris", (), 0))
    return TradeScreens(ui, ME).news(view).text


async def test_done_on_a_button_is_one_settled_trade_however_often_it_is_said(
    ui: Ui, hearing: Hearing
) -> None:
    await told(hearing, DEALS.confirm(1).pack(), ui.notice("table_settled"))
    journal = await told(hearing, DEALS.confirm(1).pack(), ui.notice("table_settled"))

    assert journal.trades == {TRADE}
    assert [each.repeated for each in journal.words[KEY]] == [False, True]


async def test_a_confirmed_table_is_no_settled_trade(ui: Ui, hearing: Hearing) -> None:
    journal = await told(hearing, DEALS.confirm(1).pack(), ui.notice("table_confirmed"))

    assert not journal.trades
    assert not journal.words
    assert not journal.off


async def test_who_has_left_a_table_was_told_that_nothing_came_of_it(ui: Ui, hearing: Hearing) -> None:
    journal = await told(hearing, DEALS.table(Deal.LEAVE).pack(), ui.notice("table_left"))

    assert journal.off == {KEY: 5.0}
    assert not journal.sat


async def test_whoever_sits_down_again_is_at_the_table_again(hearing: Hearing) -> None:
    journal = await told(hearing, DEALS.invited(Deal.SIT, 1).pack(), "")

    assert journal.sat == {KEY: 5.0}


def test_news_of_a_trade_are_told_too(ui: Ui, hearing: Hearing) -> None:
    hearing.told_of_trade(TRADE, news(ui, TableState.LAYING))
    assert not hearing.journal.words
    hearing.told_of_trade(TRADE, news(ui, TableState.OFF))
    assert hearing.journal.off.keys() == {KEY}
    hearing.told_of_trade(TRADE, news(ui, TableState.SETTLED))
    assert hearing.journal.words.keys() == {KEY}


async def test_a_deal_is_told_by_the_name_that_the_ledger_has(hearing: Hearing) -> None:
    buy = SHOPS.buy(9, 2, 30)
    sale = f"merchant:sell:{SHOPS.sell(1, 1, 5).order}"
    back = f"{sale.replace('sell', 'back', 1)}:0"

    await told(hearing, buy.pack(), "🛒 Bought")
    journal = await told(hearing, SHOPS.buy_back(prices.key(back), 5).pack(), "⛔ Gone", alert=True)
    assert journal.words.keys() == {(ME, f"merchant:buy:{buy.order}")}
    journal = await told(hearing, SHOPS.buy_back(prices.key(back), 5).pack(), "Bought back")

    assert (ME, known_as(back)) in journal.words
    assert journal.deals == {"buy": 1, "buy back": 1}
