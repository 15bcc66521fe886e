"""A character at the merchant's, with a word for each deal."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any
from unittest.mock import patch
from uuid import uuid4

from apps.game_core.modules.inventory.contracts import AddCoins, AddItem, Item, MarkJunk
from apps.game_core.modules.items.contracts import Ware
from apps.game_core.modules.merchant import prices
from apps.game_core.modules.merchant.contracts import (
    Bargain,
    Buy,
    BuyBack,
    LookAtMerchant,
    LookAtRepairs,
    LookAtSold,
    LookAtStack,
    LookAtWare,
    MendAll,
    MendOne,
    Repairs,
    Sell,
    SellJunk,
    SoldLot,
    StackCard,
    Stall,
    WareCard,
)
from tests.support.world import World


@dataclass(frozen=True)
class Shopper:
    world: World
    char_id: int

    async def coins(self) -> int:
        return (await self.world.gateway.view(self.char_id)).coins

    async def earn(self, amount: int) -> None:
        await self.world.gateway.perform(self.char_id, AddCoins(amount=amount, announced=True))

    async def find(self, base_id: str, quantity: int = 1, **rolled: Any) -> Item:
        """Some that were not there before; the first stack of them."""
        made = AddItem(base_id=base_id, quantity=quantity, **rolled)
        return (await self.world.gateway.perform(self.char_id, made)).result.stacks[0]

    async def mark_junk(self, *items: Item) -> None:
        await self.world.gateway.perform(self.char_id, MarkJunk(item_ids=tuple(item.id for item in items)))

    async def stall(self) -> Stall:
        return await self.world.core.router.ask(LookAtMerchant(self.char_id))

    async def ware(self, base_id: str) -> WareCard:
        return await self.world.core.router.ask(LookAtWare(self.char_id, prices.key(base_id)))

    async def stack(self, item_id: int) -> StackCard:
        return await self.world.core.router.ask(LookAtStack(self.char_id, item_id))

    async def repairs(self) -> Repairs:
        return await self.world.core.router.ask(LookAtRepairs(self.char_id))

    async def sold(self) -> tuple[SoldLot, ...]:
        return (await self.world.core.router.ask(LookAtSold(self.char_id))).lots

    async def buy(
        self, base_id: str, quantity: int = 1, *, price: int | None = None, order: str = ""
    ) -> Bargain:
        """At the price of the moment, and in a way that nobody has asked for before, unless it is said."""
        if price is None:
            price = (await self.ware(base_id)).ware.price * quantity
        context = Buy(self.char_id, prices.key(base_id), quantity, price, order or uuid4().hex)
        return await self.world.core.router.ask(context)

    async def sell(self, item: Item, quantity: int = 1, *, price: int | None = None) -> Bargain:
        if price is None:
            entry = self.world.core.catalog.current.get(item.base_id)
            price = prices.brings(item, entry, quantity)
        context = Sell(self.char_id, item.id, quantity, price, uuid4().hex)
        return await self.world.core.router.ask(context)

    async def sell_junk(self) -> Bargain:
        junk = (await self.stall()).junk
        assert junk is not None
        context = SellJunk(self.char_id, junk.shown, junk.price, uuid4().hex)
        return await self.world.core.router.ask(context)

    async def mend(self, item: Item) -> Bargain:
        [price] = [each.price for each in (await self.repairs()).each if each.item_id == item.id]
        return await self.world.core.router.ask(MendOne(self.char_id, item.id, price, uuid4().hex))

    async def mend_all(self) -> Bargain:
        whole = (await self.repairs()).whole
        assert whole is not None
        return await self.world.core.router.ask(MendAll(self.char_id, whole.price, uuid4().hex))

    async def buy_back(self, lot: SoldLot) -> Bargain:
        return await self.world.core.router.ask(BuyBack(self.char_id, lot.key))

    @contextmanager
    def worth(self, base_id: str, value: int) -> Iterator[None]:
        """As item files of another opinion would have it."""
        with self._otherwise(base_id, value=value):
            yield

    @contextmanager
    def wearing_out(self, base_id: str, most: int | None) -> Iterator[None]:
        """After so many points of durability; None: never."""
        with self._otherwise(base_id, max_durability=most):
            yield

    @contextmanager
    def _otherwise(self, base_id: str, **said: Any) -> Iterator[None]:
        now = self.world.core.catalog.current
        entries = {**now.entries, base_id: replace(now.entries[base_id], **said)}
        with patch.object(self.world.core.catalog, "_current", replace(now, entries=entries)):
            yield

    @contextmanager
    def selling(self, *wares: Ware) -> Iterator[None]:
        now = self.world.core.catalog.current
        with patch.object(self.world.core.catalog, "_current", replace(now, wares=wares)):
            yield
