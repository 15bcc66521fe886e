"""The worlds in which the trade is explored; each looks closely at one kind of trouble."""

from collections.abc import Mapping
from typing import Final

from tools.explorer.trading.goods import COIN, piece
from tools.explorer.trading.world import World

_A, _B, _C = map(piece, range(3))
_TWICE: Final = ((0, 1), (0, 1))
_CIRCLE: Final = ((0, 1), (1, 2), (2, 0))

TRADES: Mapping[str, World] = {
    "trade: change against confirm": World(offers=((_A, _A + COIN, COIN), (_B, COIN)), coins=1),
    "trade: both lay more": World(offers=((_A, _A + COIN), (_B, _B + COIN)), coins=1, losses=1, late=True),
    "trade: an older file": World(offers=((_A, _A + COIN), (_B,)), coins=1, losses=1, rewinds=True),
    "trade: an older file, late writes": World(losses=1, rewinds=True, late=True),
    "trade: brought back, used up": World(uses=True, losses=1, late=True, heals=True),
    "trade: restore": World(offers=((_A, _A + COIN), (_B,)), coins=1, restores=1),
    "trade: restore, late writes": World(restores=1, late=True),
    "trade: restore of the deleted": World(restores=1, deaths=1),
    "trade: deleted": World(offers=((_A, _A + COIN), (_B,)), coins=1, deaths=1, losses=1, late=True),
    "trade: one piece in two trades": World(pairs=_TWICE, losses=1),
    "trade: two trades, restore": World(pairs=_TWICE, restores=1),
    "trade: a circle of three": World(offers=((_A,), (_B,), (_C,)), pairs=_CIRCLE, patience=True),
}
"""A million states together, or a little more."""

SHORT_TRADES: Mapping[str, World] = {
    "trade: change against confirm": World(offers=((_A, _A + COIN), (COIN,)), coins=1),
    "trade: lost stores": World(losses=1, late=True, heals=True),
    "trade: restore": World(restores=1),
    "trade: deleted": World(deaths=1),
    "trade: used up": World(uses=True),
}
