"""What nobody should ask of a table, and what happens to tables when it is asked."""

import asyncio
from typing import Any

import pytest

from apps.game_core.modules.inventory.contracts import (
    MAX_COINS,
    AddCoins,
    AddItem,
    Batch,
    TakeCoins,
    TakeKind,
)
from apps.game_core.modules.inventory.errors import (
    InvalidInputError,
    ItemNotFoundError,
)
from apps.game_core.modules.inventory.keeping_errors import NotEnoughError
from apps.game_core.modules.trade.contracts import (
    BusyError,
    Confirm,
    Invite,
    Lay,
    LayCoins,
    LayPart,
    Leave,
    LookAtLaid,
    LookAtTable,
    Sit,
    TableState,
    TakeAway,
    TradeError,
    WaitsFor,
    WithOneselfError,
)
from apps.game_core.settings import CoreSettings
from tests.faults.test_trades import EXCHANGED, all_written, both_have, given_alone, shown_to
from tests.support.deals import dealing
from tests.support.seats import rich, state, things
from tests.support.wealth import in_database, intact
from tests.support.world import World


@pytest.fixture
def settings(settings: CoreSettings) -> CoreSettings:
    """Sessions that outlive a busy machine's pauses."""
    return settings.model_copy(update={"inventory_session_ttl": 600})


@pytest.mark.parametrize(
    "coins", [-1, -(2**63), 2**63, 2**70, float("nan"), float("inf"), 1.0, True, "1", None]
)
async def test_coins_that_are_none_are_not_laid(world: World, coins: Any) -> None:
    deal = await dealing(world)
    shown = await shown_to(deal)

    with pytest.raises(InvalidInputError):
        await deal.ask(LayCoins(deal.first, coins, deal.trade))

    assert await shown_to(deal) == shown


@pytest.mark.parametrize("number", [-1, 2**63, 2**70, 1.0, True, "7", "7*"])
async def test_numbers_that_are_none_are_refused_by_every_table(world: World, number: Any) -> None:
    deal = await dealing(world)
    third = await rich(world)
    shown = await shown_to(deal)
    for wish in (
        Invite(number),
        Invite(third, number),
        Sit(third, number, deal.first),
        Sit(third, deal.trade, number),
        Lay(deal.first, number, deal.trade),
        LayPart(deal.first, number, 1, "part", deal.trade),
        LayPart(deal.first, 1, number, "part", deal.trade),
        TakeAway(deal.first, number),
        LookAtLaid(deal.first, number),
        Confirm(deal.first, number, deal.trade),
        Confirm(deal.first, shown, number),
        Leave(deal.first, number),
        LookAtTable(deal.first, number),
    ):
        with pytest.raises(InvalidInputError):
            await deal.ask(wish)
    assert await shown_to(deal) == shown
    assert await things(world, third) == (3, 12, 100)


@pytest.mark.parametrize("number", [0, 2**63 - 1])
async def test_numbers_that_name_nothing_open_and_move_nothing(world: World, number: int) -> None:
    deal = await dealing(world)
    third = await rich(world)
    shown = await shown_to(deal)
    for wish in (
        Lay(deal.first, number, deal.trade),
        Lay(deal.first, number, number),
        LayPart(deal.first, number, 1, "part", deal.trade),
        LayPart(deal.first, 1, 1, "part", number),
        Confirm(deal.first, number, deal.trade),
        Sit(third, number, deal.first),
        Sit(third, deal.trade, number),
    ):
        with pytest.raises((TradeError, ItemNotFoundError)):
            await deal.ask(wish)
    assert (await deal.ask(LookAtTable(third, number))).state is TableState.LEFT
    assert await shown_to(deal) == shown


async def test_a_batch_that_names_one_thing_twice_does_all_of_it_or_nothing(world: World) -> None:
    char_id = await rich(world)
    two = TakeKind(base_id="bread", quantity=2)
    with pytest.raises(NotEnoughError):
        await world.gateway.perform(char_id, Batch.of(two, two))
    assert await world.pieces(char_id, "bread") == 3

    one = TakeKind(base_id="bread", quantity=1)
    await world.gateway.perform(char_id, Batch.of(two, one))
    assert await world.pieces(char_id, "bread") == 0


