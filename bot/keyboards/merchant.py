"""Buttons of the merchant: each says the price at which a tap deals."""

from collections.abc import Sequence
from functools import partial

from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from apps.game_core.modules.merchant.contracts import (
    Repairs,
    Sellable,
    SoldLots,
    StackCard,
    Stall,
    WareCard,
    WaresView,
    WareView,
)
from bot.callbacks.buttons import Open, ScreenName
from bot.callbacks.makers import Opens, Shops
from bot.keyboards.pages import turning
from bot.views.screen import PRIMARY, SUCCESS, Row, button, in_roomy_rows, keyboard
from bot.views.ui import Ui

MOST_REPAIRS = 7
"""That are shown at once."""
_WARES = 7
_SOME = (1, 5)


def stall(ui: Ui, owner: int, seen: Stall) -> InlineKeyboardMarkup:
    deals, to = Shops(owner, seen.purse.stamp), partial(Open, owner=owner)
    rows: list[Row] = [
        [
            button(ui.label("wares"), to(screen=ScreenName.WARES), PRIMARY),
            button(ui.label("sellable"), to(screen=ScreenName.SELLABLE), PRIMARY),
        ]
    ]
    if seen.junk:
        junk = deals.sell_junk(seen.junk.shown, seen.junk.price)
        rows.append([button(ui.label("sell_junk", seen.junk), junk, SUCCESS)])
    if seen.repairs:
        rows.append([button(ui.label("mend_all", seen.repairs), deals.mend_all(seen.repairs.price))])
    some = [button(ui.label("repairs"), to(screen=ScreenName.REPAIRS))] if seen.repairs else []
    rows.append([*some, button(ui.label("sold"), to(screen=ScreenName.SOLD))])
    lobby = button(ui.label("back"), to(screen=ScreenName.LOBBY))
    return keyboard([*rows, [lobby, button(ui.label("inventory"), to(screen=ScreenName.MAIN))]])


def pages_of(wares: Sequence[WareView]) -> Sequence[Sequence[WareView]]:
    """All about as long; one where there is nothing."""
    number = max(1, -(-len(wares) // _WARES))
    most = max(1, -(-len(wares) // number))
    return [wares[start : start + most] for start in range(0, number * most, most)]


def wares(ui: Ui, owner: int, seen: WaresView, page: int) -> InlineKeyboardMarkup:
    """`page` counts from 0 and is one that exists."""
    opens, pages = Opens(owner), pages_of(seen.wares)
    rows = [
        [
            button(
                ui.fitted("ware", ui.translator.item_name(each.piece.name), each), opens.ware(each.key, page)
            )
        ]
        for each in pages[page]
    ]
    turn = turning(ui, page, len(pages), lambda other: Open(screen=ScreenName.WARES, owner=owner, page=other))
    return keyboard([*rows, turn, _back(ui, owner, ScreenName.MERCHANT)])


def ware(ui: Ui, owner: int, card: WareCard, page: int) -> InlineKeyboardMarkup:
    """Also what cannot be bought now has a button, which says why."""
    deals, price = Shops(owner, card.purse.stamp, page), card.ware.price
    amounts = [amount for amount in _SOME if amount == 1 or amount <= card.most]
    if card.most > 1 and card.most not in amounts:
        amounts.append(card.most)
    able = [
        button(
            ui.label("buy", amount, amount * price),
            deals.buy(card.ware.key, amount, amount * price),
            PRIMARY if card.most else None,
        )
        for amount in amounts
    ]
    return keyboard([*in_roomy_rows(able), _back(ui, owner, ScreenName.WARES, page)])


def sellable(ui: Ui, owner: int, seen: Sellable) -> InlineKeyboardMarkup:
    """A tap sells a piece; of a stack it asks how many. What is not for sale says why."""
    page, to = seen.page, partial(Open, owner=owner)
    deals = Shops(owner, seen.purse.stamp, page.page)
    rows: list[Row] = []
    for row in page.items:
        worth = seen.worth.get(row.id)
        if worth is None:
            continue
        if worth.obstacle:
            label, data = ui.row_title(row, "unsellable_row", worth.obstacle), deals.sell(row.id, 1, 0)
            rows.append([button(label, data)])
        elif row.quantity > 1:
            ask = to(screen=ScreenName.STACK, item=row.id, page=page.page)
            rows.append([button(ui.row_title(row, "sellable_row", worth.price), ask)])
        else:
            sell = deals.sell(row.id, 1, worth.price)
            rows.append([button(ui.row_title(row, "sellable_row", worth.price), sell)])
    turn = turning(ui, page.page, page.pages, lambda other: to(screen=ScreenName.SELLABLE, page=other))
    return keyboard([*rows, turn, _back(ui, owner, ScreenName.MERCHANT)])


def stack(ui: Ui, owner: int, card: StackCard, page: int) -> InlineKeyboardMarkup:
    deals = Shops(owner, card.purse.stamp, page)
    able = [
        button(ui.label("sell", amount, price), deals.sell(card.item_id, amount, price), SUCCESS)
        for amount, price in card.prices.items()
        if price
    ]
    return keyboard([*in_roomy_rows(able), _back(ui, owner, ScreenName.SELLABLE, page)])


def repairs(ui: Ui, owner: int, seen: Repairs) -> InlineKeyboardMarkup:
    deals = Shops(owner, seen.purse.stamp)
    mend = deals.mend_one
    rows = [
        [button(ui.fitted("mend_one", ui.goods_name(each.piece), each), mend(each.item_id, each.price))]
        for each in seen.each[:MOST_REPAIRS]
    ]
    if seen.whole:
        rows.insert(0, [button(ui.label("mend_all", seen.whole), deals.mend_all(seen.whole.price), PRIMARY)])
    return keyboard([*rows, _back(ui, owner, ScreenName.MERCHANT)])


def sold(ui: Ui, owner: int, seen: SoldLots) -> InlineKeyboardMarkup:
    deals = Shops(owner, seen.purse.stamp)
    rows = [
        [button(ui.fitted("buy_back", ui.goods_name(lot.pieces), lot), deals.buy_back(lot.key, lot.price))]
        for lot in seen.lots
    ]
    return keyboard([*rows, _back(ui, owner, ScreenName.MERCHANT)])


def _back(ui: Ui, owner: int, screen: ScreenName, page: int = 0) -> list[InlineKeyboardButton]:
    return [button(ui.label("back"), Open(screen=screen, owner=owner, page=page))]
