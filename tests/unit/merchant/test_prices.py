"""What things cost and bring; and that no way of dealing makes coins of nothing."""

from collections.abc import Coroutine, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import count
from typing import Any, TypeVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.game_core.modules.inventory.contracts import (
    AddItem,
    Answered,
    Batch,
    BatchResult,
    Belongings,
    Done,
    Durability,
    FindDone,
    Item,
    Junk,
    LookAtBelongings,
    LookAtDone,
    LookAtJunk,
    MarkJunk,
    PerformOnce,
)
from apps.game_core.modules.inventory.errors import OperationRefusedError
from apps.game_core.modules.inventory.inventory.applying import apply
from apps.game_core.modules.inventory.inventory.logic.inventory_formatter import InventoryFormatter
from apps.game_core.modules.inventory.inventory.logic.showing.formatted_inventory import FormattedInventory
from apps.game_core.modules.inventory.inventory.model import InventorySession
from apps.game_core.modules.inventory.inventory.operation import Operation
from apps.game_core.modules.inventory.inventory.rules.values import Rules
from apps.game_core.modules.items.contracts import Catalog, CatalogEntry, Ware
from apps.game_core.modules.merchant import prices
from apps.game_core.modules.merchant.contracts import (
    Buy,
    BuyBack,
    LookAtMerchant,
    LookAtRepairs,
    LookAtSold,
    MendAll,
    MendOne,
    Sell,
    SellJunk,
)
from apps.game_core.modules.merchant.errors import MerchantError
from apps.game_core.modules.merchant.merchant_service import MerchantService
from apps.game_core.modules.merchant.ports import Purchase, PurchaseState, Supply
from apps.game_core.system.core_router import CoreRouter
from apps.game_core.system.protocols import Context
from tests.support.altered import replace
from tools.support.bags import NOW, bag, item, rules

T = TypeVar("T")
SWORD = rules().catalog.entries["iron_sword"]  # of 45


@pytest.mark.parametrize(
    ("value", "left", "quantity", "brought"),
    [(45, 80, 1, 22), (45, 40, 1, 11), (45, 1, 1, 0), (45, 0, 1, 0), (3, None, 3, 4), (1, None, 1, 0)],
)
def test_things_bring_half_of_their_value_and_less_when_they_are_worn_out(
    value: int, left: int | None, quantity: int, brought: int
) -> None:
    wear = None if left is None else Durability(left, 80)
    sold = item("iron_sword", quantity, durability=wear)

    assert prices.brings(sold, replace(SWORD, value=value), quantity) == brought


@pytest.mark.parametrize(
    ("value", "left", "price"),
    [(45, 80, None), (45, 79, 1), (45, 40, 12), (45, 0, 23), (0, 0, 1), (45, -3, 23), (45, 99, None)],
)
def test_making_whole_costs_half_of_what_is_missing_and_something_at_least(
    value: int, left: int, price: int | None
) -> None:
    worn = item("iron_sword", durability=Durability(left, 80))

    assert prices.mending(worn, replace(SWORD, value=value)) == price


def test_rows_that_were_edited_into_nonsense_have_a_price() -> None:
    for wear in (Durability(5, 0), Durability(-1, -1), Durability(999, 80)):
        odd = item("iron_sword", durability=wear)
        assert 0 <= prices.brings(odd, SWORD, 1) <= 22
        assert (prices.mending(odd, SWORD) or 0) <= 23
        assert prices.brings(odd, None, 1) == 0
        assert prices.mending(odd, None) is None


@dataclass
class Counter:
    """The merchant's own services, and one inventory behind the router, by its own rules."""

    catalog: Catalog
    session: InventorySession
    router: CoreRouter = field(default_factory=CoreRouter)
    done: list[Done] = field(default_factory=list)
    ids: Iterator[int] = field(default_factory=lambda: count(10**6))

    def __post_init__(self) -> None:
        shop = self
        MerchantService(self.router, Endless(), Here(shop.catalog)).register()
        self.router.register(LookAtBelongings, self._look)
        self.router.register(LookAtJunk, self._junk)
        self.router.register(LookAtDone, self._done)
        self.router.register(FindDone, self._found)
        self.router.register(PerformOnce, self._perform)

    def ask(self, context: Context[Any, Any, T]) -> T:
        return at_once(self.router.ask(context))

    @property
    def _reader(self) -> FormattedInventory:
        return FormattedInventory(self.session, InventoryFormatter(Rules(self.catalog), NOW))

    async def _look(self, _: LookAtBelongings) -> Belongings:
        return self._reader.belongings()

    async def _junk(self, _: LookAtJunk) -> Junk:
        return self._reader.junk()

    async def _done(self, context: LookAtDone) -> tuple[Done, ...]:
        found = [each for each in reversed(self.done) if each.op_id.startswith(context.prefix)]
        return tuple(found[: context.limit])

    async def _found(self, context: FindDone) -> Done | None:
        return next((each for each in self.done if each.op_id == context.op_id), None)

    async def _perform(self, context: PerformOnce[Any]) -> Answered[Any]:
        batch = context.wish
        assert isinstance(batch, Batch)
        assert batch.expected in (None, self.session.version)
        assert batch.after is None or any(each.op_id == batch.after for each in self.done)
        parts = [self._able(part.operation) for part in batch.parts]
        made = replace(Batch.of(*parts), op_id=context.op_id, at=NOW)
        result = self.apply(made)
        assert isinstance(result, BatchResult)
        self.done.append(Done(context.op_id, self.session.version, NOW, made, result))
        return Answered(result, repeated=False)

    def apply(self, operation: Operation[Any]) -> object:
        changed, result = apply(self.session, operation, Rules(self.catalog))
        self.session = replace(changed, version=self.session.version + 1)
        return result

    def _able(self, operation: Operation[Any]) -> Operation[Any]:
        if not isinstance(operation, AddItem):
            return operation
        return replace(operation, new_ids=tuple(next(self.ids) for _ in range(operation.quantity)))