async def test_a_batch_that_names_its_own_result_makes_nothing_out_of_nothing(world: World) -> None:
    char_id = await rich(world)
    made, taken = AddItem(base_id="iron_helmet", quantity=1), TakeKind(base_id="iron_helmet", quantity=1)
    wealth = await in_database(world)
    with pytest.raises(NotEnoughError):
        await world.gateway.perform(char_id, Batch.of(taken, made))
    await world.gateway.perform(char_id, Batch.of(made, taken))
    await world.core.worker.drain()
    assert await in_database(world) == wealth


async def test_three_in_a_circle_at_once(world: World, other: World) -> None:
    """Everybody confirms, lays and sits for both of the others; each is done once, or not at all."""
    chars = [await rich(world) for _ in range(3)]
    wealth = await in_database(world)

    async def trade(first: int, second: int, by: World, elsewhere: World) -> int | None:
        """The number of the table where it was told as settled; who invites twice may get one table."""
        try:
            table = (await by.core.router.ask(Invite(first, second))).trade
            await elsewhere.core.router.ask(Sit(second, table, first))
            shown = (await by.core.router.ask(LayCoins(first, 10, table))).fingerprint or 1
            await elsewhere.core.router.ask(Confirm(second, shown, table))
            end = (await by.core.router.ask(Confirm(first, shown, table))).state
        except TradeError:
            return None
        return table if end is TableState.SETTLED else None

    pairs = [(0, 1), (1, 2), (2, 0)] * 3
    told = await asyncio.gather(
        *(
            trade(chars[one], chars[two], *((world, other) if at % 2 else (other, world)))
            for at, (one, two) in enumerate(pairs)
        )
    )

    await all_written(world, other)
    ended = {each.id: each.state for each in await world.query("SELECT id, state FROM trades")}
    assert {table for table in told if table} <= ended.keys()
    assert set(ended.values()) <= {"settled"}
    await intact(world, wealth)


async def test_nobody_trades_with_themselves_on_two_devices_or_by_a_forged_link(
    world: World, other: World
) -> None:
    char_id, second = await rich(world), await rich(world)
    wealth = await in_database(world)
    trade = (await world.core.router.ask(Invite(char_id))).trade
    bread = await world.item(char_id, "bread")
    await world.core.router.ask(Lay(char_id, bread.id, trade))

    for device in (world, other):
        for wish, refusal in (
            (Sit(char_id, trade, char_id), WithOneselfError),
            (Invite(char_id, char_id), WithOneselfError),
            (Sit(char_id, trade, second), BusyError),
            (Sit(char_id, trade + 1, second), BusyError),
        ):
            with pytest.raises(refusal):
                await device.core.router.ask(wish)
        assert (await device.core.router.ask(LookAtTable(char_id))).state is TableState.INVITING
    await all_written(world, other)
    assert await in_database(world) == wealth
    assert await state(world, trade) is None


async def test_affixes_that_no_kind_rolls_are_traded_as_they_are(world: World) -> None:
    first, second = await rich(world), await rich(world)
    await world.execute("""UPDATE inventory_items SET affixes = '{"block_chance": 999, "quick_slots": -7}'
                           WHERE base_id = 'bread'""")
    await world.core.redis.flushall()
    deal = await dealing(world, first, second)
    bread = await world.item(first, "bread")
    shown = await shown_to(deal)

    await deal.confirm(first, shown)
    assert (await deal.confirm(second, shown)).state is TableState.SETTLED

    await all_written(world)
    [row] = [row for row in (await world.rows(second)).values() if row.id == bread.id]
    assert row.affixes == {"block_chance": 999, "quick_slots": -7}
    assert await both_have(deal) == EXCHANGED


async def test_a_receipt_that_would_pass_the_limit_of_a_purse_waits(world: World) -> None:
    deal = await dealing(world)
    await given_alone(deal, world)
    await world.gateway.perform(deal.second, AddCoins(amount=MAX_COINS - 129))
    await all_written(world)

    seen = await deal.look(deal.second)
    assert (seen.state, seen.waits_for) == (TableState.SETTLED, WaitsFor.ROOM)
    assert (await world.gateway.view(deal.second)).coins == MAX_COINS - 29
    await world.gateway.perform(deal.second, TakeCoins(amount=1))
    await all_written(world)
    assert (await deal.look(deal.second)).waits_for is None
    assert await things(world, deal.second) == (6, 0, MAX_COINS)
