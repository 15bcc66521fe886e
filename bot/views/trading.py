"""The screens of a trade, in one player's language."""

import math
from dataclasses import dataclass, field, replace

from apps.game_core.modules.characters.contracts import Character
from apps.game_core.modules.inventory.contracts import BackpackQuery, InventoryReader, ItemDetails
from apps.game_core.modules.items.contracts import Stat
from apps.game_core.modules.trade.contracts import HalfView, TableState, TableView
from bot.callbacks.codes import to_base36
from bot.callbacks.makers import Deals
from bot.callbacks.trading import AtTable
from bot.keyboards import trading as keyboards
from bot.players.choices import BackpackChoice
from bot.views.fitting import fits
from bot.views.screen import Screen
from bot.views.ui import Ui

_MINUTE = 60
_ALL = len(Stat)
_LESS = ((1, 0), (0, 0), (0, 24), (0, 12), (0, 6), (0, 1))
"""Affixes of each thing, and letters of its name (0: all), where a message does not hold all of a table."""


@dataclass(frozen=True, slots=True)
class TradeScreens:
    """`owner` is the Telegram user whose menu this is."""

    ui: Ui
    owner: int
    choice: BackpackChoice = field(default_factory=BackpackChoice)

    def table(self, view: TableView, url: str = "", now: float = 0) -> Screen:
        """Or how it ended. `url` leads to the empty chair; `now` in Unix seconds."""
        inviting = view.state is TableState.INVITING
        minutes = max(0, math.ceil((view.until - now) / _MINUTE)) if inviting and view.until and now else 0
        text = self._told(
            view,
            link=url if inviting else "",
            minutes=minutes,
            one_sided=_gives(view.own) and not _gives(view.other),
        )
        keyboard = keyboards.table(self.ui, self.owner, view, url if inviting else "")
        return Screen(text, keyboard, table=view.trade)

    def choosing(
        self,
        inventory: InventoryReader,
        view: TableView,
        page: int,
        *,
        parts_only: bool = False,
        among_others: bool = False,
    ) -> Screen:
        """What of the backpack could be laid, as the player wants to see it."""
        shown = inventory.backpack(self._query(view, page, parts_only=parts_only))
        keyboard = keyboards.choosing(
            self.ui,
            Deals(self.owner, view.trade),
            shown,
            parts_only=parts_only,
            narrows=self.choice.narrows,
        )
        text = self.ui.html(
            "table_choosing",
            page=shown,
            choice=self.choice,
            inventory=inventory,
            parts_only=parts_only,
            among_others=among_others,
        )
        return Screen(text, keyboard, inventory.version)

    def part(self, inventory: InventoryReader, view: TableView, item_id: int, page: int) -> Screen:
        """How many pieces of a stack to lay. Raises ItemNotFoundError."""
        item = inventory.item(item_id).item
        deals = Deals(self.owner, view.trade)
        keyboard = keyboards.part(self.ui, deals, item, page, inventory.stamp)
        return Screen(self.ui.html("table_part", item=item), keyboard, inventory.version)

    def coins(self, inventory: InventoryReader, view: TableView, *, among_others: bool = False) -> Screen:
        owned, laid = inventory.view().coins, view.own.coins if view.own else 0
        keyboard = keyboards.coins(self.ui, Deals(self.owner, view.trade), owned, laid)
        text = self.ui.html("table_coins", owned=owned, laid=laid, among_others=among_others)
        return Screen(text, keyboard, inventory.version)

    def card(self, view: TableView, card: ItemDetails) -> Screen:
        own = view.own is not None and card.item.id in {item.id for item in view.own.items}
        keyboard = keyboards.card(self.ui, Deals(self.owner, view.trade), card.item.id, own=own)
        return Screen(self.ui.html("item", card=card, others=()), keyboard)

    def busy(self, view: TableView, instead: AtTable) -> Screen:
        """They sit at this table already; `instead` is the button that leaves it for another."""
        keyboard = keyboards.busy(self.ui, self.owner, view.trade, instead)
        return Screen(self.ui.html("table_busy", view=view), keyboard)

    def invitation(
        self, trade: int, inviter: Character, invited: Character, *, among_others: bool = False
    ) -> Screen:
        """To the owner, who is invited."""
        text = self.ui.html("invitation", inviter=inviter, invited=invited, among_others=among_others)
        return Screen(text, keyboards.invitation(self.ui, self.owner, trade, inviter.id))

    def declined(self, trade: int, invited: Character) -> Screen:
        text = self.ui.html("invitation_declined", invited=invited)
        return Screen(text, keyboards.to_table(self.ui, self.owner, trade))

    def news(self, view: TableView) -> Screen:
        """To whom looks at something else."""
        text = self.ui.html("table_news", view=view)
        return Screen(text, keyboards.to_table(self.ui, self.owner, view.trade))

    def _told(self, view: TableView, **values: object) -> str:
        """With as much as the message holds; where something is left out, a code tells tables apart."""
        text = self.ui.html("table", view=view, affixes=_ALL, letters=0, code="", **values)
        for affixes, letters in _LESS:
            if fits(text):
                break
            code = to_base36(view.fingerprint) if view.fingerprint else ""
            text = self.ui.html("table", view=view, affixes=affixes, letters=letters, code=code, **values)
        return text

    def _query(self, view: TableView, page: int, *, parts_only: bool) -> BackpackQuery:
        laid = frozenset(item.id for item in view.own.items) if view.own else frozenset[int]()
        return replace(
            self.choice.query(page, self.ui.translator),
            page_size=8,
            filter_tradable=True,
            filter_several=parts_only,
            without=laid,
        )


def _gives(half: HalfView | None) -> bool:
    return half is not None and bool(half.items or half.coins)
