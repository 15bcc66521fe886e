"""What the buttons of a table say: each names its table, so that an old one does nothing at another."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from aiogram.filters.callback_data import CallbackData

from bot.callbacks.codes import Base36, from_base36, to_base36

_WORD = "trade"
_LINK = re.compile(rf"{_WORD}_([0-9a-z]{{1,13}})_([0-9a-z]{{1,13}})")
SHOWN_BITS = 32
"""Beside a quantity, for the state of the inventory that it was shown in."""
_MOST = 2**63 - 1


class Deal(StrEnum):
    OPEN = "op"
    LOOK = "lo"
    INVITE = "iv"
    SIT = "si"
    DECLINE = "no"
    CHOOSE = "ch"
    CHOOSE_PART = "cp"
    PICK_PART = "pp"
    SHOW_ALL = "sa"
    LAY = "la"
    LAY_PART = "lp"
    CARD = "ca"
    TAKE_AWAY = "ta"
    COINS = "co"
    LAY_COINS = "lc"
    COUNT_COINS = "cc"
    CONFIRM = "ok"
    LEAVE = "le"


class AtTable(CallbackData, prefix="h"):
    """Do something at table `trade`.

    What `item` and `arg` stand for is the deal's to say: they are written by `Deals`, and read by the names
    below.
    """

    do: Deal
    owner: Base36
    trade: Base36 = 0
    item: Base36 = 0
    arg: Base36 = 0

    @property
    def page(self) -> int:
        return self.arg

    @property
    def coins(self) -> int:
        return self.arg

    @property
    def fingerprint(self) -> int:
        """Of the table that `Deal.CONFIRM` was drawn under."""
        return self.arg

    @property
    def quantity(self) -> int:
        """Of `Deal.LAY_PART`."""
        return self.arg >> SHOWN_BITS

    @property
    def inviter(self) -> int:
        """A character's id, of `Deal.SIT` and `Deal.DECLINE`."""
        return self.arg

    @property
    def partner(self) -> int:
        """The id of the character whom `Deal.INVITE` is for; 0: whoever comes."""
        return self.arg

    @property
    def instead_of(self) -> int:
        """The table that is to be left for `Deal.SIT` or `Deal.INVITE`; 0: none."""
        return self.item

    @property
    def op_id(self) -> str:
        """The idempotency key of setting a part of a stack apart."""
        return f"{_WORD}:{self.trade}:{self.item}:{self.arg}"


@dataclass(frozen=True, slots=True)
class Invitation:
    """What a deep link carries: the table, and the id of the character who invites."""

    trade: int
    inviter: int

    @property
    def payload(self) -> str:
        """As Telegram takes it: at most 64 letters, digits, _ and -."""
        return f"{_WORD}_{to_base36(self.trade)}_{to_base36(self.inviter)}"

    @classmethod
    def read(cls, payload: str) -> Self | None:
        """None for what is none of ours."""
        found = _LINK.fullmatch(payload)
        numbers = [from_base36(each) for each in found.groups()] if found else []
        match numbers:
            case [int(trade), int(inviter)] if max(trade, inviter) <= _MOST:
                return cls(trade, inviter)
            case _:
                return None
