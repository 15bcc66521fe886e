"""What came out of trades against what went in, in pieces and coins: what the audit asks, in numbers."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field

from apps.game_core.modules.trade.accounts import Delivery, TradeAccount
from apps.game_core.modules.trade.settling import Trade, TradeGift, TradeState


@dataclass(slots=True)
class Balance:
    """More than was given; below zero, less: pieces by base_id, and coins."""

    pieces: Counter[str] = field(default_factory=Counter)
    coins: int = 0

    def count(self, what: Delivery | TradeGift, times: int = 1) -> None:
        for item in what.items:
            self.pieces[item.base_id] += times * item.quantity
        self.coins += times * what.coins

    def add(self, other: "Balance") -> None:
        self.pieces.update(other.pieces)
        self.coins += other.coins


def trade_balance(account: TradeAccount, unread: Collection[int] = ()) -> Balance:
    """Of one trade; what waits in an inbox has come. Nothing, where it is as it should be.

    Of `unread` characters nobody can read the ledger: what is kept of their gifts is believed. Of a trade
    that cannot be read itself only the audit knows.
    """
    balance = Balance()
    if account.unreadable:
        return balance
    given, came = _given(account, unread), _came(account)
    for gift in given.values():
        if _ended(account.row, gift):
            balance.count(gift, -1)
    for mark, deliveries in came.items():
        for each in deliveries if mark in given else _of_nobody(account.row, deliveries, unread):
            balance.count(each)
    return balance


def _given(account: TradeAccount, unread: Collection[int]) -> dict[int, TradeGift]:
    """By mark. A gift that its giver's ledger does not know was given by nobody."""
    gifts = account.row.gifts.values() if account.row else ()
    believed: Iterable[TradeGift] = (*(each for each in gifts if each.giver in unread), *account.gives)
    return {each.own_mark: each for each in believed}


def _came(account: TradeAccount) -> dict[int, list[Delivery]]:
    """By mark: each row of an inbox once, and as its receiver's ledger tells it."""
    found = defaultdict[int, list[Delivery]](list)
    for each in {each.number: each for each in (*account.rows, *account.receipts)}.values():
        found[each.mark].append(each)
    return found


def _ended(row: Trade | None, gift: TradeGift) -> bool:
    """Whether somebody must have got it: it waits no more, and whoever it went to is still there."""
    kept = row.gifts.get(gift.giver) if row else None
    if row is None or kept is None or kept.own_mark != gift.own_mark or row.state is TradeState.OFF:
        return True
    return row.state is TradeState.SETTLED and row.other(gift.giver) is not None


def _of_nobody(row: Trade | None, came: Iterable[Delivery], unread: Collection[int]) -> Iterator[Delivery]:
    """What no ledger gives. Who is deleted has taken theirs along: what they gave is excused, once."""
    excused = set[int]()
    for each in came:
        if (each.to if each.returned else _other(row, each.to)) in unread:
            continue
        if not each.returned and each.to not in excused and _of_somebody_gone(row, each):
            excused.add(each.to)
            continue
        yield each


def _other(row: Trade | None, char_id: int) -> int | None:
    return row.other(char_id) if row and char_id in {row.first, row.second} else None


def _of_somebody_gone(row: Trade | None, came: Delivery) -> bool:
    mine = row.gifts.get(came.to) if row else None
    if row is None or mine is None or row.state is not TradeState.SETTLED:
        return False
    return mine.other_mark == came.mark and row.other(came.to) is None
