"""What a player sees of gifts: those that arrived, and those that wait for room."""

from collections.abc import Sequence
from contextlib import suppress

import pytest

from apps.game_core.container import open_core
from apps.game_core.modules.inventory.contracts import (
    ChangeHealth,
    Gift,
    GiveItem,
    LookBack,
    Perform,
    PlanRestore,
    RestoreInventory,
    Source,
)
from apps.game_core.modules.inventory.inventory.logic.doing.inbox_delivery import InboxDelivery
from apps.game_core.modules.inventory.keeping_errors import NothingNewError
from apps.game_core.modules.trade.contracts import TableState
from apps.game_core.settings import CoreSettings
from tests.support.deals import dealing
from tests.support.invariants import check
from tests.support.seats import things
from tests.support.world import World
from tools.support.round_trips import counting_round_trips


async def crammed(world: World) -> int:
    """A character whose backpack holds nothing more."""
    char_id = await world.character()
    view = await world.gateway.view(char_id)
    await world.gateway.add_item(char_id, "rusty_sword", view.stats.max_slots - view.stats.slots_used)
    return char_id


async def drop(world: World, char_id: int, base_id: str) -> None:
    await world.gateway.drop_item(char_id, (await world.item(char_id, base_id)).id)


async def deliver(world: World) -> None:
    for chore in world.core.worker.chores:
        if isinstance(chore, InboxDelivery):
            await chore.round()


@pytest.mark.parametrize("written", [True, False])
async def test_an_open_inventory_learns_of_a_gift_that_waits_and_that_it_has_come(
    world: World, written: bool
) -> None:
    char_id = await crammed(world)
    if written:
        await world.gateway.sync_inventory(char_id)
    await world.gateway.grant(char_id, "copper_ring", 1)
    await deliver(world)
    await deliver(world)

    waiting = await world.gateway.open(char_id)
    await drop(world, char_id, "rusty_sword")
    await deliver(world)
    arrived = await world.gateway.open(char_id)

    assert (waiting.waiting, waiting.gifts) == (1, ())
    assert (arrived.waiting, arrived.gifts) == (0, (Gift("copper_ring", 1),))
    await world.gateway.sync_inventory(char_id)
    await check(world, char_id)


async def test_an_inventory_that_is_loaded_knows_its_gifts_at_once(
    world: World, settings: CoreSettings
) -> None:
    char_id = await crammed(world)
    await world.gateway.sync_inventory(char_id)
    await world.core.store.forget(char_id)
    for base_id in ("copper_ring", "dragon_blade"):
        await world.gateway.grant(char_id, base_id, 1)
    await world.gateway.grant(char_id, "bread", 1)

    async with open_core(settings) as other_process:
        opened = await other_process.gateway.open(char_id)

    assert (opened.waiting, opened.gifts) == (2, (Gift("bread", 1),))


async def test_what_does_not_fit_when_it_is_won_waits_visibly(world: World) -> None:
    char_id = await crammed(world)

    await world.gateway.add_or_keep(char_id, "copper_ring", 1, key="loot")

    assert (await world.gateway.open(char_id)).waiting == 1


@pytest.mark.parametrize("announced", [True, False])
async def test_a_gift_that_its_giver_has_announced_is_not_told_again(world: World, announced: bool) -> None:
    char_id = await world.character()
    give = GiveItem(char_id, "copper_ring", 1, "prize", or_inbox=True, announced=announced)

    for _ in range(2):
        assert (await world.core.router.ask(give)).result is not None

    news = [] if announced else [Gift("copper_ring", 1)]
    assert list((await world.gateway.open(char_id)).gifts) == news
    came: Sequence[Gift] = ()
    with suppress(NothingNewError):
        came = (await world.gateway.perform(char_id, LookBack())).result.came
    assert list(came) == news


async def test_what_was_announced_and_waits_is_told_when_it_comes(world: World) -> None:
    char_id = await crammed(world)
    give = GiveItem(char_id, "copper_ring", 1, "prize", or_inbox=True, announced=True)
    assert (await world.core.router.ask(give)).result is None

    await drop(world, char_id, "bread")
    await deliver(world)

    assert (await world.gateway.open(char_id)).gifts == (Gift("copper_ring", 1),)
    came = (await world.gateway.perform(char_id, LookBack())).result.came
    assert Gift("copper_ring", 1) in came


async def test_a_gift_is_told_until_the_next_change_and_hides_no_conflict(world: World) -> None:
    char_id = await world.character()
    bread = await world.item(char_id, "bread")
    await world.gateway.drop_item(char_id, bread.id)
    await world.execute("DELETE FROM inventory_items WHERE id = :id", id=bread.id)
    await world.gateway.sync_inventory(char_id)
    for base_id in ("bread", "copper_ring"):
        await world.gateway.grant(char_id, base_id, 1)
    await deliver(world)

    told = await world.gateway.open(char_id)
    await drop(world, char_id, "copper_ring")

    assert told.conflicts == ("drop_item",)
    assert told.gifts == (Gift("bread", 1), Gift("copper_ring", 1))
    after = await world.gateway.open(char_id)
    assert (after.conflicts, after.gifts) == ((), ())


async def test_the_next_change_still_tells_of_a_gift_that_nobody_has_seen(world: World) -> None:
    char_id = await world.character()
    bread = await world.item(char_id, "bread")
    await world.gateway.grant(char_id, "copper_ring", 1)
    await deliver(world)

    changed = await world.gateway.lock_item(char_id, bread.id)

    assert changed.inventory.gifts == (Gift("copper_ring", 1),)
    assert (await world.gateway.open(char_id)).gifts == ()


