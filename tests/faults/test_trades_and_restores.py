"""A restore beside trades: what came by one is not doubled, what went into one is never brought back."""

from collections.abc import Awaitable, Callable

import pytest

from apps.game_core.modules.inventory.contracts import PlanRestore, RestoreInventory
from apps.game_core.modules.inventory.restoring import RestorePlan
from apps.game_core.modules.merchant import prices
from apps.game_core.modules.merchant.contracts import Sell
from apps.game_core.settings import CoreSettings
from tests.faults.test_trades import all_written, exchange_of, given_alone, overdue, shown_to, well
from tests.integration.test_audit import findings
from tests.support.deals import Deal, bare, dealing
from tests.support.seats import rich, state, write
from tests.support.wealth import as_seen, intact
from tests.support.world import World
from tools.support.clocks import AdjustableClock

HOUR = 3600
Go = Callable[[World, int], Awaitable[object]]


@pytest.fixture
def settings(settings: CoreSettings) -> CoreSettings:
    """Sessions that outlive a test."""
    return settings.model_copy(update={"inventory_session_ttl": 600})


async def given_to(world: World, giver: int, taker: int, base_id: str) -> int:
    """The first stack of the kind, as a present; returns its id."""
    deal = await bare(world, giver, taker)
    item = await world.item(giver, base_id)
    await deal.lay(giver, base_id)
    shown = await shown_to(deal)
    for char_id in deal.both:
        await deal.confirm(char_id, shown)
    await all_written(world)
    assert await state(world, deal.trade) == "settled"
    return item.id


async def eaten(world: World, char_id: int) -> None:
    bread = await world.item(char_id, "bread")
    for _ in range(bread.quantity):
        await world.gateway.use_consumable(char_id, bread.id)


async def sold(world: World, char_id: int) -> None:
    bread = await world.item(char_id, "bread")
    [item] = [
        each for each in (await world.gateway.service.runner.current(char_id)).backpack if each.id == bread.id
    ]
    entry = world.core.catalog.current.get("bread")
    assert entry
    price = prices.brings(item, entry, item.quantity)
    await world.core.router.ask(Sell(char_id, bread.id, item.quantity, price, "order"))


async def passed_on_and_merged(world: World, char_id: int) -> None:
    """What the ledger of its next owner does with it is nobody's business."""
    third = await rich(world)
    own = await world.item(third, "bread")
    came = await given_to(world, char_id, third, "bread")
    await world.gateway.merge_stacks(third, came, own.id)


@pytest.mark.parametrize("go", [eaten, sold, passed_on_and_merged])
async def test_what_came_by_a_trade_and_went_again_is_not_brought_back(
    world: World, game_clock: AdjustableClock, go: Go
) -> None:
    first, second = await rich(world), await rich(world)
    await world.gateway.drop_item(first, (await world.item(first, "bread")).id)
    before = int(game_clock.now())
    game_clock.advance(HOUR)
    await given_to(world, second, first, "bread")
    await go(world, first)
    await all_written(world)

    plan = await planned(world, first, before)

    assert (plan.items, plan.elsewhere, plan.used_up, plan.code) == ((), (), (), "")


async def planned(world: World, char_id: int, to: int) -> RestorePlan:
    plan: RestorePlan = await world.core.router.ask(PlanRestore(char_id, to))
    return plan


async def restored(world: World, char_id: int, to: int, plan: RestorePlan) -> None:
    asked = RestoreInventory(char_id=char_id, to=to, request_id="r", code=plan.code)
    done = await world.core.router.ask(asked)
    assert done.items == plan.items


async def given(deal: Deal, end: str) -> None:
    """By the first alone; whether the second has confirmed says how the trade will end."""
    if end == "settled":
        await given_alone(deal, deal.world)
        return
    await deal.confirm(deal.first)
    exchange = exchange_of(deal.world)
    side = await exchange.seating.opposite(deal.first, deal.trade, deal.second)
    assert side
    assert await exchange.give(side)


async def missed_one_more(world: World, char_id: int) -> None:
    """Three of the kind that was given are found and dropped, and so is a ring."""
    await world.gateway.add_item(char_id, "bread", 3)
    for base_id in ("bread", "copper_ring"):
        await world.gateway.drop_item(char_id, (await world.item(char_id, base_id)).id)


