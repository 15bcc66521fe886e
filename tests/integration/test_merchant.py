"""Deals with the merchant on real servers: each once, at the price that was shown, or not at all."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest

from apps.game_core.adapters.postgres.stock import PostgresStock
from apps.game_core.container import open_core
from apps.game_core.modules.inventory.contracts import (
    BackpackQuery,
    Belongings,
    Durability,
    LockItem,
    LookAtBelongings,
    LookAtJunk,
    LookBack,
    MarkJunk,
)
from apps.game_core.modules.inventory.errors import (
    DatabaseDownError,
    InvalidInputError,
    InventoryFullError,
    ItemNotFoundError,
    LostStateError,
    TooHeavyError,
    UnknownItemError,
)
from apps.game_core.modules.inventory.keeping_errors import (
    NotEnoughCoinsError,
    NothingNewError,
    NothingToMendError,
    OtherJunkError,
)
from apps.game_core.modules.items.contracts import Rarity, Slot, Stat
from apps.game_core.modules.merchant import prices
from apps.game_core.modules.merchant.contracts import (
    Bargain,
    Buy,
    BuyBack,
    LookAtSellable,
    LookAtStack,
    LookAtWare,
    LookAtWares,
    MendAll,
    MendOne,
    Obstacle,
    Sell,
    SellJunk,
)
from apps.game_core.modules.merchant.errors import (
    NotForSaleError,
    PriceChangedError,
    SoldOnError,
    WareGoneError,
)
from apps.game_core.settings import CoreSettings
from apps.game_core.system.protocols import Context
from tests.integration.test_audit import findings
from tests.support.altered import replace
from tests.support.invariants import check
from tests.support.shopping import Shopper
from tests.support.world import World
from tools.support.clocks import AdjustableClock
from tools.support.round_trips import counting_round_trips

Deal = Context[Any, Any, Bargain]
NIGHT = 86_400


@pytest.fixture
async def shopper(world: World) -> Shopper:
    return Shopper(world, await world.character())


@pytest.fixture
async def other(world: World, settings: CoreSettings) -> AsyncIterator[World]:
    """Another process of the same game."""
    async with open_core(settings) as core:
        yield World(core)


async def bought(shopper: Shopper) -> Deal:
    await shopper.earn(100)
    return Buy(shopper.char_id, prices.key("bread"), 5, 15, "order")


async def sold(shopper: Shopper) -> Deal:
    ore = await shopper.find("iron_ore", 9)
    return Sell(shopper.char_id, ore.id, 3, 6, "order")


async def junk_sold(shopper: Shopper) -> Deal:
    await shopper.mark_junk(await shopper.find("rough_ruby"), await shopper.find("silver_ring"))
    junk = (await shopper.stall()).junk
    assert junk is not None
    return SellJunk(shopper.char_id, junk.shown, 90 + 45, "order")


async def mended(shopper: Shopper) -> Deal:
    await shopper.earn(100)
    sword = await shopper.find("iron_sword", durability=20)
    return MendOne(shopper.char_id, sword.id, 17, "order")


async def all_mended(shopper: Shopper) -> Deal:
    await shopper.earn(100)
    await shopper.find("iron_sword", durability=20)
    await shopper.find("iron_shield", durability=0)
    return MendAll(shopper.char_id, 17 + 28, "order")


async def bought_back(shopper: Shopper) -> Deal:
    await shopper.sell(await shopper.find("iron_sword", durability=20))
    [lot] = await shopper.sold()
    return BuyBack(shopper.char_id, lot.key)


Prepared = Callable[[Shopper], Awaitable[Deal]]
DEALS: tuple[Prepared, ...] = (bought, sold, junk_sold, mended, all_mended, bought_back)


async def customers(world: World) -> AsyncIterator[tuple[Shopper, Deal]]:
    """One for each deal, about to make it."""
    for prepared in DEALS:
        shopper = Shopper(world, await world.character())
        yield shopper, await prepared(shopper)


@pytest.mark.parametrize("written", [False, True])
async def test_a_deal_that_comes_again_is_done_once_whenever_and_wherever(
    world: World, other: World, game_clock: AdjustableClock, written: bool
) -> None:
    async for shopper, deal in customers(world):
        before = await shopper.coins()
        first = await world.core.router.ask(deal)
        if written:
            await world.gateway.sync_inventory(shopper.char_id)
            await world.core.redis.flushall()
            game_clock.advance(NIGHT)
        answers = [await each.core.router.ask(deal) for each in (world, other)]

        assert not first.repeated
        assert answers == [replace(first, repeated=True)] * 2
        assert await shopper.coins() == first.coins
        assert abs(before - first.coins) == first.price
        assert (await ledger(shopper))[-1].op_id.startswith("merchant:")
        await check(world, shopper.char_id)
    assert await findings(world) == []


async def test_a_deal_that_comes_from_everywhere_at_once_is_done_once(world: World, other: World) -> None:
    async for shopper, deal in customers(world):
        before = await shopper.coins()

        answers = await asyncio.gather(
            *(each.core.router.ask(deal) for each in (world, other) for _ in range(5))
        )

        assert [each.repeated for each in answers].count(False) == 1
        assert {each.coins for each in answers} == {await shopper.coins()}
        assert abs(before - await shopper.coins()) == answers[0].price


async def test_a_button_of_a_version_that_never_was_deals_nothing(world: World) -> None:
    async for shopper, deal in customers(world):
        if isinstance(deal, BuyBack):
            continue
        before = await shopper.coins()
        ahead = (await world.gateway.open(shopper.char_id)).version + 1
        with pytest.raises(LostStateError):
            await world.core.router.ask(replace(deal, since=ahead))  # type: ignore[type-var]
        assert await shopper.coins() == before


async def test_at_another_price_than_was_shown_there_is_no_deal(world: World) -> None:
    """But one that was made before is answered as it was."""
    changes = [("bread", 20), ("iron_ore", 3), ("rough_ruby", 47), ("iron_sword", 2), ("iron_sword", 30)]
    async for shopper, deal in customers(world):
        if isinstance(deal, BuyBack):
            continue
        (base_id, price), before = changes.pop(0), await shopper.coins()
        with shopper.worth(base_id, 2 if base_id == "iron_ore" else 4):
            with pytest.raises(PriceChangedError) as refused:
                await world.core.router.ask(deal)
            assert (refused.value.price, await shopper.coins()) == (price, before)
        first = await world.core.router.ask(deal)
        with shopper.worth(base_id, 5):
            assert await world.core.router.ask(deal) == replace(first, repeated=True)
    assert changes == []


async def ledger(shopper: Shopper) -> list[Any]:
    await shopper.world.gateway.sync_inventory(shopper.char_id)
    return await shopper.world.ledger(shopper.char_id)


async def test_what_is_bought_is_paid_for_and_comes_as_its_kind(shopper: Shopper) -> None:
    await shopper.earn(100)

    done = await shopper.buy("health_potion", 3)

    [pieces] = done.pieces
    assert (pieces.name, pieces.quantity, pieces.rarity) == ("Health Potion", 3, Rarity.COMMON)
    assert (done.price, done.coins, await shopper.coins()) == (75, 25, 25)
    assert await shopper.world.pieces(shopper.char_id, "health_potion") == 5 + 3
    with pytest.raises(NothingNewError):  # the merchant has told it
        await shopper.world.gateway.perform(shopper.char_id, LookBack())


async def test_a_ware_s_card_says_how_many_can_be_had(shopper: Shopper) -> None:
    poor = await shopper.ware("leather_armor")
    await shopper.earn(1_000_000)
    rich = await shopper.ware("leather_armor")

    assert (poor.most, rich.most, rich.ware.left) == (0, rich.room, None)
    assert 0 < rich.room < 50
    await shopper.buy("leather_armor", rich.most)
    with pytest.raises((TooHeavyError, InventoryFullError)):
        await shopper.buy("leather_armor")


async def test_what_cannot_be_paid_or_carried_is_not_bought(shopper: Shopper) -> None:
    await shopper.earn(59)
    with pytest.raises(NotEnoughCoinsError):
        await shopper.buy("leather_armor")

    await shopper.earn(1_000_000)
    with pytest.raises((TooHeavyError, InventoryFullError)):
        await shopper.buy("leather_armor", 90)

    assert await shopper.coins() == 1_000_059
    assert await shopper.world.pieces(shopper.char_id, "leather_armor") == 1


async def test_fault_34_a_number_that_is_none_is_not_bought(shopper: Shopper) -> None:
    await shopper.earn(100)
    for quantity in (0, -1, 10_001):
        for ware in ("bread", "ring_of_might"):
            with pytest.raises(InvalidInputError):
                await shopper.buy(ware, quantity)
    assert await shopper.world.query("SELECT * FROM merchant_orders") == []


NO_NUMBERS = ("1", b"1", None, True, 1.0, float("nan"), -1, 2**63)
NO_ORDERS = (None, 7, b"x", "", "a\0", "\ud800", "x" * 116)
"""The last is too long once it says what it is for."""


async def test_fault_34_a_deal_in_anything_but_whole_numbers_is_refused_before_it_begins(
    shopper: Shopper,
) -> None:
    await shopper.earn(1_000)
    char_id, ring = shopper.char_id, prices.key("ring_of_might")
    ore = await shopper.world.item(char_id, "iron_ore")
    asked: list[Context[Any, Any, Any]] = [
        Buy(char_id, prices.key("bread"), 1, 3, "order"),
        Buy(char_id, ring, 1, 540, "order"),
        Sell(char_id, ore.id, 1, 1, "order"),
        SellJunk(char_id, 1, 1, "order"),
        MendOne(char_id, ore.id, 1, "order"),
        MendAll(char_id, 1, "order"),
        BuyBack(char_id, 1),
        LookAtWare(char_id, ring),
        LookAtStack(char_id, ore.id),
        LookAtWares(char_id),
    ]

    for wish in asked:
        for name in wish.__match_args__:  # type: ignore[attr-defined]  # every context is a dataclass
            for value in NO_ORDERS if name == "order" else NO_NUMBERS:
                with pytest.raises(InvalidInputError) as refused:
                    await shopper.world.core.router.ask(replace(wish, **{name: value}))  # type: ignore[type-var]
                assert refused.value.field == name

    assert await shopper.coins() == 1_000
    assert await shopper.world.query("SELECT * FROM merchant_orders") == []


async def test_what_is_no_ware_any_more_is_not_sold(shopper: Shopper) -> None:
    deal = await bought(shopper)
    with shopper.selling():
        with pytest.raises(WareGoneError):
            await shopper.world.core.router.ask(deal)
        with pytest.raises(WareGoneError):
            await shopper.ware("bread")
    first = await shopper.world.core.router.ask(deal)
    with shopper.selling():
        assert await shopper.world.core.router.ask(deal) == replace(first, repeated=True)


async def test_a_stack_is_sold_in_parts_for_half_its_value_rounded_down(shopper: Shopper) -> None:
    ore = await shopper.find("moon_flower", 7)  # of 65 each

    card = await shopper.stack(ore.id)
    assert card.prices == {1: 32, 3: 97, 7: 227}
    await shopper.sell(ore, 3, price=97)
    done = await shopper.sell(replace(ore, quantity=4), 4)

    assert (done.price, done.coins) == (130, 227)
    with pytest.raises(ItemNotFoundError):
        await shopper.stack(ore.id)


NOT_FOR_SALE: tuple[tuple[Obstacle, str, dict[str, Any]], ...] = (
    (Obstacle.QUEST, "old_key", {}),
    (Obstacle.LOCKED, "iron_sword", {}),
    (Obstacle.BOUND, "iron_sword", {"bound": True}),
    (Obstacle.WORTHLESS, "iron_sword", {"durability": 0}),
    (Obstacle.IN_USE, "iron_sword", {}),
    (Obstacle.IN_USE, "powder_bomb", {}),
)


async def test_what_is_not_for_sale_stays(shopper: Shopper) -> None:
    gateway, char_id = shopper.world.gateway, shopper.char_id
    for obstacle, kind, rolled in NOT_FOR_SALE:
        item = await shopper.find(kind, **rolled)
        if obstacle is Obstacle.LOCKED:
            await gateway.perform(char_id, LockItem(item_id=item.id))
        if obstacle is Obstacle.IN_USE and kind == "iron_sword":
            await gateway.equip_item(char_id, item.id)
        elif obstacle is Obstacle.IN_USE:
            await gateway.move_to_quick_slot(char_id, item.id, 0)
        before = await shopper.world.pieces(char_id, kind)

        for asked in (shopper.sell(item), shopper.stack(item.id)):
            with pytest.raises(NotForSaleError) as refused:
                await asked
            assert refused.value.obstacle is obstacle
        page = await shopper.world.core.router.ask(LookAtSellable(char_id, BackpackQuery(page_size=50)))
        assert obstacle is Obstacle.IN_USE or page.worth[item.id].obstacle is obstacle
        assert await shopper.world.pieces(char_id, kind) == before


async def test_the_backpack_is_shown_with_what_each_row_brings(shopper: Shopper) -> None:
    await shopper.find("moon_flower", 7)

    seen = await shopper.world.core.router.ask(LookAtSellable(shopper.char_id, BackpackQuery(search="moon")))

    [row] = seen.page.items
    assert (seen.worth[row.id].price, seen.worth[row.id].obstacle) == (227, None)


@pytest.mark.parametrize("written", [False, True])
async def test_a_piece_comes_back_as_it_was_sold(shopper: Shopper, written: bool) -> None:
    rolled: dict[str, Any] = {"rarity": Rarity.EPIC, "affixes": {Stat.POWER: 3}, "durability": 20}
    sword = await shopper.find("iron_sword", **rolled)

    sale = await shopper.sell(sword)
    assert sale.price == 45 * 20 // (2 * 80)
    if written:
        await ledger(shopper)
    [lot] = await shopper.sold()
    assert (lot.price, lot.pieces.durability, lot.pieces.rarity) == (5, Durability(20, 80), Rarity.EPIC)
    done = await shopper.buy_back(lot)

    assert (done.price, done.coins, done.pieces) == (5, 0, sale.pieces)
    back = await shopper.world.core.router.ask(LookAtBelongings(shopper.char_id))
    [same] = [placed.item for placed in back.items if placed.item.rarity is Rarity.EPIC]
    assert same.acquired_at >= sword.acquired_at
    assert replace(same, id=sword.id, position=sword.position, acquired_at=sword.acquired_at) == sword
    assert await shopper.sold() == ()
    assert await findings(shopper.world) == []


@pytest.mark.parametrize(("most", "back"), [(6, Durability(0, 6)), (600, Durability(45, 600)), (None, None)])
async def test_what_comes_back_is_worn_as_much_by_what_item_files_say_now(
    shopper: Shopper, most: int | None, back: Durability | None
) -> None:
    """And what does not wear out any more does not come back worn, nor for next to nothing."""
    await shopper.sell(await shopper.find("iron_sword", durability=6))
    [lot] = await shopper.sold()

    with shopper.wearing_out("iron_sword", most):
        if back is None:
            with pytest.raises(SoldOnError):
                await shopper.buy_back(lot)
            assert await shopper.sold() == ()
            return
        [pieces] = (await shopper.buy_back(lot)).pieces

    assert pieces.durability == back


async def test_an_order_is_known_though_others_begin_like_it(shopper: Shopper) -> None:
    ask = shopper.world.core.router.ask
    deals = [
        Sell(shopper.char_id, sword.id, 1, 22, order)
        for order, sword in [(order, await shopper.find("iron_sword")) for order in ("1", "12", "1:2")]
    ]

    first = [await ask(deal) for deal in deals]

    assert [await ask(deal) for deal in deals] == [replace(each, repeated=True) for each in first]


async def test_several_pieces_come_back_together(shopper: Shopper) -> None:
    await shopper.sell(await shopper.find("moon_flower", 7), 5)
    [lot] = await shopper.sold()

    await shopper.buy_back(lot)

    assert await shopper.world.pieces(shopper.char_id, "moon_flower") == 7


async def test_the_last_ten_can_be_bought_back_the_newest_first(shopper: Shopper) -> None:
    ore = await shopper.find("moon_flower", 50)
    for quantity in range(1, 13):
        await shopper.sell(ore, 1 if quantity == 1 else quantity)
        ore = replace(ore, quantity=ore.quantity - quantity)
        if quantity == 9:
            break
    lots = await shopper.sold()
    first = lots[-1]
    assert [lot.pieces.quantity for lot in lots] == [9, 8, 7, 6, 5, 4, 3, 2, 1]

    await shopper.sell(ore)
    await shopper.buy_back(first)
    await shopper.sell(ore)

    assert [lot.pieces.quantity for lot in await shopper.sold()] == [1, 1, 9, 8, 7, 6, 5, 4, 3, 2]
    with pytest.raises(SoldOnError):
        await shopper.buy_back(first)


async def test_what_was_bought_back_is_known_however_much_went_over_the_counter_since(
    shopper: Shopper,
) -> None:
    """Nine things sold before it and nine after it are bought back later than it is."""

    async def sell_nine() -> None:
        await shopper.mark_junk(*[await shopper.find("silver_ring") for _ in range(9)])
        await shopper.sell_junk()

    await sell_nine()
    await shopper.sell(await shopper.find("moon_flower"))
    [once, *early] = await shopper.sold()
    for lot in (once, *early):
        await shopper.buy_back(lot)
    assert await shopper.world.pieces(shopper.char_id, "silver_ring") == len(early) == 9
    await sell_nine()
    for lot in await shopper.sold():
        await shopper.buy_back(lot)

    assert await shopper.sold() == ()
    assert (await shopper.buy_back(once)).repeated


async def test_fault_10_what_was_bought_back_goes_where_the_sale_cannot_be_kept(shopper: Shopper) -> None:
    sword = await shopper.find("iron_sword")
    await shopper.earn(100)
    await ledger(shopper)
    await shopper.sell(sword)
    [lot] = await shopper.sold()
    await shopper.buy_back(lot)
    await shopper.world.execute("UPDATE inventory_items SET locked = true WHERE id = :id", id=sword.id)

    await ledger(shopper)

    assert await shopper.world.pieces(shopper.char_id, "iron_sword") == 2
    assert (await shopper.sold(), await shopper.coins()) == ((), 100)


async def test_what_nobody_knows_any_more_stays_sold(shopper: Shopper) -> None:
    await shopper.sell(await shopper.find("moon_flower"))
    now = shopper.world.core.catalog.current
    less = {kind: entry for kind, entry in now.entries.items() if kind != "moon_flower"}

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(shopper.world.core.catalog, "_current", replace(now, entries=less))
        [lot] = await shopper.sold()
        assert (lot.pieces.known, lot.pieces.name) == (False, "moon_flower")
        with pytest.raises(UnknownItemError):
            await shopper.buy_back(lot)


async def test_junk_is_sold_at_once_and_comes_back_one_by_one(shopper: Shopper) -> None:
    ring, flowers = await shopper.find("silver_ring"), await shopper.find("moon_flower", 3)
    better, bound = await shopper.find("leather_boots"), await shopper.find("rough_ruby", bound=True)
    await shopper.mark_junk(ring, flowers, better, bound)

    done = await shopper.sell_junk()

    assert [(each.base_id, each.quantity) for each in done.pieces] == [("silver_ring", 1), ("moon_flower", 3)]
    assert done.price == done.coins == 45 + 97
    lots = await shopper.sold()
    assert [(lot.pieces.base_id, lot.price) for lot in lots] == [("silver_ring", 45), ("moon_flower", 97)]
    await shopper.buy_back(lots[1])
    assert [lot.pieces.base_id for lot in await shopper.sold()] == ["silver_ring"]
    assert await shopper.coins() == 45
    assert (await shopper.stall()).junk is None
    assert await findings(shopper.world) == []


async def test_one_deal_takes_so_much_junk(shopper: Shopper) -> None:
    await shopper.world.execute("UPDATE inventories SET max_slots = 200")
    await shopper.mark_junk(*[await shopper.find("silver_ring") for _ in range(27)])

    junk = (await shopper.stall()).junk
    assert junk is not None
    assert (junk.count, junk.more, junk.price) == (25, 2, 25 * 45)
    await shopper.sell_junk()

    left = (await shopper.stall()).junk
    assert left is not None
    assert (left.count, left.more) == (2, 0)


async def test_one_deal_takes_so_many_pieces_of_junk(shopper: Shopper) -> None:
    rarities = (Rarity.UNCOMMON, Rarity.RARE, Rarity.EPIC)
    await shopper.mark_junk(*[await shopper.find("moon_flower", rarity=each) for each in rarities])
    await shopper.world.gateway.sync_inventory(shopper.char_id)
    await shopper.world.execute("UPDATE inventory_items SET quantity = 4000 WHERE base_id = 'moon_flower'")
    await shopper.world.core.redis.flushall()

    junk = (await shopper.stall()).junk
    assert junk is not None
    assert (junk.count, junk.more) == (2, 1)
    assert sum(each.quantity for each in (await shopper.sell_junk()).pieces) == 8_000
    left = (await shopper.stall()).junk
    assert left is not None
    assert (left.count, left.more) == (1, 0)


async def test_other_junk_than_was_shown_stays(shopper: Shopper) -> None:
    deal = await junk_sold(shopper)
    await shopper.mark_junk(await shopper.find("iron_ore"))

    with pytest.raises(OtherJunkError):
        await shopper.world.core.router.ask(deal)

    assert await shopper.coins() == 0


@pytest.mark.parametrize("looked_at", [LookAtJunk, LookAtBelongings])
async def test_what_is_no_junk_any_more_by_the_time_of_the_sale_stays(
    shopper: Shopper, looked_at: type[LookAtJunk | LookAtBelongings]
) -> None:
    """Its player was told so, after one of the two looks that a sale takes."""
    deal, gateway = await junk_sold(shopper), shopper.world.gateway
    look: Any = gateway._on_junk if looked_at is LookAtJunk else gateway._on_belongings
    marked = [item.id for item in (await gateway._on_junk(LookAtJunk(shopper.char_id))).items]

    async def looked(context: Any) -> Any:
        seen = await look(context)
        if marked:
            unmarked = MarkJunk(item_ids=(marked.pop(),), marked=False)
            marked.clear()
            await gateway.perform(shopper.char_id, unmarked)
        return seen

    shopper.world.core.router.register(looked_at, looked)
    with pytest.raises(OtherJunkError):
        await shopper.world.core.router.ask(deal)

    assert await shopper.coins() == 0


async def test_worn_out_pieces_are_made_whole_one_or_all(shopper: Shopper) -> None:
    await shopper.earn(1_000)
    worn, lying, broken = [
        await shopper.find(kind, durability=left)
        for kind, left in (("iron_sword", 79), ("dragon_blade", 1), ("iron_shield", 0))
    ]
    await shopper.world.gateway.equip_item(shopper.char_id, worn.id, Slot.MAIN_HAND)

    repairs = await shopper.repairs()
    assert [each.item_id for each in repairs.each] == [worn.id, broken.id, lying.id]
    assert [each.price for each in repairs.each][:2] == [1, 28]
    assert repairs.whole is not None
    assert repairs.whole == (await shopper.stall()).repairs
    assert repairs.whole.price == sum(each.price for each in repairs.each)
    with pytest.raises(NotEnoughCoinsError):
        await shopper.mend_all()
    await shopper.mend(broken)
    await shopper.earn(10_000)
    done = await shopper.mend_all()

    assert [each.base_id for each in done.pieces] == ["iron_sword", "dragon_blade"]
    assert await shopper.coins() == 11_000 - repairs.whole.price
    assert (await shopper.repairs()).each == ()
    for nothing in (MendOne(shopper.char_id, worn.id, 1, "x"), MendAll(shopper.char_id, 1, "y")):
        with pytest.raises(NothingToMendError):
            await shopper.world.core.router.ask(nothing)
    assert await findings(shopper.world) == []


async def test_an_inventory_that_moves_on_meanwhile_is_looked_at_again(world: World) -> None:
    """And a deal that would be another one by then is none."""
    look, times = world.gateway._on_belongings, 0
    for prepared in (sold, junk_sold, all_mended):
        shopper = Shopper(world, await world.character())
        deal, times = await prepared(shopper), 0

        async def looked_at(context: LookAtBelongings, shopper: Shopper = shopper) -> Belongings:
            nonlocal times
            seen, times = await look(context), times + 1
            if times == 1:
                await shopper.find("iron_sword", durability=79)
            return seen

        world.core.router.register(LookAtBelongings, looked_at)
        if prepared is all_mended:
            with pytest.raises(PriceChangedError):
                await world.core.router.ask(deal)
        else:
            assert not (await world.core.router.ask(deal)).repeated
        assert times == 2
        world.core.router.register(LookAtBelongings, look)


async def test_what_deals_cost(shopper: Shopper) -> None:
    """Round trips to Redis, once the session is open; none to PostgreSQL."""
    await shopper.earn(100)
    ore = await shopper.find("moon_flower", 9)
    version = (await shopper.world.gateway.open(shopper.char_id)).version
    buy = Buy(shopper.char_id, prices.key("bread"), 1, 3, "a", version)
    sell = Sell(shopper.char_id, ore.id, 1, 32, "b", version)

    with counting_round_trips() as buying:
        await shopper.world.core.router.ask(buy)
    with counting_round_trips() as selling:
        await shopper.world.core.router.ask(sell)

    assert (buying.trips, selling.trips) == (1, 2)


async def test_while_postgresql_is_away_there_is_what_never_runs_out(
    shopper: Shopper, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(*_: object) -> None:
        raise DatabaseDownError

    every = (await shopper.world.core.router.ask(LookAtWares(shopper.char_id))).wares
    monkeypatch.setattr(PostgresStock, "supplies", away)
    seen = (await shopper.world.core.router.ask(LookAtWares(shopper.char_id))).wares

    assert seen == tuple(ware for ware in every if ware.left is None)
    assert len(every) > len(seen) > 5
    with pytest.raises(WareGoneError):
        await shopper.ware("ring_of_might")
