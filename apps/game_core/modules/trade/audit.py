"""Whether what was given for trades is exchanged, has come back or waits: all of it, and once."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from apps.game_core.modules.trade.accounts import Delivery, TradeAccount
from apps.game_core.modules.trade.settling import Trade, TradeGift, TradeState


class TradeOffence(StrEnum):
    UNREADABLE = "unreadable"
    NO_TRADE = "no trade"
    GIFT = "gift"
    RECEIPT = "receipt"
    CONTENTS = "contents"


@dataclass(frozen=True, slots=True)
class TradeFinding:
    trade: int
    offence: TradeOffence
    detail: str

    def __str__(self) -> str:
        return f"trade {self.trade}: {self.offence}: {self.detail}"


Offences = Iterator[tuple[TradeOffence, str]]


def trade_findings(account: TradeAccount, unread: Collection[int] = ()) -> Iterator[TradeFinding]:
    """What is wrong with one trade. Of `unread` characters nobody can read the ledger: it says nothing."""
    for offence, detail in _offences(account, unread):
        yield TradeFinding(account.trade, offence, detail)


def _offences(account: TradeAccount, unread: Collection[int]) -> Offences:
    if account.unreadable:
        yield from ((TradeOffence.UNREADABLE, each) for each in account.unreadable)
    elif account.row is None:
        yield TradeOffence.NO_TRADE, "nobody wrote down that it was opened"
    else:
        books = _Books(account, account.row, unread)
        yield from books.table()
        yield from books.gifts()
        yield from books.given()
        yield from books.deliveries()


@dataclass(slots=True)
class _Books:
    """One who is deleted has taken along ledger, inbox and gift; what they gave belongs to its receiver."""

    account: TradeAccount
    row: Trade
    unread: Collection[int]
    _came: dict[int, list[Delivery]] = field(init=False)

    def __post_init__(self) -> None:
        self._came = defaultdict(list)
        for each in (*self.account.rows, *self.account.receipts):
            if each not in self._came[each.mark]:
                self._came[each.mark].append(each)

    def table(self) -> Offences:
        """A settled one is one that both gave for."""
        if self.row.state is not TradeState.SETTLED:
            return
        for char_id in self._parties():
            if char_id not in self.row.gifts:
                yield (
                    TradeOffence.GIFT,
                    f"it is settled, and nothing is kept of what character {char_id} gave",
                )
        if len(self.row.gifts) == len(self._parties()) == 2:  # noqa: PLR2004 - both
            one, other = self.row.gifts.values()
            if not one.agrees_with(other):
                yield TradeOffence.GIFT, "it is settled, and they gave for two tables"

    def gifts(self) -> Offences:
        """Each is what its giver's ledger says."""
        gives = {(each.giver, each.own_mark): each for each in self.account.gives}
        for gift in self.row.gifts.values():
            give = gives.get((gift.giver, gift.own_mark))
            if give is None and gift.giver not in self.unread:
                yield TradeOffence.GIFT, f"{_named(gift)} is not in the ledger as given"
            elif give is not None and give != gift:
                yield TradeOffence.CONTENTS, f"{_named(gift)} is in the ledger as {_contents(give)}"

    def given(self) -> Offences:
        """Each give waits, or is at its end once."""
        gifts = {(each.giver, each.own_mark): each for each in self.row.gifts.values()}
        for give in (gifts | {(each.giver, each.own_mark): each for each in self.account.gives}).values():
            kept = (give.giver, give.own_mark) in gifts
            came, due = self._came[give.own_mark], self._due(give, kept=kept)
            owners = _owners(came)
            if len(owners) < due:
                yield TradeOffence.RECEIPT, f"{_named(give)} is nowhere"
            elif len(owners) > due:
                waits = " and waits" if kept and self.row.state is TradeState.OPEN else ""
                told = f"came {len(owners)} times{waits}: {', '.join(owners)}"
                yield TradeOffence.RECEIPT, f"{_named(give)} {told}"
            else:
                for each in came:
                    yield from self._arrived(give, each, kept=kept)

    def deliveries(self) -> Offences:
        """What came was given."""
        known = {each.own_mark for each in (*self.row.gifts.values(), *self.account.gives)}
        for mark, came in self._came.items():
            if mark not in known:
                yield from self._of_nobody(mark, came)
        mine = [each for each in self.row.gifts.values() if self._settled_with_nobody(each)]
        for gift in mine:
            if not self._came.get(gift.other_mark):
                yield TradeOffence.RECEIPT, f"what character {gift.giver} was given is nowhere"

    def _due(self, give: TradeGift, *, kept: bool) -> int:
        if not kept:
            return 1
        waits = self.row.state is TradeState.OPEN
        return 0 if waits or self._settled_with_nobody(give) else 1

    def _settled_with_nobody(self, gift: TradeGift) -> bool:
        """The other side is deleted."""
        return self.row.state is TradeState.SETTLED and self._other(gift.giver) is None

    def _arrived(self, give: TradeGift, came: Delivery, *, kept: bool) -> Offences:
        if (give.items, give.coins) != (came.items, came.coins):
            yield TradeOffence.CONTENTS, f"{_named(give)} came to {_whom(came)} as {_contents(came)}"
        settled = self.row.state is TradeState.SETTLED
        if came.returned:
            right = came.to == give.giver and not (settled and kept)
        else:
            right = settled and came.to == self._other(give.giver)
        if not right:
            how = "back " if came.returned else ""
            yield TradeOffence.RECEIPT, f"{_named(give)} came {how}to {_whom(came)}: it is {self.row.state}"

    def _of_nobody(self, mark: int, came: list[Delivery]) -> Offences:
        for each in came:
            giver = each.to if each.returned else self._other(each.to)
            if giver in self.unread:
                continue
            mine = self.row.gifts.get(each.to)
            if giver is None and mine and mine.other_mark == mark and self._settled_with_nobody(mine):
                continue
            yield TradeOffence.RECEIPT, f"{_contents(each)} came to {_whom(each)}, and nobody gave it"
        if len(owners := _owners(came)) > 1:
            yield TradeOffence.RECEIPT, f"the same came {len(owners)} times: {', '.join(owners)}"

    def _parties(self) -> list[int]:
        """Those who are still there."""
        return [each for each in (self.row.first, self.row.second) if each is not None]

    def _other(self, char_id: int) -> int | None:
        return self.row.other(char_id) if char_id in self._parties() else None


def _named(gift: TradeGift) -> str:
    return f"what character {gift.giver} gave ({_contents(gift)})"


def _contents(of: TradeGift | Delivery) -> str:
    things = (f"{item.quantity} {item.base_id} ({item.id})" for item in of.items)
    return " ".join((f"{of.coins} coins", *things))


def _whom(came: Delivery) -> str:
    return f"character {came.to} (inbox {came.number})"


def _owners(came: Collection[Delivery]) -> Collection[str]:
    """Each once, whoever tells of it."""
    return dict.fromkeys(map(_whom, came)).keys()
