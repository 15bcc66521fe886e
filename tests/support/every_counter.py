"""Every screen of the merchant, with little and with as much as there may be, and all that deals say."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import cycle, product

from apps.game_core.modules.inventory.contracts import BackpackQuery, Durability
from apps.game_core.modules.inventory.inventory.logic.showing.formatted_inventory import FormattedInventory
from apps.game_core.modules.items.contracts import Rarity
from apps.game_core.modules.merchant.contracts import (
    Bargain,
    Bulk,
    Goods,
    Obstacle,
    Purse,
    Repair,
    Repairs,
    Sellable,
    SoldLot,
    SoldLots,
    StackCard,
    Stall,
    WareCard,
    WaresView,
    WareView,
    Worth,
)
from apps.game_core.modules.merchant.errors import (
    MerchantError,
    NotForSaleError,
    OrderLapsedError,
    PriceChangedError,
    SoldOnError,
    SoldOutError,
    WareGoneError,
)
from apps.game_core.modules.merchant.reckoning import described, new_pieces
from bot.views.merchant_screens import MerchantScreens
from bot.views.screen import Notice, Screen
from bot.views.screens import Screens
from bot.views.ui import Ui
from tools.support.bags import NOW, item, rules

DEAR = 10**6
"""What a piece costs at most."""
HEAP = 999 * DEAR // 2
"""What the dearest stack brings."""
MOST = 10_000 * DEAR
PURSE = Purse(1_500, 7, "f" * 12)
FULL = replace(PURSE, coins=2**63 - 1)
WORN = Durability(0, 1_000)
_MOST_AT_ONCE = (0, 1, 5, 8, 9_999)


def every_merchant_screen(plain: Screens, inventory: FormattedInventory) -> Iterator[tuple[str, Screen]]:
    screens, catalog = plain.merchant, rules().catalog
    for number, more in ((0, 0), (1, 0), (25, 1), (25, 974)):
        junk = Bulk(number, number * HEAP, 2**32 - 1, more) if number else None
        yield "merchant.stall", screens.stall(Stall(PURSE, junk, junk and replace(junk, price=number * DEAR)))
    every = [WareView(2**32 - 1, new_pieces(kind, 1, catalog), DEAR) for kind in catalog.entries]
    limited = [
        replace(each, left=left, restocks_in=90) for each, left in zip(every, (0, 1, 2, 9_999), strict=False)
    ]
    for wares in ((), tuple(every[:1]), tuple(limited), tuple(every)):
        for page in range(9):
            yield "merchant.wares", screens.wares(WaresView(FULL, wares), page)
    rare = (*limited, *(replace(one, restocks_in=7_200 * one.price) for one in limited))
    for each, most in (*zip(every, cycle(_MOST_AT_ONCE), strict=False), *product(rare, _MOST_AT_ONCE)):
        kind = catalog.entries[each.piece.base_id]
        yield "merchant.ware", screens.ware(WareCard(PURSE, each, kind, room=most, most=most), 3)
    yield from _own(screens, inventory)


def _own(screens: MerchantScreens, inventory: FormattedInventory) -> Iterator[tuple[str, Screen]]:
    catalog = rules().catalog
    for page in range(9):
        shown = inventory.backpack(BackpackQuery(page=page))
        obstacles = cycle((None, *Obstacle))
        worth = {
            row.id: Worth(0 if why else HEAP, why) for row, why in zip(shown.items, obstacles, strict=False)
        }
        yield "merchant.sellable", screens.sellable(Sellable(PURSE, shown, worth))
    nothing = replace(inventory.backpack(BackpackQuery()), items=(), pages=1)
    yield "merchant.sellable", screens.sellable(Sellable(PURSE, nothing, {}))
    ore = new_pieces("iron_ore", 99, catalog)
    for prices in (
        {1: 2, 49: 98, 99: 198},
        {1: 0, 3: 1},
        {1: 1},
        {1: MOST // 9_999, 4_999: MOST // 2, 9_999: MOST},
    ):
        yield "merchant.stack", screens.stack(StackCard(PURSE, 2**62, ore, prices), 3)
    pieces = [described(item(kind, durability=WORN), 1, catalog) for kind in catalog.entries]
    repairs = [Repair(2**62, piece, DEAR, worn=True) for piece in pieces]
    for number in (0, 1, 7, 8, len(repairs)):
        whole = Bulk(min(number, 49), number * DEAR, 0) if number else None
        yield "merchant.repairs", screens.repairs(Repairs(PURSE, tuple(repairs[:number]), whole))
    unknown = Goods(
        "12345" * 6, known=False, name="12345" * 6, icon="❔", rarity=Rarity.COMMON, quantity=9_999
    )
    lots = [SoldLot(2**32 - 1, each, HEAP, NOW) for each in (unknown, ore, *pieces)]
    for start in range(0, len(lots), 10):
        yield "merchant.sold", screens.sold(SoldLots(PURSE, tuple(lots[start : start + 10])))
    yield "merchant.sold", screens.sold(SoldLots(PURSE, ()))


def every_merchant_error() -> Iterator[MerchantError]:
    yield PriceChangedError(MOST)
    yield WareGoneError()
    for left in (0, 1, 2, 5):
        yield from (SoldOutError(left, seconds) for seconds in (1, 120, 3_600, 86_400))
    yield from (NotForSaleError(obstacle) for obstacle in Obstacle)
    yield SoldOnError()
    yield OrderLapsedError()


def every_bargain(ui: Ui) -> Iterator[Notice]:
    ore = new_pieces("iron_ore", 3, rules().catalog)
    unknown = replace(ore, known=False, name="12345", base_id="12345")
    for pieces in ((ore,), (unknown, ore), (ore,) * 25):
        for said in ("bought", "sold_for", "made_whole", "bought_back"):
            yield Notice(ui.notice(said, deal=Bargain(pieces, MOST, 2**63 - 1, frozenset(), repeated=False)))