@pytest.mark.parametrize("written", [True, False])
@pytest.mark.parametrize("end", ["off", "settled"])
async def test_what_is_given_is_never_brought_back(
    world: World, game_clock: AdjustableClock, end: str, written: bool
) -> None:
    first, second = await rich(world), await rich(world)
    before = int(game_clock.now())
    game_clock.advance(HOUR)
    deal = await dealing(world, first, second)
    bread = await world.item(first, "bread")
    await given(deal, end)
    if written:
        await write(world, first)
        assert await state(world, deal.trade) == "open"
    await missed_one_more(world, first)
    wealth = await as_seen(world)

    plan = await planned(world, first, before)
    await restored(world, first, before, plan)

    assert [each.base_id for each in plan.items] == ["copper_ring"]
    assert [(each.base_id, each.quantity) for each in plan.elsewhere] == [("bread", 3)]
    wealth["copper_ring"] += 1
    await write(world, first)
    await intact(world, wealth)
    if end == "off":
        await overdue(world)
    await all_written(world)
    assert await state(world, deal.trade) == end
    await well(deal, wealth)
    assert await world.core.store.parked() == []
    owner = {"off": first, "settled": second}[end]
    assert bread.id in {each.id for each in (await world.gateway.view(owner)).backpack}


@pytest.mark.parametrize("lost", [0, 1])
async def test_what_lies_on_the_table_is_there_and_stays_as_it_is(
    world: World, game_clock: AdjustableClock, lost: int
) -> None:
    """Pieces that are lost of the very stack come back beside it."""
    first, second = await rich(world), await rich(world)
    before = int(game_clock.now())
    game_clock.advance(HOUR)
    if lost:
        await world.gateway.drop_item(first, (await world.item(first, "bread")).id, lost)
    deal = await dealing(world, first, second)
    await world.gateway.drop_item(first, (await world.item(first, "copper_ring")).id)

    plan = await planned(world, first, before)
    await restored(world, first, before, plan)

    assert sum(each.quantity for each in plan.items) == 1 + lost
    shown = await shown_to(deal)
    for char_id in deal.both:
        await deal.confirm(char_id, shown)
    await all_written(world)
    assert await state(world, deal.trade) == "settled"
    assert [await world.pieces(char_id, "bread") for char_id in deal.both] == [lost, 6 - lost]
    assert await findings(world) == []


async def test_what_came_back_and_was_lost_then_is_brought_back(
    world: World, game_clock: AdjustableClock
) -> None:
    """By a second trade, in which the partner gives it back."""
    first, second = await rich(world), await rich(world)
    await world.gateway.drop_item(second, (await world.item(second, "bread")).id)
    before = int(game_clock.now())
    game_clock.advance(HOUR)
    bread = await given_to(world, first, second, "bread")
    assert await given_to(world, second, first, "bread") == bread
    await world.gateway.drop_item(first, bread)

    plan = await planned(world, first, before)
    await restored(world, first, before, plan)

    assert [(each.base_id, each.quantity) for each in plan.items] == [("bread", 3)]
    assert (await world.item(first, "bread")).id == bread
    await all_written(world)
    assert await findings(world) == []


async def test_what_another_has_given_stays_where_it_waits(world: World, game_clock: AdjustableClock) -> None:
    """Past the ledgers a thing of the first is the second's, and lies in a trade."""
    first, second = await rich(world), await rich(world)
    before = int(game_clock.now())
    game_clock.advance(HOUR)
    ring = await world.item(first, "copper_ring")
    await world.gateway.lock_item(first, ring.id)
    await world.gateway.unlock_item(first, ring.id)
    await world.gateway.sync_inventory(first)
    await world.execute(
        "DELETE FROM inventory_items WHERE char_id = :id AND base_id = 'copper_ring'", id=second
    )
    await world.execute(
        "UPDATE inventory_items SET char_id = :to, position = 60 WHERE id = :id", to=second, id=ring.id
    )
    await world.core.redis.flushall()
    deal = await bare(world, second, first)
    await deal.lay(second, "copper_ring")
    await given_alone(deal, world)
    await write(world, second)
    assert await state(world, deal.trade) == "open"

    plan = await planned(world, first, before)

    assert (plan.items, [each.base_id for each in plan.elsewhere]) == ((), ["copper_ring"])
