"""What halves say together: pure."""

from dataclasses import dataclass
from hashlib import blake2b

from apps.game_core.modules.inventory.contracts import Item
from apps.game_core.modules.inventory.tables import MARK_BITS, Half

MAX_LAID = 20
"""Stacks on one half: what a screen can show of both."""
_FINGERPRINT_BITS = TRADE_BITS = 63


@dataclass(frozen=True, slots=True)
class Side:
    """Somebody who sits at a table, with what they have laid there."""

    char_id: int
    name: str
    half: Half


def new_mark(token: str) -> int:
    return _number(token.encode(), MARK_BITS)


def new_trade(token: str) -> int:
    return _number(token.encode(), TRADE_BITS)


def fingerprint(one: Side, other: Side) -> int:
    """Names this table of both, in the order of characters: a mark never comes again."""
    told = sorted(
        (each.char_id, each.half.mark, each.half.coins, _told(each.half.items)) for each in (one, other)
    )
    return _number(repr((one.half.trade, told)).encode(), _FINGERPRINT_BITS)


def is_live(half: Half | None, now: float) -> bool:
    return half is not None and half.until > now


def confirms(half: Half, other: Half) -> bool:
    """Whether a half is confirmed together with the other one as it is."""
    return half.confirmed is not None and half.confirmed.mark == other.mark


def is_empty(half: Half) -> bool:
    return not half.items and not half.coins


def _told(items: tuple[Item, ...]) -> list[object]:
    """Names and pictures in the item files are no part of it."""
    return [
        (
            *(item.id, item.base_id, item.quantity, item.rarity.value),
            sorted((stat.value, points) for stat, points in item.affixes.items()),
            item.durability and (item.durability.current, item.durability.max),
        )
        for item in items
    ]


def _number(told: bytes, bits: int) -> int:
    """Never 0."""
    digest = int.from_bytes(blake2b(told, digest_size=8).digest(), "big")
    return 1 + digest % ((1 << bits) - 1)
