"""Wares of which there are so many for everybody: whoever dies in the middle of what, none is sold twice."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable
from dataclasses import replace
from typing import Any

import pytest

from apps.game_core.adapters.postgres.stock import PostgresStock
from apps.game_core.container import open_core
from apps.game_core.modules.characters.contracts import DeleteCharacter
from apps.game_core.modules.inventory.contracts import (
    AddItem,
    Batch,
    Forgo,
    Perform,
    SyncInventory,
    SyncResult,
    TakeCoins,
)
from apps.game_core.modules.inventory.errors import (
    CharacterNotFoundError,
    DatabaseDownError,
    InventoryFullError,
    OperationIdTakenError,
    SessionStoreDownError,
)
from apps.game_core.modules.inventory.keeping_errors import NotEnoughCoinsError
from apps.game_core.modules.items.contracts import Ware
from apps.game_core.modules.merchant.contracts import Bargain
from apps.game_core.modules.merchant.errors import OrderLapsedError, SoldOutError
from apps.game_core.modules.merchant.ports import Purchase, PurchaseState
from apps.game_core.modules.merchant.purchases import Purchases
from apps.game_core.settings import CoreSettings
from tests.integration.test_audit import findings
from tests.support.shopping import Shopper
from tests.support.world import World
from tools.support.clocks import AdjustableClock

RING = "ring_of_might"
PRICE = 540
DAY = 86_400
LONG_AGO = "UPDATE merchant_orders SET at = at - make_interval(secs => 61)"


@pytest.fixture
async def shopper(world: World) -> Shopper:
    shopper = Shopper(world, await world.character())
    await shopper.earn(10_000)
    return shopper


@pytest.fixture
async def other(world: World, settings: CoreSettings) -> AsyncIterator[World]:
    async with open_core(settings) as core:
        yield World(core)


@pytest.fixture
def chore(world: World) -> Purchases:
    [chore] = [each for each in world.core.worker.chores if isinstance(each, Purchases)]
    return chore


def stock_of(world: World) -> PostgresStock:
    return PostgresStock(world.core.engine)


def ring(world: World) -> Ware:
    return next(each for each in world.core.catalog.current.wares if each.base_id == RING)


async def reserved(shopper: Shopper, name: str = "order") -> Purchase:
    """As far as a process came that died then."""
    purchase = Purchase(shopper.char_id, name, RING, 1)
    assert await stock_of(shopper.world).reserve(purchase, 1, 24) is PurchaseState.RESERVED
    return purchase


async def paid(shopper: Shopper, name: str = "order") -> None:
    """As far as another came."""
    await reserved(shopper, name)
    batch = Batch.of(
        TakeCoins(amount=PRICE, announced=True), AddItem(base_id=RING, quantity=1, announced=True)
    )
    await shopper.world.core.router.ask(Perform(shopper.char_id, batch, f"merchant:buy:{name}"))


async def counted(world: World) -> tuple[int, list[str]]:
    """Pieces that are sold, and how orders stand."""
    sold = sum(row.sold for row in await world.query("SELECT sold FROM merchant_stock"))
    states = await world.query("SELECT state FROM merchant_orders ORDER BY at, name")
    return sold, [row.state for row in states]


async def test_as_many_are_sold_as_there_are_and_again_the_next_day(shopper: Shopper) -> None:
    with shopper.selling(Ware(RING, 3)):
        assert (await shopper.ware(RING)).ware.left == 3
        await shopper.buy(RING, 2)
        left = await shopper.ware(RING)
        assert (left.ware.left, left.most) == (1, 1)
        with pytest.raises(SoldOutError) as refused:
            await shopper.buy(RING, 2)
        await shopper.buy(RING)

        assert refused.value.left == 1
        assert 0 < refused.value.restocks_in <= DAY
        await shopper.world.execute("UPDATE merchant_stock SET period = period - :day", day=DAY)
        assert (await shopper.ware(RING)).ware.left == 3
        await shopper.buy(RING)

    assert await counted(shopper.world) == (4, ["done"] * 3)
    assert await shopper.world.pieces(shopper.char_id, RING) == 4
    assert await findings(shopper.world) == []


async def test_a_process_whose_clock_is_wrong_sells_no_other_day_s_pieces(
    shopper: Shopper, game_clock: AdjustableClock
) -> None:
    await shopper.buy(RING)

    for days in (1, -2, -7):
        game_clock.advance(days * DAY)
        assert (await shopper.ware(RING)).ware.left == 0
        with pytest.raises(SoldOutError) as refused:
            await shopper.buy(RING, price=PRICE)
        assert 0 < refused.value.restocks_in <= DAY
    assert await counted(shopper.world) == (1, ["done"])


async def test_the_same_order_takes_one_piece_whenever_and_wherever_it_comes(
    shopper: Shopper, other: World, game_clock: AdjustableClock
) -> None:
    elsewhere = Shopper(other, shopper.char_id)
    both = (shopper, elsewhere)
    answers = await asyncio.gather(*(each.buy(RING, price=PRICE, order="a") for each in both * 5))
    game_clock.advance(7 * DAY)
    answers += [await each.buy(RING, price=PRICE, order="a") for each in both]

    assert [each.repeated for each in answers].count(False) == 1
    assert len({replace(each, repeated=True) for each in answers}) == 1
    assert await counted(shopper.world) == (1, ["done"])
    assert await shopper.world.pieces(shopper.char_id, RING) == 1


async def test_a_rush_sells_no_more_than_there_is(world: World, other: World) -> None:
    """Sixty at once for ten pieces on two processes, some too poor, some without room: all are answered."""
    buyers = [Shopper((world, other)[number % 2], await world.character()) for number in range(60)]
    full = [buyer.char_id for buyer in buyers[1::6]]
    await world.execute("UPDATE inventories SET max_slots = 1 WHERE char_id = ANY(:full)", full=full)
    for number, buyer in enumerate(buyers):
        await buyer.earn(PRICE if number % 6 else PRICE - 1)
    before = sum([await each.coins() for each in buyers])

    with buyers[0].selling(Ware(RING, 10)), buyers[1].selling(Ware(RING, 10)):
        rush = [each.buy(RING, price=PRICE, order=f"{number}") for number, each in enumerate(buyers)]
        answers: list[Any] = await asyncio.gather(*rush, return_exceptions=True)
        # All may have been promised to somebody who has no room: others come back for what is left.
        told = zip(buyers, answers, strict=True)
        late = [each for each, said in told if isinstance(said, SoldOutError) and each.char_id not in full]
        answers += await asyncio.gather(
            *(each.buy(RING, price=PRICE) for each in late), return_exceptions=True
        )

    kinds = Counter(type(each) for each in answers)
    assert kinds[Bargain] == 10
    assert set(kinds) <= {Bargain, SoldOutError, NotEnoughCoinsError, InventoryFullError}
    pieces = [await world.pieces(each.char_id, RING) for each in buyers]
    assert (sum(pieces), max(pieces)) == (10, 1)
    assert before - sum([await each.coins() for each in buyers]) == 10 * PRICE
    sold, states = await counted(world)
    assert (sold, states.count("done"), states.count("reserved")) == (10, 10, 0)
    assert await findings(world) == []


@pytest.mark.parametrize("written", [False, True])
async def test_who_dies_before_paying_leaves_the_piece_to_others(
    shopper: Shopper, other: World, chore: Purchases, written: bool
) -> None:
    """Also when it turns out that they were only slow."""
    await reserved(shopper)
    assert await chore.round() == 0, "it may be on its way"
    await shopper.world.execute(LONG_AGO)
    assert await chore.round() == 1

    assert await counted(shopper.world) == (0, ["lapsed"])
    if written:
        await shopper.world.gateway.sync_inventory(shopper.char_id)
        await shopper.world.core.redis.flushall()
    for each in (shopper, Shopper(other, shopper.char_id)):
        with pytest.raises(OrderLapsedError):
            await each.buy(RING, price=PRICE, order="order")
    with pytest.raises(OrderLapsedError):
        await chore.fill(
            ring(shopper.world),
            1,
            Purchase(shopper.char_id, "order", RING, 1),
            Batch.of(TakeCoins(amount=PRICE)),
            0,
        )
    await shopper.buy(RING)
    assert (await shopper.coins(), await counted(shopper.world)) == (9_460, (1, ["lapsed", "done"]))


@pytest.mark.parametrize("written", [False, True])
async def test_who_dies_after_paying_has_bought(shopper: Shopper, chore: Purchases, written: bool) -> None:
    await paid(shopper)
    if written:
        await shopper.world.gateway.sync_inventory(shopper.char_id)
        await shopper.world.core.redis.flushall()
    await shopper.world.execute(LONG_AGO)

    assert await chore.round() == 1

    assert await counted(shopper.world) == (1, ["done"])
    assert (await shopper.buy(RING, price=PRICE, order="order")).repeated
    with pytest.raises(SoldOutError):
        await shopper.buy(RING)
    assert await shopper.world.pieces(shopper.char_id, RING) == 1


async def test_who_comes_again_after_dying_goes_on_where_it_was(shopper: Shopper) -> None:
    await reserved(shopper)

    done = await shopper.buy(RING, price=PRICE, order="order")

    assert not done.repeated
    assert await counted(shopper.world) == (1, ["done"])


@pytest.mark.parametrize("asked", [(RING, 3), ("silver_ring", 1)])
async def test_an_order_that_comes_again_for_something_else_takes_nothing(
    shopper: Shopper, asked: tuple[str, int]
) -> None:
    """Also while nobody but the stock has heard of it."""
    ware, quantity = asked
    with shopper.selling(Ware(RING, 3), Ware("silver_ring", 3)):
        await reserved(shopper)
        price = (await shopper.ware(ware)).ware.price * quantity
        with pytest.raises(OperationIdTakenError):
            await shopper.buy(ware, quantity, price=price, order="order")
        assert await counted(shopper.world) == (1, ["reserved"])
        await shopper.buy(RING, price=PRICE, order="order")

    assert await counted(shopper.world) == (1, ["done"])
    assert await shopper.world.pieces(shopper.char_id, RING) == 1
    assert await shopper.world.pieces(shopper.char_id, "silver_ring") == 0


async def test_whoever_dies_while_settling_has_it_settled_by_the_next(
    shopper: Shopper, chore: Purchases
) -> None:
    await reserved(shopper)
    await shopper.world.core.router.ask(Perform(shopper.char_id, Forgo(), "merchant:buy:order"))
    await shopper.world.execute(LONG_AGO)

    await asyncio.gather(*(chore.round() for _ in range(3)))

    assert await counted(shopper.world) == (0, ["lapsed"])


async def test_one_order_is_not_settled_by_what_another_begins_like(
    shopper: Shopper, chore: Purchases
) -> None:
    with shopper.selling(Ware(RING, 2)):
        await reserved(shopper, "1")
        await shopper.world.core.router.ask(Perform(shopper.char_id, Forgo(), "merchant:buy:1"))
        await shopper.buy(RING, price=PRICE, order="12")
        await shopper.world.execute(LONG_AGO)

        await chore.round()

    assert await counted(shopper.world) == (1, ["lapsed", "done"])


async def test_nothing_is_given_back_before_it_is_written_that_it_was_not_bought(
    shopper: Shopper, chore: Purchases
) -> None:
    """What Redis alone knows may be lost, and whoever was slow then buys after all."""
    router, sync = shopper.world.core.router, shopper.world.gateway._on_sync
    await reserved(shopper)
    await shopper.world.gateway.sync_inventory(shopper.char_id)
    await shopper.world.execute(LONG_AGO)

    async def lost(_: SyncInventory) -> SyncResult:
        await shopper.world.core.redis.flushall()
        shopper.world.core.sessions._healing.forget(shopper.char_id)
        shopper.world.core.sessions._kept.forget(shopper.char_id)
        return SyncResult(changes_saved=False)

    router.register(SyncInventory, lost)
    assert await chore.round() == 1
    assert await counted(shopper.world) == (1, ["reserved"])
    router.register(SyncInventory, sync)
    await shopper.buy(RING, price=PRICE, order="order")
    assert await counted(shopper.world) == (1, ["done"])


async def test_what_is_refused_gives_its_piece_back_at_once_and_for_good(
    world: World, shopper: Shopper
) -> None:
    full = Shopper(world, await world.character())
    room = "UPDATE inventories SET max_slots = :slots WHERE char_id = :char_id"
    await world.execute(room, slots=1, char_id=full.char_id)
    await full.earn(10_000)
    with pytest.raises(InventoryFullError):
        await full.buy(RING, price=PRICE, order="order")
    assert await counted(world) == (0, ["lapsed"])

    await world.execute(room, slots=50, char_id=full.char_id)
    await world.core.redis.flushall()
    with pytest.raises(OrderLapsedError):
        await full.buy(RING, price=PRICE, order="order")
    await shopper.buy(RING)


async def test_nothing_is_promised_to_who_cannot_pay(shopper: Shopper) -> None:
    poor = Shopper(shopper.world, await shopper.world.character())
    await poor.earn(PRICE)
    with pytest.raises(NotEnoughCoinsError):
        await poor.buy(RING, 2, price=2 * PRICE, order="order")
    assert await counted(shopper.world) == (0, [])

    done = await poor.buy(RING, price=PRICE, order="order")
    assert await poor.buy(RING, price=PRICE, order="order") == replace(done, repeated=True)


async def test_who_finds_all_promised_asks_after_those_who_are_gone(shopper: Shopper) -> None:
    gone = Shopper(shopper.world, await shopper.world.character())
    await reserved(gone)
    with pytest.raises(SoldOutError):
        await shopper.buy(RING)
    await shopper.world.execute(LONG_AGO)

    await shopper.buy(RING)

    assert await counted(shopper.world) == (1, ["lapsed", "done"])


async def test_fault_10_what_could_not_be_kept_stays_sold(shopper: Shopper, chore: Purchases) -> None:
    """On another state of the database it may be done after all."""
    await shopper.world.gateway.sync_inventory(shopper.char_id)
    await paid(shopper)
    await shopper.world.execute("UPDATE inventories SET coins = 1")
    await shopper.world.gateway.sync_inventory(shopper.char_id)
    assert await shopper.world.pieces(shopper.char_id, RING) == 0
    await shopper.world.execute(LONG_AGO)

    await chore.round()

    assert await counted(shopper.world) == (1, ["done"])


async def test_one_that_cannot_be_asked_holds_up_no_other(shopper: Shopper, chore: Purchases) -> None:
    other = Shopper(shopper.world, await shopper.world.character())
    router, perform = shopper.world.core.router, shopper.world.gateway._on_perform
    with shopper.selling(Ware(RING, 5)):
        for number, each in enumerate((other, shopper)):
            purchase = Purchase(each.char_id, f"{number}", RING, 1)
            await stock_of(shopper.world).reserve(purchase, 5, 24)
    await shopper.world.execute(LONG_AGO)

    async def away(context: Perform[Any]) -> Any:
        if context.char_id == other.char_id:
            raise SessionStoreDownError
        return await perform(context)

    router.register(Perform, away)
    await chore.round()
    assert await counted(shopper.world) == (1, ["reserved", "lapsed"])
    router.register(Perform, perform)
    await chore.round()
    assert await counted(shopper.world) == (0, ["lapsed", "lapsed"])


async def test_what_was_bought_is_answered_though_nobody_can_write_that_down(
    shopper: Shopper, chore: Purchases, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(*_: object) -> None:
        raise DatabaseDownError

    with monkeypatch.context() as patch:
        patch.setattr(PostgresStock, "settle", away)
        assert not (await shopper.buy(RING, price=PRICE, order="order")).repeated
    assert await counted(shopper.world) == (1, ["reserved"])
    await shopper.world.execute(LONG_AGO)
    await chore.round()
    assert await counted(shopper.world) == (1, ["done"])


async def test_who_pays_and_who_gives_up_on_them_at_once_agree(shopper: Shopper, chore: Purchases) -> None:
    """In whatever order: the piece is the buyer's, or everybody's."""
    done = Counter[str]()
    for number in range(12):
        await shopper.world.execute("DELETE FROM merchant_stock")
        purchase = await reserved(shopper, f"{number}")
        both: list[Awaitable[Any]] = [
            shopper.buy(RING, price=PRICE, order=purchase.name),
            chore.settle(purchase),
        ]
        answers = await asyncio.gather(*both[:: 1 if number % 2 else -1], return_exceptions=True)

        assert {type(each) for each in answers} <= {Bargain, OrderLapsedError, type(None)}
        sold, states = await counted(shopper.world)
        assert sold == states.count("done") - done["done"]
        done = Counter(states)
    assert await shopper.world.pieces(shopper.char_id, RING) == done["done"]
    assert done["reserved"] == 0


async def test_a_smaller_stock_sells_no_more_and_who_is_deleted_leaves_no_order(shopper: Shopper) -> None:
    with shopper.selling(Ware(RING, 3)):
        await shopper.buy(RING, 2)
    with shopper.selling(Ware(RING, 1)):
        assert (await shopper.ware(RING)).ware.left == 0
        with pytest.raises(SoldOutError) as refused:
            await shopper.buy(RING)
        assert refused.value.left == 0

    await shopper.world.core.router.ask(DeleteCharacter(shopper.char_id))

    assert await counted(shopper.world) == (2, [])


async def test_who_is_deleted_while_buying_is_said_to_be_gone(shopper: Shopper) -> None:
    """After the purse was looked at, before the order is written."""
    await shopper.world.core.router.ask(DeleteCharacter(shopper.char_id))

    with pytest.raises(CharacterNotFoundError) as refused:
        await stock_of(shopper.world).reserve(Purchase(shopper.char_id, "order", RING, 1), 1, 24)

    assert refused.value.char_id == shopper.char_id
    assert await counted(shopper.world) == (0, [])


async def test_an_order_that_can_be_asked_after_by_no_id_holds_up_no_other(
    shopper: Shopper, chore: Purchases
) -> None:
    """Of a release that took such; it stays reserved."""
    for name in ("x" * 128, "order"):
        purchase = Purchase(shopper.char_id, name, RING, 1)
        assert await stock_of(shopper.world).reserve(purchase, 2, 24) is PurchaseState.RESERVED
    await shopper.world.execute(LONG_AGO)

    await chore.round()

    assert await counted(shopper.world) == (1, ["reserved", "lapsed"])
