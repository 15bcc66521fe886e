"""What operations are called, from the button that asks for one to the ledger that has it."""

from collections.abc import Mapping
from contextlib import suppress
from functools import lru_cache
from typing import TypeAlias

from pydantic import ValidationError

from apps.game_core.modules.inventory.inventory.operation_ids import undo_id
from apps.game_core.modules.merchant import prices
from apps.game_core.modules.merchant.ports import BOUGHT
from apps.game_core.modules.merchant.sales import SOLD
from bot.callbacks.buttons import Act
from bot.callbacks.names import ShopDeed
from bot.callbacks.shops import Shop
from bot.callbacks.trading import AtTable

Deed: TypeAlias = Act | Shop

MENDED, BACK = "merchant:mend:", "merchant:back:"
PURSE = "chaos:purse"
"""The coins that the campaign gives to each player."""
_SETTLED = "settled:"
_PREFIXES: Mapping[ShopDeed, str] = {
    ShopDeed.BUY: BOUGHT,
    ShopDeed.SELL: SOLD,
    ShopDeed.SELL_JUNK: SOLD,
    ShopDeed.MEND_ONE: MENDED,
    ShopDeed.MEND_ALL: MENDED,
}


def operation(deed: Deed) -> str:
    """The name under which a campaign knows what the button does."""
    if isinstance(deed, Act):
        return undo_id(deed.undone) if deed.undoes else deed.op_id
    if deed.do is ShopDeed.BUY_BACK:
        return f"{BACK}{deed.lot}"
    return f"{_PREFIXES[deed.do]}{deed.order}"


def known_as(op_id: str) -> str:
    """By what the ledger calls it: a button that buys back has no room for all of that."""
    return f"{BACK}{prices.key(op_id)}" if op_id.startswith(BACK) else op_id


def settled(trade: int) -> str:
    """What a player is told of who is told that a trade is done, as if it were an operation."""
    return f"{_SETTLED}{trade}"


def trade_of(name: str) -> int | None:
    return int(name.removeprefix(_SETTLED)) if name.startswith(_SETTLED) else None


def is_deal(name: str) -> bool:
    return name.startswith("merchant:")


@lru_cache(maxsize=20_000)
def as_deed(data: str) -> Deed | None:
    """What changes an inventory; None for all others and for forgeries that no bot would understand."""
    for kind in (Act, Shop):
        with suppress(ValidationError, ValueError, TypeError):
            return kind.unpack(data)
    return None


@lru_cache(maxsize=20_000)
def as_table(data: str) -> AtTable | None:
    """What is done at a table; None for all other buttons."""
    with suppress(ValidationError, ValueError, TypeError):
        return AtTable.unpack(data)
    return None
