"""Buttons of a table: what lies there, what could, and what becomes of it."""

from collections.abc import Iterator
from urllib.parse import urlencode

from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from apps.game_core.modules.inventory.contracts import BackpackPage, ItemView
from apps.game_core.modules.trade.contracts import HalfView, TableState, TableView
from bot.callbacks.buttons import Open, ScreenName
from bot.callbacks.makers import Deals
from bot.callbacks.trading import AtTable, Deal
from bot.views.screen import (
    DANGER,
    PRIMARY,
    SUCCESS,
    Row,
    button,
    disabled,
    in_roomy_rows,
    in_rows,
    keyboard,
    link,
)
from bot.views.ui import Ui

_QUANTITIES = (1, 5, 10)
_SHARE = "https://t.me/share/url?"
_ROUND = tuple(digit * 10**zeros for zeros in range(19) for digit in (1, 5))
_MOST_ROUND = 4
_LARGEST_STEP = 1_000
_STEPS_IN = 100


def table(ui: Ui, owner: int, view: TableView, url: str = "") -> InlineKeyboardMarkup:
    """`url` leads whoever follows it to the empty chair."""
    deals = Deals(owner, view.trade)
    if view.state not in (TableState.INVITING, TableState.LAYING):
        return _ended(ui, deals, view)
    share = [link(ui.label("send_invitation"), _share(ui, view, url))] if url else []
    lay = [
        button(ui.label("lay"), deals.page(Deal.CHOOSE, 0), PRIMARY),
        button(ui.label("lay_coins"), deals.table(Deal.COINS)),
    ]
    last = [_refresh(ui, deals), button(ui.label("leave_table"), deals.table(Deal.LEAVE), DANGER)]
    return keyboard([share, *_things(ui, deals, view), lay, _confirm(ui, deals, view), last])


def choosing(
    ui: Ui, deals: Deals, page: BackpackPage, *, parts_only: bool, narrows: bool
) -> InlineKeyboardMarkup:
    """What could be laid: a whole stack with a tap, or first how much of it."""
    turn = Deal.CHOOSE_PART if parts_only else Deal.CHOOSE
    take = Deal.PICK_PART if parts_only else Deal.LAY
    rows = [[button(ui.row_title(item), deals.item(take, item.id, page.page))] for item in page.items]
    everything = [button(ui.label("show_all"), deals.table(Deal.SHOW_ALL))] if narrows else []
    other = (
        button(ui.label("whole_stacks"), deals.page(Deal.CHOOSE, 0))
        if parts_only
        else button(ui.label("only_part"), deals.page(Deal.CHOOSE_PART, 0))
    )
    return keyboard([*rows, _pages(ui, deals, turn, page), everything, [_back(ui, deals), other]])


