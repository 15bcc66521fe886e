"""Makes the buttons that name something: each meaning has a method, called by the word that it is read by.

Made once for the owner, and the state of the inventory, that a screen is drawn for.
"""

from dataclasses import dataclass
from zlib import crc32

from bot.callbacks.buttons import Act, Do, Open, ScreenName
from bot.callbacks.names import ShopDeed
from bot.callbacks.shops import Shop
from bot.callbacks.trading import SHOWN_BITS, AtTable, Deal


@dataclass(frozen=True, slots=True)
class Acts:
    """Buttons that change something; `page` of the backpack is where they lead back to."""

    owner: int
    stamp: str
    page: int = 0

    def all(self, do: Do) -> Act:
        """To whatever the action is for: nothing has to be named."""
        return self._act(do, 0)

    def item(self, do: Do, item: int) -> Act:
        return self._act(do, item)

    def quantity(self, do: Do, item: int, quantity: int) -> Act:
        """To so many pieces of a stack."""
        return self._act(do, item, quantity)

    def slot(self, do: Do, item: int, slot_number: int) -> Act:
        """`slot_number` counts from 1."""
        return self._act(do, item, slot_number)

    def quick_slot(self, do: Do, item: int, quick_slot: int) -> Act:
        """`quick_slot` is an index."""
        return self._act(do, item, quick_slot)

    def merge(self, do: Do, item: int, into: int) -> Act:
        return self._act(do, item, into)

    def shown(self, do: Do, shown: int) -> Act:
        """To the things of this fingerprint, as long as they are the ones that were shown."""
        return self._act(do, shown)

    def loadout(self, do: Do, loadout: int) -> Act:
        return self._act(do, loadout)

    def new_loadout(self, do: Do, proposed: int) -> Act:
        """Save what is worn by the name of this number."""
        return self._act(do, 0, proposed)

    def _act(self, do: Do, item: int, arg: int = 0) -> Act:
        return Act(do=do, owner=self.owner, item=item, stamp=self.stamp, arg=arg, page=self.page)


@dataclass(frozen=True, slots=True)
class Opens:
    """Buttons that show a screen of something."""

    owner: int

    def slot(self, slot_number: int) -> Open:
        """`slot_number` counts from 1."""
        return Open(screen=ScreenName.SLOT, owner=self.owner, arg=slot_number)

    def card_for_slot(self, item: int, slot_number: int) -> Open:
        """The card of a thing that was chosen for this slot."""
        return Open(screen=ScreenName.ITEM, owner=self.owner, item=item, arg=slot_number)

    def fill_quick_slot(self, quick_slot: int) -> Open:
        """`quick_slot` is an index."""
        return Open(screen=ScreenName.FILL_QUICK_SLOT, owner=self.owner, arg=quick_slot)

    def confirm_use_quick(self, item: int, quick_slot: int) -> Open:
        """`quick_slot` is an index."""
        return Open(screen=ScreenName.CONFIRM_USE_QUICK, owner=self.owner, item=item, arg=quick_slot)

    def confirm_drop(self, item: int, quantity: int, page: int) -> Open:
        return Open(screen=ScreenName.CONFIRM_DROP, owner=self.owner, item=item, page=page, arg=quantity)

    def loadout(self, screen: ScreenName, loadout: int) -> Open:
        """The screen of a loadout, or the one that asks whether to forget it."""
        return Open(screen=screen, owner=self.owner, item=loadout)

    def chapter(self, number: int, page: int = 0) -> Open:
        """`number` counts from 1, `page` from 0."""
        return Open(screen=ScreenName.CHAPTER, owner=self.owner, page=page, arg=number)

    def kind(self, number: int, page: int) -> Open:
        """The card of a kind that was chosen on this page of its chapter."""
        return Open(screen=ScreenName.KIND, owner=self.owner, item=number, page=page)

    def ware(self, key: int, page: int) -> Open:
        """The card of a ware that was chosen on this page."""
        return Open(screen=ScreenName.WARE, owner=self.owner, item=key, page=page)


@dataclass(frozen=True, slots=True)
class Shops:
    """Buttons that make a deal at the price they say; `page` is where they lead back to."""

    owner: int
    stamp: str
    page: int = 0

    def buy(self, ware: int, quantity: int, price: int) -> Shop:
        return self._shop(ShopDeed.BUY, ware, quantity, price)

    def sell(self, item: int, quantity: int, price: int) -> Shop:
        return self._shop(ShopDeed.SELL, item, quantity, price)

    def sell_junk(self, shown: int, price: int) -> Shop:
        return self._shop(ShopDeed.SELL_JUNK, shown, 0, price)

    def mend_one(self, item: int, price: int) -> Shop:
        return self._shop(ShopDeed.MEND_ONE, item, 0, price)

    def mend_all(self, price: int) -> Shop:
        return self._shop(ShopDeed.MEND_ALL, 0, 0, price)

    def buy_back(self, lot: int, price: int) -> Shop:
        return self._shop(ShopDeed.BUY_BACK, lot, 0, price)

    def _shop(self, do: ShopDeed, item: int, quantity: int, price: int) -> Shop:
        return Shop(
            do=do,
            owner=self.owner,
            item=item,
            quantity=quantity,
            price=price,
            stamp=self.stamp,
            page=self.page,
        )


@dataclass(frozen=True, slots=True)
class Deals:
    """Buttons of one table."""

    owner: int
    trade: int = 0

    def table(self, do: Deal) -> AtTable:
        """To the table as a whole: nothing has to be named."""
        return self._deal(do)

    def page(self, do: Deal, page: int) -> AtTable:
        return self._deal(do, 0, page)

    def item(self, do: Deal, item: int, page: int = 0) -> AtTable:
        return self._deal(do, item, page)

    def part(self, item: int, quantity: int, stamp: str) -> AtTable:
        """So many pieces of a stack, set apart in the state of the inventory that `stamp` names."""
        return self._deal(Deal.LAY_PART, item, quantity << SHOWN_BITS | crc32(stamp.encode()))

    def coins(self, do: Deal, coins: int) -> AtTable:
        return self._deal(do, 0, coins)

    def confirm(self, fingerprint: int) -> AtTable:
        return self._deal(Deal.CONFIRM, 0, fingerprint)

    def invited(self, do: Deal, inviter: int, instead_of: int = 0) -> AtTable:
        """Sit down opposite of `inviter`, or say no."""
        return self._deal(do, instead_of, inviter)

    def invite(self, partner: int, instead_of: int) -> AtTable:
        """`partner` 0: whoever comes."""
        return self._deal(Deal.INVITE, instead_of, partner)

    def _deal(self, do: Deal, item: int = 0, arg: int = 0) -> AtTable:
        return AtTable(do=do, owner=self.owner, trade=self.trade, item=item, arg=arg)