@dataclass
class Here:
    current: Catalog


class Endless:
    """Stock without an end, which nobody but this test has."""

    async def reserve(self, _: Purchase, __: int, ___: int) -> PurchaseState | None:
        return PurchaseState.RESERVED

    async def settle(self, _: Purchase, __: PurchaseState) -> None: ...

    async def supplies(self, _: Iterable[Ware]) -> Mapping[str, Supply]:
        return {}

    async def unsettled(self, _: str | None, __: int, ___: int) -> Sequence[Purchase]:
        return ()


def at_once(awaited: Coroutine[Any, Any, T]) -> T:
    """What nothing has to be waited for."""
    try:
        awaited.send(None)
    except StopIteration as ended:
        result: T = ended.value
        return result
    raise AssertionError(awaited)


def deal(counter: Counter, what: int, one: int, other: int, name: str) -> None:
    """One that the merchant would show now."""
    stacks, wares = counter.session.backpack, counter.catalog.wares
    match what:
        case 0:
            ware, quantity = wares[one % len(wares)], 1 + other % 4
            price = prices.cost(counter.catalog.entries[ware.base_id], quantity)
            counter.ask(Buy(1, prices.key(ware.base_id), quantity, price, name))
        case 1 | 2 if stacks:
            sold = stacks[one % len(stacks)]
            quantity = 1 + other % sold.quantity
            price = prices.brings(sold, counter.catalog.get(sold.base_id), quantity)
            counter.ask(Sell(1, sold.id, quantity, price, name))
        case 3 if stacks:
            counter.apply(MarkJunk(item_ids=tuple({stacks[each % len(stacks)].id for each in (one, other)})))
            if junk := counter.ask(LookAtMerchant(1)).junk:
                counter.ask(SellJunk(1, junk.shown, junk.price, name))
        case 4 if repairs := counter.ask(LookAtRepairs(1)).each:
            worn = repairs[one % len(repairs)]
            counter.ask(MendOne(1, worn.item_id, worn.price, name))
        case 5 if whole := counter.ask(LookAtMerchant(1)).repairs:
            counter.ask(MendAll(1, whole.price, name))
        case 6 | 7 if lots := counter.ask(LookAtSold(1)).lots:
            counter.ask(BuyBack(1, lots[one % len(lots)].key))


def exactly(stack: Item, catalog: Catalog) -> Fraction:
    """Half of what it is worth, to the last part of a coin."""
    wear = stack.durability
    left = Fraction(wear.left, wear.max) if wear else Fraction(1)
    entry = catalog.get(stack.base_id)
    return entry.value * stack.quantity * left / 2 if entry else Fraction(0)


def sold_out(counter: Counter) -> None:
    for number, stack in enumerate(counter.session.backpack):
        price = prices.brings(stack, counter.catalog.get(stack.base_id), stack.quantity)
        try:
            counter.ask(Sell(1, stack.id, stack.quantity, price, f"last {number}"))
        except MerchantError:
            continue


def shop(*, cheap: bool) -> Catalog:
    """Everything is for sale; where it is cheap, each kind for a few coins, so that all is rounding."""
    shipped = rules().catalog

    def priced(number: int, entry: CatalogEntry) -> CatalogEntry:
        return replace(entry, value=1 + number % 7) if cheap else entry

    kinds = {entry.base_id: priced(number, entry) for number, entry in enumerate(shipped)}
    wares = [Ware(kind) for kind, entry in kinds.items() if entry.value and not entry.quest]
    return replace(shipped, entries=kinds, wares=tuple(wares))


SHOPS = {cheap: shop(cheap=cheap) for cheap in (False, True)}
KINDS = sorted(rules().catalog.entries)
owned = st.tuples(st.sampled_from(KINDS), st.integers(1, 9), st.integers(0, 1_000))
moves = st.tuples(st.integers(0, 7), st.integers(0, 99), st.integers(0, 99))


@given(st.booleans(), st.lists(owned, max_size=6), st.integers(0, 500), st.lists(moves, max_size=25))
@settings(max_examples=40)
def test_no_deals_in_any_order_make_coins_of_nothing(
    cheap: bool, first: list[tuple[str, int, int]], coins: int, deals: list[tuple[int, int, int]]
) -> None:
    """Whoever deals with the merchant has no more in the end than by selling all at the beginning."""
    catalog, begun = SHOPS[cheap], []
    for kind, quantity, wear in first:
        most, entry = catalog.entries[kind].max_stack, catalog.entries[kind]
        left = entry.max_durability and Durability(wear % (entry.max_durability + 1), entry.max_durability)
        begun.append(item(kind, min(quantity, most), durability=left))
    counter = Counter(catalog, replace(bag(*begun, strength=90, max_slots=200), coins=coins, rev="r"))
    most_ever = coins + sum(exactly(stack, catalog) for stack in begun)

    for number, (what, one, other) in enumerate(deals):
        try:
            deal(counter, what, one, other, f"{number}")
        except (MerchantError, OperationRefusedError):
            continue
        assert counter.session.coins <= most_ever
    sold_out(counter)

    assert counter.session.coins <= most_ever