@pytest.mark.parametrize("unseen", ["blow", "potion", "restore"])
async def test_what_happens_unseen_hides_no_gift(world: World, unseen: str) -> None:
    char_id = await world.character()
    await drop(world, char_id, "bread")
    await world.gateway.grant(char_id, "copper_ring", 1)
    await deliver(world)

    if unseen == "restore":
        plan = await world.core.router.route("inventory", "plan_restore", PlanRestore(char_id, 0))
        restore = RestoreInventory(char_id, 0, plan.code, "request")
        await world.core.router.route("inventory", "restore", restore)
    elif unseen == "potion":
        potion = await world.item(char_id, "health_potion")
        await world.gateway.move_to_quick_slot(char_id, potion.id, 0)
        await world.gateway.grant(char_id, "copper_ring", 1)
        await deliver(world)
        await world.gateway.use_consumable(char_id, potion.id, Source.QUICK_SLOT, 0, in_combat=True)
    else:
        await world.core.router.ask(Perform(char_id, ChangeHealth(amount=-1), "blow"))

    assert (await world.gateway.open(char_id)).gifts == (Gift("copper_ring", 1),)


async def test_a_gift_that_another_process_has_brought_in_does_not_wait(
    world: World, settings: CoreSettings
) -> None:
    char_id = await crammed(world)
    grant = (await world.gateway.grant(char_id, "copper_ring", 1)).grant
    async with open_core(settings) as other_process:
        sword = await world.item(char_id, "rusty_sword")
        await other_process.gateway.drop_item(char_id, sword.id)
        assert await other_process.gateway.service.deliver(grant)

    # What this process remembers is the full backpack.
    await world.core.gateway.service.runner.keep_waiting(grant)

    opened = await world.gateway.open(char_id)
    assert (opened.waiting, opened.gifts) == (0, (Gift("copper_ring", 1),))


async def test_gifts_that_wait_cost_no_tap_a_round_trip(world: World) -> None:
    char_id = await crammed(world)
    await world.gateway.grant(char_id, "copper_ring", 1)
    await deliver(world)

    with counting_round_trips() as looking:
        await world.gateway.open(char_id)
    sword = await world.item(char_id, "rusty_sword")
    with counting_round_trips() as changing:
        await world.gateway.lock_item(char_id, sword.id)

    assert (looking.trips, changing.trips) == (1, 1)


@pytest.mark.parametrize("loot", [("dragon_blade", 1), ("bread", 3)])
async def test_a_key_that_comes_again_with_other_things_gives_what_it_gave_first(
    world: World, loot: tuple[str, int]
) -> None:
    char_id = await world.character()
    await world.gateway.open(char_id)
    await world.gateway.grant(char_id, "bread", 2, key="loot")

    await world.gateway.add_or_keep(char_id, *loot, key="loot")
    added = await world.gateway.add_or_keep(char_id, *loot, key="loot")

    assert added.result is not None
    assert (added.result.base_id, added.result.quantity) == ("bread", 2)
    assert await world.pieces(char_id, "bread") == 5
    await world.gateway.sync_inventory(char_id)
    await check(world, char_id)


async def test_a_gift_comes_beside_a_laid_stack(world: World) -> None:
    """What lies there is what both see."""
    deal = await dealing(world)
    shown = (await deal.look(deal.first)).fingerprint
    await world.gateway.grant(deal.first, "bread", 2)
    await deliver(world)

    arrived = await world.gateway.open(deal.first)
    assert (arrived.waiting, arrived.at_table, arrived.gifts) == (0, True, (Gift("bread", 2),))
    assert (await deal.look(deal.first)).fingerprint == shown
    bread = [each.quantity for each in arrived.view().backpack if each.base_id == "bread"]
    assert sorted(bread) == [2, 3]
    await world.gateway.sync_inventory(deal.first)
    await check(world, deal.first)


async def full(world: World, char_id: int) -> None:
    await world.gateway.add_item(
        char_id, "copper_ring", (await world.gateway.open(char_id)).room("copper_ring")
    )


async def test_a_gift_for_which_only_a_laid_stack_has_room_comes_when_the_table_is_left(world: World) -> None:
    """It waits, says so, and is no reason to make room."""
    deal = await dealing(world)
    await full(world, deal.first)
    shown = (await deal.look(deal.first)).fingerprint
    assert shown
    await world.gateway.grant(deal.first, "bread", 2)
    await deliver(world)
    await deliver(world)

    waiting = await world.gateway.open(deal.first)
    assert (waiting.waiting, waiting.at_table) == (1, True)
    assert (await deal.look(deal.first)).fingerprint == shown
    await deal.leave(deal.first)
    await deliver(world)
    arrived = await world.gateway.open(deal.first)
    assert (arrived.waiting, arrived.at_table, arrived.gifts) == (0, False, (Gift("bread", 2),))
    assert await world.pieces(deal.first, "bread") == 5


async def test_a_gift_for_which_only_a_laid_stack_has_room_comes_after_the_trade(world: World) -> None:
    deal = await dealing(world)
    await full(world, deal.first)
    await deal.confirm(deal.first)
    await world.gateway.grant(deal.first, "bread", 2)
    await deliver(world)
    assert (await world.gateway.open(deal.first)).waiting == 1

    assert (await deal.confirm(deal.second)).state is TableState.SETTLED

    await world.gateway.drop_item(deal.first, (await world.item(deal.first, "copper_ring")).id)
    await deliver(world)
    assert await things(world, deal.first) == (2, 24, 70)
    assert await things(world, deal.second) == (6, 0, 130)
    assert (await world.gateway.open(deal.first)).waiting == 0
