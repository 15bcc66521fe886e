"""Pieces and coins, packed into one number: four bits a kind, so that sums are sums."""

from typing import Final

COIN: Final = 1 << 12
_ALL: Final = 0x8888


def piece(character: int) -> int:
    """The one piece that this character is born with."""
    return 1 << 4 * character


def holds(goods: int, wanted: int) -> bool:
    return ((goods | _ALL) - wanted) & _ALL == _ALL


def named(goods: int) -> str:
    words = [f"piece {number + 1}" for number in range(3) if goods >> 4 * number & 7]
    coins = goods // COIN
    words += [f"{coins} coins"] if coins else []
    return " and ".join(words) or "nothing"
