"""The audit of one trade, whatever somebody has made of what is kept of it."""

from collections.abc import Callable

import pytest

from apps.game_core.modules.inventory.contracts import Item
from apps.game_core.modules.trade.accounts import Delivery, TradeAccount
from apps.game_core.modules.trade.audit import trade_findings
from apps.game_core.modules.trade.settling import Trade, TradeGift, TradeState
from tests.support.altered import replace

BREAD, ORE = Item(7, "bread", 3), Item(8, "iron_ore", 12)
ONE, OTHER = TradeGift(1, 11, 22, (BREAD,), 30), TradeGift(2, 22, 11, (ORE,), 0)
GAVE, GAVE_OTHER = (
    "what character 1 gave (30 coins 3 bread (7))",
    "what character 2 gave (0 coins 12 iron_ore (8))",
)
Doctor = Callable[[TradeAccount], TradeAccount]


def came(to: int, gift: TradeGift, number: int, *, returned: bool = False) -> Delivery:
    return Delivery(to, number, gift.own_mark, gift.items, gift.coins, returned)


def settled() -> TradeAccount:
    """The first has received, what the second was given waits."""
    row = Trade(5, 1, 2, TradeState.SETTLED, {1: ONE, 2: OTHER})
    first, second = came(1, OTHER, 101), came(2, ONE, 102)
    return TradeAccount(5, row, (ONE, OTHER), (first, second), (first,))


def opened() -> TradeAccount:
    return TradeAccount(5, Trade(5, 1, 2, TradeState.OPEN, {1: ONE}), (ONE,))


def called_off() -> TradeAccount:
    back = came(1, ONE, 101, returned=True)
    return TradeAccount(5, Trade(5, 1, 2, TradeState.OFF, {1: ONE}), (ONE,), (back,), (back,))


def with_gifts(**gifts: TradeGift) -> Doctor:
    def doctor(account: TradeAccount) -> TradeAccount:
        assert account.row
        return replace(account, row=replace(account.row, gifts={each.giver: each for each in gifts.values()}))

    return doctor


def row_is(**changes: object) -> Doctor:
    def doctor(account: TradeAccount) -> TradeAccount:
        assert account.row
        return replace(account, row=replace(account.row, **changes))  # type: ignore[arg-type]

    return doctor


def rows_are(change: Callable[[tuple[Delivery, ...]], tuple[Delivery, ...]]) -> Doctor:
    """Inboxes and ledgers alike."""
    return lambda account: replace(account, rows=change(account.rows), receipts=change(account.receipts))


def said(account: TradeAccount, unread: tuple[int, ...] = ()) -> list[str]:
    return [str(each).removeprefix("trade 5: ") for each in trade_findings(account, unread)]


@pytest.mark.parametrize("account", [settled(), opened(), called_off()])
def test_a_trade_as_it_should_be(account: TradeAccount) -> None:
    assert said(account) == []


MORE = replace(BREAD, quantity=4)