def part(ui: Ui, deals: Deals, item: ItemView, page: int, stamp: str) -> InlineKeyboardMarkup:
    def choose(label: str, quantity: int) -> InlineKeyboardButton:
        return button(label, deals.part(item.id, quantity, stamp))

    choices = [choose(ui.label("quantity", each), each) for each in _QUANTITIES if each < item.quantity]
    if (half := item.quantity // 2) and half not in _QUANTITIES:
        choices.append(choose(ui.label("half", half), half))
    back = button(ui.label("back"), deals.page(Deal.CHOOSE_PART, page))
    return keyboard([*in_rows(choices, 3), [back]])


def coins(ui: Ui, deals: Deals, owned: int, laid: int) -> InlineKeyboardMarkup:
    """Each button names the sum that it comes to: tapped twice it is laid once."""
    lay = [
        button(ui.label("coins", each), deals.coins(Deal.LAY_COINS, each))
        for each in [each for each in _ROUND if each < owned][-_MOST_ROUND:]
    ]
    shares = [
        button(ui.label(words, each), deals.coins(Deal.LAY_COINS, each))
        for words, each in (("half_of_coins", owned // 2), ("all_coins", owned))
        if each
    ]
    none = [button(ui.label("no_coins"), deals.coins(Deal.LAY_COINS, 0))] if laid else []
    steps = [*_steps(ui, deals, owned, laid)]
    return keyboard([*in_roomy_rows(lay), *in_roomy_rows(shares), steps, [_back(ui, deals), *none]])


def card(ui: Ui, deals: Deals, item_id: int, *, own: bool) -> InlineKeyboardMarkup:
    take = [button(ui.label("take_away"), deals.item(Deal.TAKE_AWAY, item_id))] if own else []
    return keyboard([[_back(ui, deals), *take]])


def busy(ui: Ui, owner: int, sits_at: int, instead: AtTable) -> InlineKeyboardMarkup:
    """`instead` leaves that table for another."""
    words = "leave_and_sit" if instead.do is Deal.SIT else "leave_and_invite"
    to_table = button(ui.label("to_table"), Deals(owner, sits_at).table(Deal.LOOK), SUCCESS)
    return keyboard([[to_table], [button(ui.label(words), instead, DANGER)], [_home(ui, owner)]])


def invitation(ui: Ui, owner: int, trade: int, inviter: int) -> InlineKeyboardMarkup:
    deals = Deals(owner, trade)
    sit = button(ui.label("sit_down"), deals.invited(Deal.SIT, inviter), SUCCESS)
    return keyboard([[sit, button(ui.label("decline"), deals.invited(Deal.DECLINE, inviter))]])


def to_table(ui: Ui, owner: int, trade: int) -> InlineKeyboardMarkup:
    return keyboard([[button(ui.label("to_table"), Deals(owner, trade).table(Deal.LOOK), PRIMARY)]])


def _ended(ui: Ui, deals: Deals, view: TableView) -> InlineKeyboardMarkup:
    inventory = button(ui.label("inventory"), Open(screen=ScreenName.MAIN, owner=deals.owner), PRIMARY)
    more = [_refresh(ui, deals)] if view.waits_for else [inventory]
    return keyboard([[*more, _home(ui, deals.owner)]])


def _things(ui: Ui, deals: Deals, view: TableView) -> list[Row]:
    """The number of each, which leads to its card."""
    laid = [*_items(view.own), *_items(view.other)]
    return in_roomy_rows(
        [
            button(ui.label("thing", number, item.icon), deals.item(Deal.CARD, item.id))
            for number, item in enumerate(laid, 1)
        ]
    )


def _items(half: HalfView | None) -> tuple[ItemView, ...]:
    return half.items if half else ()


def _confirm(ui: Ui, deals: Deals, view: TableView) -> Row:
    """Again, where both have confirmed and nothing came of it yet."""
    if view.fingerprint is None:
        return []
    mine, theirs = (half is not None and half.confirmed for half in (view.own, view.other))
    if mine and not theirs:
        return []
    words = "exchange" if mine else "confirm_table"
    return [button(ui.label(words), deals.confirm(view.fingerprint), SUCCESS)]


def _steps(ui: Ui, deals: Deals, owned: int, laid: int) -> Iterator[InlineKeyboardButton]:
    """A little more or less than lies there."""
    step = 10 ** (len(str(max(owned // _STEPS_IN, 1))) - 1)
    step = min(step, _LARGEST_STEP)
    for words, change in (
        ("fewer_coins", -10 * step),
        ("fewer_coins", -step),
        ("more_coins", step),
        ("more_coins", 10 * step),
    ):
        if 0 <= laid + change <= owned:
            yield button(ui.label(words, abs(change)), deals.coins(Deal.COUNT_COINS, laid + change))


def _pages(ui: Ui, deals: Deals, turn: Deal, page: BackpackPage) -> Row:
    if page.pages == 1:
        return []
    row = [disabled(ui.label("page", page.page + 1, page.pages))]
    if page.page > 0:
        row.insert(0, button(ui.label("previous"), deals.page(turn, page.page - 1)))
    if page.page + 1 < page.pages:
        row.append(button(ui.label("next"), deals.page(turn, page.page + 1)))
    return row


def _share(ui: Ui, view: TableView, url: str) -> str:
    name = view.own.name if view.own else ""
    return _SHARE + urlencode({"url": url, "text": ui.label("invites_you", name)})


def _refresh(ui: Ui, deals: Deals) -> InlineKeyboardButton:
    return button(ui.label("refresh"), deals.table(Deal.LOOK))


def _back(ui: Ui, deals: Deals) -> InlineKeyboardButton:
    return button(ui.label("back"), deals.table(Deal.LOOK))


def _home(ui: Ui, owner: int) -> InlineKeyboardButton:
    return button(ui.label("back"), Open(screen=ScreenName.LOBBY, owner=owner))
