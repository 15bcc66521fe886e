"""The merchant as a player sees it: what is for sale, what their own things bring, and what was sold."""

from dataclasses import dataclass
from typing import Any

from aiogram.types import InlineKeyboardMarkup

from apps.game_core.modules.inventory.contracts import BackpackQuery
from apps.game_core.modules.merchant.contracts import (
    Purse,
    Repairs,
    Sellable,
    SoldLots,
    StackCard,
    Stall,
    WareCard,
    WaresView,
)
from bot.keyboards import merchant as keyboards
from bot.players.choices import BackpackChoice
from bot.views.screen import Screen
from bot.views.ui import Ui


@dataclass(frozen=True, slots=True)
class MerchantScreens:
    """`owner` is the Telegram user whose menu this is; things lie in the order of their `choice`."""

    ui: Ui
    owner: int
    choice: BackpackChoice

    def stall(self, seen: Stall) -> Screen:
        keyboard = keyboards.stall(self.ui, self.owner, seen)
        return self._screen("stall", seen.purse, keyboard, junk=seen.junk, repairs=seen.repairs)

    def wares(self, seen: WaresView, page: int) -> Screen:
        """A page that there is."""
        page = min(page, len(keyboards.pages_of(seen.wares)) - 1)
        keyboard = keyboards.wares(self.ui, self.owner, seen, page)
        return self._screen("wares", seen.purse, keyboard, wares=seen.wares)

    def ware(self, card: WareCard, page: int) -> Screen:
        keyboard = keyboards.ware(self.ui, self.owner, card, page)
        return self._screen("ware", card.purse, keyboard, card=card, kind=card.kind)

    def query(self, page: int) -> BackpackQuery:
        """All of the backpack: nobody has to remember what they have hidden."""
        order = BackpackChoice(sort_by=self.choice.sort_by)
        return order.query(page, self.ui.translator)

    def sellable(self, seen: Sellable) -> Screen:
        keyboard = keyboards.sellable(self.ui, self.owner, seen)
        return self._screen("sellable", seen.purse, keyboard, page=seen.page)

    def stack(self, card: StackCard, page: int) -> Screen:
        keyboard = keyboards.stack(self.ui, self.owner, card, page)
        return self._screen("sell_stack", card.purse, keyboard, card=card)

    def repairs(self, seen: Repairs) -> Screen:
        keyboard = keyboards.repairs(self.ui, self.owner, seen)
        return self._screen("repairs", seen.purse, keyboard, each=seen.each, most=keyboards.MOST_REPAIRS)

    def sold(self, seen: SoldLots) -> Screen:
        return self._screen("sold", seen.purse, keyboards.sold(self.ui, self.owner, seen), lots=seen.lots)

    def _screen(self, template: str, purse: Purse, keyboard: InlineKeyboardMarkup, **values: Any) -> Screen:
        text = self.ui.html(template, coins=purse.coins, **values)
        return Screen(text, keyboard, purse.version)