@pytest.mark.parametrize(
    ("account", "doctor", "found"),
    [
        (
            settled(),
            lambda each: replace(each, gives=(OTHER,)),
            [f"gift: {GAVE} is not in the ledger as given"],
        ),
        (
            settled(),
            lambda each: with_gifts(other=OTHER)(replace(each, gives=(OTHER,))),
            [
                "gift: it is settled, and nothing is kept of what character 1 gave",
                "receipt: 30 coins 3 bread (7) came to character 2 (inbox 102), and nobody gave it",
            ],
        ),
        (
            settled(),
            with_gifts(other=OTHER),
            ["gift: it is settled, and nothing is kept of what character 1 gave"],
        ),
        (opened(), with_gifts(), [f"receipt: {GAVE} is nowhere"]),
        (
            opened(),
            lambda each: replace(each, rows=(came(1, ONE, 9, returned=True),)),
            [f"receipt: {GAVE} came 1 times and waits: character 1 (inbox 9)"],
        ),
        (settled(), rows_are(lambda rows: rows[:1]), [f"receipt: {GAVE} is nowhere"]),
        (
            settled(),
            lambda each: replace(each, receipts=(*each.receipts, came(1, OTHER, 9))),
            [f"receipt: {GAVE_OTHER} came 2 times: character 1 (inbox 101), character 1 (inbox 9)"],
        ),
        (
            settled(),
            rows_are(lambda rows: tuple(replace(each, coins=each.coins + 1) for each in rows)),
            [
                f"contents: {GAVE} came to character 2 (inbox 102) as 31 coins 3 bread (7)",
                f"contents: {GAVE_OTHER} came to character 1 (inbox 101) as 1 coins 12 iron_ore (8)",
            ],
        ),
        (
            settled(),
            lambda each: replace(each, receipts=(replace(each.receipts[0], items=()),)),
            [f"contents: {GAVE_OTHER} came to character 1 (inbox 101) as 0 coins"],
        ),
        (
            opened(),
            with_gifts(one=replace(ONE, items=(MORE,))),
            [f"contents: {GAVE.replace('3 bread', '4 bread')} is in the ledger as 30 coins 3 bread (7)"],
        ),
        (
            settled(),
            lambda each: with_gifts(one=replace(ONE, other_mark=23), other=OTHER)(
                replace(each, gives=(replace(ONE, other_mark=23), OTHER))
            ),
            ["gift: it is settled, and they gave for two tables"],
        ),
        (
            settled(),
            rows_are(lambda rows: (*rows[:1], *(replace(each, returned=True) for each in rows[1:]))),
            [f"receipt: {GAVE} came back to character 2 (inbox 102): it is settled"],
        ),
        (
            settled(),
            rows_are(lambda rows: (*rows[:1], *(replace(each, to=1, returned=True) for each in rows[1:]))),
            [f"receipt: {GAVE} came back to character 1 (inbox 102): it is settled"],
        ),
        (
            called_off(),
            rows_are(lambda rows: tuple(replace(each, to=2, returned=False) for each in rows)),
            [f"receipt: {GAVE} came to character 2 (inbox 101): it is off"],
        ),
        (called_off(), rows_are(lambda _: ()), [f"receipt: {GAVE} is nowhere"]),
        (settled(), lambda each: replace(each, row=None), ["no trade: nobody wrote down that it was opened"]),
        (
            settled(),
            row_is(state=TradeState.OPEN),
            [
                f"receipt: {GAVE} came 1 times and waits: character 2 (inbox 102)",
                f"receipt: {GAVE_OTHER} came 1 times and waits: character 1 (inbox 101)",
            ],
        ),
        (opened(), lambda each: replace(each, unreadable=("gift",)), ["unreadable: gift"]),
    ],
)
def test_what_is_not_as_it_should_be_is_named(
    account: TradeAccount, doctor: Doctor, found: list[str]
) -> None:
    assert said(doctor(account)) == found


def without_second(account: TradeAccount) -> TradeAccount:
    """Deleted, with ledger, gift and inbox."""
    assert account.row
    gifts = {giver: gift for giver, gift in account.row.gifts.items() if giver != 2}
    return TradeAccount(
        5,
        replace(account.row, second=None, gifts=gifts),
        tuple(each for each in account.gives if each.giver != 2),
        tuple(each for each in account.rows if each.to != 2),
        account.receipts,
    )


def test_a_side_that_is_gone_gave_what_its_partner_got_once() -> None:
    left = without_second(settled())
    assert said(left) == []
    assert said(rows_are(lambda _: ())(left)) == ["receipt: what character 1 was given is nowhere"]
    again = replace(left, rows=(*left.rows, came(1, OTHER, 9)))
    assert said(again) == ["receipt: the same came 2 times: character 1 (inbox 101), character 1 (inbox 9)"]
    other = rows_are(lambda rows: tuple(replace(each, mark=33) for each in rows))(left)
    assert said(other) == [
        "receipt: 0 coins 12 iron_ore (8) came to character 1 (inbox 101), and nobody gave it",
        "receipt: what character 1 was given is nowhere",
    ]


def test_of_a_ledger_that_nobody_can_read_nothing_is_missed() -> None:
    blind = replace(settled(), gives=(OTHER,))
    assert said(blind, (1,)) == []
    assert said(with_gifts(other=OTHER)(blind), (1,)) == [
        "gift: it is settled, and nothing is kept of what character 1 gave"
    ]
    assert said(rows_are(lambda rows: rows[:1])(blind), (1,)) == [f"receipt: {GAVE} is nowhere"]
