"""What comes out of a trade is what went in: whatever is more, or less, is counted."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from apps.game_core.modules.trade.accounts import TradeAccount
from apps.game_core.modules.trade.balance import trade_balance
from tests.unit.trade.test_trade_audit import (
    MORE,
    ONE,
    OTHER,
    called_off,
    came,
    opened,
    row_is,
    rows_are,
    settled,
    with_gifts,
)

FIRST, MISSING = {"bread": 3, "coins": 30}, {"bread": -3, "coins": -30}
BOTH = FIRST | {"iron_ore": 12}
Doctor = Callable[[TradeAccount], TradeAccount]


def counted(account: TradeAccount, *unread: int) -> dict[str, int]:
    balance = trade_balance(account, unread)
    return {kind: pieces for kind, pieces in {**balance.pieces, "coins": balance.coins}.items() if pieces}


def gone(account: TradeAccount) -> TradeAccount:
    """The first is deleted, with ledger, inbox and gift."""
    assert account.row
    gifts = {2: account.row.gifts[2]} if 2 in account.row.gifts else {}
    mine = tuple(each for each in account.rows if each.to == 2)
    row = replace(account.row, first=None, gifts=gifts)
    return TradeAccount(5, row, account.gives[1:], mine, ())


@pytest.mark.parametrize(
    "account",
    [
        settled(),
        opened(),
        called_off(),
        gone(settled()),
        gone(called_off()),
        replace(settled(), receipts=()),
        replace(settled(), rows=(), receipts=settled().rows),
        row_is(gifts={})(replace(opened(), rows=(came(1, ONE, 9, returned=True),))),
    ],
    ids=["settled", "open", "off", "gone", "gone too", "waits", "received", "too late"],
)
def test_what_goes_in_comes_out(account: TradeAccount) -> None:
    assert counted(account) == {}


@pytest.mark.parametrize(
    ("account", "doctor", "found"),
    [
        (settled(), lambda each: replace(each, row=None, gives=()), BOTH),
        (settled(), lambda each: replace(each, gives=(OTHER,)), FIRST),
        (settled(), rows_are(lambda rows: (*rows, came(1, OTHER, 9))), {"iron_ore": 12}),
        (settled(), rows_are(lambda rows: rows[:1]), MISSING),
        (opened(), rows_are(lambda _: (came(1, ONE, 9, returned=True),)), FIRST),
        (opened(), with_gifts(), MISSING),
        (opened(), lambda each: replace(each, gives=(ONE, replace(ONE, own_mark=13))), MISSING),
        (called_off(), rows_are(lambda _: (came(1, ONE, 101),)), {}),
        (called_off(), rows_are(lambda _: ()), MISSING),
        (
            settled(),
            lambda each: replace(each, rows=(each.rows[0], came(2, replace(ONE, items=(MORE,)), 102))),
            {"bread": 1},
        ),
        (
            settled(),
            lambda each: replace(each, rows=(came(1, replace(OTHER, coins=5), 101), each.rows[1])),
            {},
        ),
        (gone(settled()), rows_are(lambda rows: (*rows, came(2, ONE, 9))), FIRST),
        (gone(settled()), row_is(gifts={2: replace(OTHER, other_mark=12)}), FIRST),
        (gone(settled()), rows_are(lambda _: (came(2, ONE, 9, returned=True),)), FIRST),
    ],
)
def test_what_is_more_or_less_is_counted(
    account: TradeAccount, doctor: Doctor, found: dict[str, int]
) -> None:
    """As the receiver's ledger tells it, where there is one; the bag is the ledger's."""
    assert counted(doctor(account)) == found


def test_who_cannot_be_read_is_believed_and_a_trade_that_cannot_be_is_left_to_the_audit() -> None:
    unread = replace(settled(), gives=(OTHER,))
    back = row_is(gifts={})(replace(called_off(), gives=()))
    assert counted(unread) == FIRST
    assert counted(unread, 1) == counted(back, 1) == {}
    assert counted(replace(unread, unreadable=("gift of character 1",))) == {}
