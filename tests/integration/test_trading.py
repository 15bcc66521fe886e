"""Two players trade: what they see, what they are told, what it costs, and who may not sit where."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from apps.game_core.container import open_core
from apps.game_core.modules.characters.contracts import DeleteCharacter
from apps.game_core.modules.inventory.contracts import MAX_COINS, AddCoins
from apps.game_core.modules.inventory.errors import (
    CharacterNotFoundError,
    DatabaseDownError,
    InvalidInputError,
    ItemNotFoundError,
)
from apps.game_core.modules.inventory.keeping_errors import NotEnoughCoinsError, OnTheTableError
from apps.game_core.modules.items.contracts import Slot
from apps.game_core.modules.trade.contracts import (
    BusyError,
    ChairTakenError,
    Confirm,
    DoesNotFitError,
    Invite,
    Lay,
    LayCoins,
    Leave,
    LookAtLaid,
    LookAtTable,
    NoTableError,
    NotTradableError,
    OtherTableError,
    PartnerGoneError,
    Sit,
    TableExpiredError,
    TableFullError,
    TableState,
    TableView,
    TakeAway,
    TradeError,
    TradeObstacle,
    WaitsFor,
    WithOneselfError,
)
from apps.game_core.modules.trade.halves import MAX_LAID
from apps.game_core.settings import CoreSettings, DurabilityMode
from tests.integration.test_audit import findings
from tests.integration.test_gifts import crammed
from tests.support.deals import Deal, bare, dealing
from tests.support.invariants import check
from tests.support.seats import rich, things
from tests.support.wealth import Wealth, in_database, intact
from tests.support.world import World
from tests.support.write_log import WriteLog
from tools.support.clocks import AdjustableClock


@pytest.fixture
async def other(settings: CoreSettings, world: World) -> AsyncIterator[World]:
    async with open_core(settings) as opened:
        yield World(opened)


async def well(deal: Deal, wealth: object) -> None:
    """All of it, written, and explained by the ledgers."""
    await deal.world.core.worker.drain()
    assert await in_database(deal.world) == wealth
    for char_id in deal.both:
        await check(deal.world, char_id)
    assert await findings(deal.world) == []


async def test_a_trade_from_the_invitation_to_what_is_yours(world: World) -> None:
    first, second = await rich(world), await rich(world)
    wealth = await in_database(world)

    invited = await world.core.router.ask(Invite(first))
    assert (invited.state, invited.waits_for, invited.other) == (TableState.INVITING, WaitsFor.PARTNER, None)
    assert await world.core.router.ask(Invite(first)) == invited, "the same tap again"
    seated = await world.core.router.ask(Sit(second, invited.trade, first))
    assert (seated.state, seated.waits_for, seated.fingerprint) == (TableState.LAYING, WaitsFor.YOU, None)
    assert seated.other
    assert (seated.other.char_id, seated.other.name) == (first, "Aetheron")

    deal = Deal(world, first, second, invited.trade)
    await deal.lay(first, "bread")
    await deal.coins(first, 30)
    table = await deal.lay(second, "iron_ore")
    assert table.own
    assert table.other
    assert [(item.base_id, item.quantity) for item in table.own.items] == [("iron_ore", 12)]
    assert [(item.base_id, item.quantity) for item in table.other.items] == [("bread", 3)]
    assert table.other.coins == 30
    assert (await deal.look(first)).fingerprint == table.fingerprint

    one = await deal.confirm(first)
    assert one.own
    assert (one.state, one.waits_for, one.own.confirmed) == (TableState.LAYING, WaitsFor.THEM, True)
    seen = await deal.look(second)
    assert seen.other
    assert (seen.other.confirmed, seen.waits_for) == (True, WaitsFor.YOU)
    await intact(world, wealth)
    done = await deal.confirm(second)

    assert (done.state, done.waits_for) == (TableState.SETTLED, None)
    assert done.other
    assert [(item.base_id, item.quantity) for item in done.other.items] == [("bread", 3)]
    assert await things(world, first) == (0, 24, 70)
    assert await things(world, second) == (6, 0, 130)
    told = await deal.look(first)
    assert told.own
    assert (told.state, told.own.coins) == (TableState.SETTLED, 30)
    with pytest.raises(NoTableError):
        await world.core.router.ask(LookAtTable(first))
    await intact(world, wealth)
    await well(deal, wealth)


async def test_three_taps_a_side_and_two_transactions_for_both(world: World) -> None:
    first, second = await rich(world), await rich(world)
    log = WriteLog(world.core.engine)
    await log.install()
    try:
        deal = await dealing(world, first, second)
        await deal.confirm(first)
        assert (await log.writes()).transactions == 0
        await deal.confirm(second)
        await world.core.worker.drain()
        assert (await log.writes()).transactions == 2
    finally:
        await log.remove()
    assert await things(world, first) == (0, 24, 70)


async def test_strictly_durable_it_is_settled_before_anybody_is_told(
    world: World, settings: CoreSettings
) -> None:
    strict = settings.model_copy(update={"inventory_durability": DurabilityMode.STRICT})
    deal = await dealing(world)
    wealth = await in_database(world)
    async with open_core(strict) as core:
        await deal.confirm(deal.first, by=World(core))
        done = await deal.confirm(deal.second, by=World(core))
    assert done.state is TableState.SETTLED
    assert await in_database(world) == wealth
    rows = await world.rows(deal.first)
    assert sum(row.quantity for row in rows.values() if row.base_id == "iron_ore") == 24


async def test_a_change_of_either_side_undoes_both_confirmations(world: World) -> None:
    deal = await dealing(world)
    shown = (await deal.look(deal.first)).fingerprint
    await deal.confirm(deal.first)

    await deal.coins(deal.second, 1)
    back = await deal.coins(deal.second, 0)

    assert back.fingerprint != shown, "the same content once more is another table"
    assert back.other
    assert not back.other.confirmed
    with pytest.raises(OtherTableError):
        await deal.confirm(deal.first, shown)
    await deal.confirm(deal.second)
    await deal.lay(deal.first, "iron_sword")
    table = await deal.take_away(deal.first, "iron_sword")
    assert table.other
    assert not table.other.confirmed
    assert table.waits_for is WaitsFor.YOU
    assert await things(world, deal.second) == (3, 12, 100)


async def test_what_changes_nothing_leaves_confirmations_alone(world: World) -> None:
    deal = await dealing(world)
    await deal.confirm(deal.first)

    await deal.lay(deal.first, "bread")
    await deal.coins(deal.first, 30)
    await deal.take_away(deal.first, "iron_sword")

    assert (await deal.look(deal.first)).waits_for is WaitsFor.THEM


async def test_what_lies_there_is_shown_as_it_would_look_in_ones_bag(world: World) -> None:
    deal = await bare(world)
    await deal.lay(deal.second, "iron_sword")
    sword = await world.item(deal.second, "iron_sword")

    card = await world.core.router.ask(LookAtLaid(deal.first, sword.id))

    assert (card.item.id, card.item.base_id) == (sword.id, "iron_sword")
    assert card.comparison
    assert card.comparison.slot is Slot.MAIN_HAND
    assert (await world.core.router.ask(LookAtLaid(deal.second, sword.id))).item.id == sword.id
    mine = await world.item(deal.first, "bread")
    with pytest.raises(ItemNotFoundError):
        await world.core.router.ask(LookAtLaid(deal.first, mine.id))


OBSTACLES = {
    TradeObstacle.FAVOURITE: "UPDATE inventory_items SET locked = true WHERE base_id = 'bread'",
    TradeObstacle.BOUND: "UPDATE inventory_items SET bound = true WHERE base_id = 'bread'",
    TradeObstacle.UNKNOWN: "UPDATE inventory_items SET base_id = 'forgotten' WHERE base_id = 'bread'",
    TradeObstacle.QUEST: "UPDATE inventory_items SET base_id = 'sealed_letter' WHERE base_id = 'bread'",
}


@pytest.mark.parametrize("obstacle", OBSTACLES)
async def test_what_stays_with_its_owner_says_why(world: World, obstacle: TradeObstacle) -> None:
    first, second = await rich(world), await rich(world)
    bread = await world.item(first, "bread")
    await world.execute(OBSTACLES[obstacle])
    await world.core.redis.flushall()
    deal = await bare(world, first, second)

    with pytest.raises(NotTradableError) as refused:
        await world.core.router.ask(Lay(first, bread.id))

    assert refused.value.obstacle is obstacle
    assert refused.value.item
    assert (await deal.look(first)).own


async def test_what_is_worn_is_not_laid_and_what_is_laid_is_not_worn(world: World) -> None:
    deal = await bare(world)
    sword = await world.item(deal.first, "iron_sword")
    await world.gateway.equip_item(deal.first, sword.id)
    with pytest.raises(NotTradableError):
        await world.core.router.ask(Lay(deal.first, sword.id))
    await world.gateway.unequip_item(deal.first, Slot.MAIN_HAND)
    await world.core.router.ask(Lay(deal.first, sword.id))
    with pytest.raises(OnTheTableError):
        await world.gateway.equip_item(deal.first, sword.id)


async def test_more_than_there_is_cannot_be_laid(world: World) -> None:
    deal = await bare(world)
    for coins in (-1, MAX_COINS + 1):
        with pytest.raises(InvalidInputError):
            await deal.coins(deal.first, coins)
    with pytest.raises(NotEnoughCoinsError):
        await deal.coins(deal.first, 101)
    with pytest.raises(ItemNotFoundError):
        await world.core.router.ask(Lay(deal.first, 404))
    await world.gateway.add_item(deal.first, "rusty_sword", MAX_LAID + 1)
    swords = [
        item for item in (await world.gateway.view(deal.first)).backpack if item.base_id == "rusty_sword"
    ]
    for item in swords[:MAX_LAID]:
        await world.core.router.ask(Lay(deal.first, item.id))
    with pytest.raises(TableFullError):
        await world.core.router.ask(Lay(deal.first, swords[-1].id))


async def test_nobody_trades_with_themselves_at_two_tables_or_for_a_chair_that_is_taken(world: World) -> None:
    deal = await bare(world)
    third = await rich(world)
    ask = world.core.router.ask
    for context, refusal in (
        (Invite(third, third), WithOneselfError),
        (Sit(third, 5, third), WithOneselfError),
        (Invite(deal.first), BusyError),
        (Invite(deal.second, third), BusyError),
        (Sit(third, deal.trade, deal.first), ChairTakenError),
        (Sit(third, deal.trade, deal.second), ChairTakenError),
        (Sit(third, deal.trade + 1, deal.first), PartnerGoneError),
        (LookAtTable(third), NoTableError),
        (LayCoins(third, 1), NoTableError),
        (TakeAway(third, 1), NoTableError),
        (Confirm(third, 1), NoTableError),
        (LayCoins(deal.first, 1, deal.trade + 1), NoTableError),
    ):
        with pytest.raises(refusal):
            await ask(context)
    mine = (await ask(Invite(third))).trade
    with pytest.raises(BusyError):
        await ask(Sit(deal.first, mine, third))
    with pytest.raises(BusyError):
        await ask(Sit(third, deal.trade, deal.first))
    assert (await ask(LookAtTable(third, deal.trade))).state is TableState.LEFT, "it is none of theirs"


async def test_a_chair_that_is_kept_for_one_is_for_nobody_else(world: World) -> None:
    first, second, third = await rich(world), await rich(world), await rich(world)
    trade = (await world.core.router.ask(Invite(first, second))).trade
    with pytest.raises(ChairTakenError):
        await world.core.router.ask(Sit(third, trade, first))

    seated = await world.core.router.ask(Sit(second, trade, first))

    assert seated.state is TableState.LAYING


async def test_of_many_who_follow_one_link_one_sits_down(world: World) -> None:
    first = await rich(world)
    guests = [await rich(world) for _ in range(5)]
    trade = (await world.core.router.ask(Invite(first))).trade

    answers = await asyncio.gather(
        *(world.core.router.ask(Sit(guest, trade, first)) for guest in guests), return_exceptions=True
    )

    refused = [each for each in answers if isinstance(each, BaseException)]
    assert [type(each) for each in refused] == [ChairTakenError] * 4
    sitting = [guest for guest in guests if await sits(world, guest)]
    assert len(sitting) == 1
    view = await world.core.router.ask(LookAtTable(first))
    assert view.other
    assert view.other.char_id == sitting[0]


async def sits(world: World, char_id: int) -> bool:
    try:
        await world.core.router.ask(LookAtTable(char_id))
    except NoTableError:
        return False
    return True


async def test_who_leaves_is_missed_and_may_come_back(world: World) -> None:
    deal = await dealing(world)
    await deal.confirm(deal.first)

    assert [await deal.leave(deal.second) for _ in range(2)] == [True, False]

    alone = await deal.look(deal.first)
    assert (alone.state, alone.other, alone.waits_for) == (TableState.INVITING, None, WaitsFor.PARTNER)
    assert (await deal.look(deal.second)).state is TableState.LEFT
    elsewhere = await deal.ask(Invite(deal.second, deal.first))
    assert (await deal.look(deal.first)).state is TableState.INVITING, "they sit at another table"
    assert await deal.ask(Leave(deal.second, elsewhere.trade))
    assert (await deal.confirm(deal.first, 5)).state is TableState.INVITING, "it is confirmed already"
    await deal.coins(deal.first, 29)
    with pytest.raises(PartnerGoneError):
        await deal.confirm(deal.first, 5)
    await deal.ask(Sit(deal.second, deal.trade, deal.first))
    table = await deal.look(deal.first)
    assert table.own
    assert (table.state, table.own.confirmed) == (TableState.LAYING, False)


async def away(_: object) -> None:
    raise DatabaseDownError


async def test_an_empty_chair_is_kept_for_somebody_by_name(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, boris = await rich(world), await world.character("Boris")
    assert (await world.core.router.ask(Invite(first))).kept_for == "", "whoever comes"
    await world.core.router.ask(Leave(first))

    trade = (await world.core.router.ask(Invite(first, boris))).trade

    async def look() -> TableView:
        return await world.core.router.ask(LookAtTable(first, trade))

    assert (await look()).kept_for == "Boris"
    with monkeypatch.context() as patched:
        patched.setattr("apps.game_core.adapters.postgres.unit_of_work.PostgresUnitOfWork.__aenter__", away)
        assert ((await look()).state, (await look()).kept_for) == (TableState.INVITING, "")
    await world.gateway.view(boris)
    monkeypatch.setattr("apps.game_core.adapters.postgres.unit_of_work.PostgresUnitOfWork.__aenter__", away)
    assert (await look()).kept_for == "Boris", "their session knows it, too"


@pytest.mark.parametrize("sat", [False, True])
async def test_a_chair_of_somebody_who_was_deleted_is_for_whoever_follows_the_link(
    world: World, monkeypatch: pytest.MonkeyPatch, sat: bool
) -> None:
    ask = world.core.router.ask
    first, gone, friend = await rich(world), await rich(world), await rich(world)
    trade = (await ask(Invite(first, gone))).trade
    if sat:
        await ask(Sit(gone, trade, first))
    with pytest.raises(ChairTakenError):
        await ask(Sit(friend, trade, first))

    await ask(DeleteCharacter(gone))

    with monkeypatch.context() as patched:
        patched.setattr("apps.game_core.adapters.postgres.unit_of_work.PostgresUnitOfWork.__aenter__", away)
        with pytest.raises(ChairTakenError):
            await ask(Sit(friend, trade, first))
    alone = await ask(LookAtTable(first, trade))
    assert (alone.state, alone.kept_for) == (TableState.INVITING, "")
    table = await ask(Sit(friend, trade, first))
    assert table.state is TableState.LAYING
    assert table.other is not None
    assert table.other.char_id == first


async def test_who_sits_there_for_too_long_has_left(world: World, game_clock: AdjustableClock) -> None:
    deal = await dealing(world)
    shown = (await deal.look(deal.first)).fingerprint
    assert shown
    game_clock.advance(599)
    await deal.coins(deal.first, 29)
    game_clock.advance(2)

    seen = await deal.look(deal.first)
    assert (seen.state, seen.other) == (TableState.INVITING, None)
    with pytest.raises(TableExpiredError):
        await deal.coins(deal.second, 1)
    with pytest.raises(TableExpiredError):
        await deal.confirm(deal.second, shown)
    assert (await deal.look(deal.second)).state is TableState.LEFT
    await world.gateway.drop_item(deal.second, (await world.item(deal.second, "iron_ore")).id)
    game_clock.advance(600)
    with pytest.raises(TableExpiredError):
        await deal.ask(Sit(deal.second, deal.trade, deal.first))
    assert (await deal.ask(Invite(deal.first))).trade != deal.trade


@pytest.mark.parametrize("full", [0, 1])
async def test_what_does_not_fit_does_not_move(world: World, full: int) -> None:
    chars = [await rich(world), await rich(world)]
    chars[full] = await crammed(world)
    deal = await bare(world, *chars)
    giver = chars[1 - full]
    await deal.lay(giver, "bread")
    await deal.lay(giver, "iron_sword")
    await deal.lay(chars[full], "copper_ring")
    await world.core.worker.drain()
    wealth = await in_database(world)
    await deal.confirm(giver)

    with pytest.raises(DoesNotFitError) as refused:
        await deal.confirm(chars[full])

    assert (refused.value.char_id, refused.value.slots) == (chars[full], 1)
    assert (await deal.look(giver)).state is TableState.LAYING
    await intact(world, wealth)
    await deal.lay(chars[full], "bread")
    await deal.confirm(giver)
    assert (await deal.confirm(chars[full])).state is TableState.SETTLED
    await well(deal, wealth)


async def test_a_bag_that_was_filled_after_the_confirmation_moves_nothing_either(world: World) -> None:
    deal = await dealing(world)
    await deal.take_away(deal.first, "bread")
    wealth_before = await in_database(world)
    await deal.confirm(deal.first)
    view = await world.gateway.view(deal.first)
    await world.gateway.add_item(deal.first, "rusty_sword", view.stats.max_slots - view.stats.slots_used)

    with pytest.raises(DoesNotFitError):
        await deal.confirm(deal.second)

    assert await in_database(world) == wealth_before
    assert (await deal.look(deal.second)).waits_for is WaitsFor.EXCHANGE


async def test_a_purse_holds_no_more_than_it_holds(world: World) -> None:
    deal = await dealing(world)
    await world.gateway.perform(deal.second, AddCoins(amount=MAX_COINS - 100))
    await deal.confirm(deal.first)

    with pytest.raises(DoesNotFitError) as refused:
        await deal.confirm(deal.second)

    assert (refused.value.char_id, refused.value.coins) == (deal.second, 30)


async def test_with_the_database_away_nothing_is_given(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    deal = await dealing(world)
    await deal.confirm(deal.first)
    shown = (await deal.look(deal.second)).fingerprint

    monkeypatch.setattr("apps.game_core.adapters.postgres.unit_of_work.PostgresUnitOfWork.ping", away)
    with pytest.raises(DatabaseDownError):
        await deal.confirm(deal.second, shown)
    assert (await deal.look(deal.second)).waits_for is WaitsFor.EXCHANGE, "a look says what is"
    assert await things(world, deal.first) == (3, 12, 100)
    monkeypatch.undo()

    assert (await deal.look(deal.first)).state is TableState.SETTLED, "whoever looks next goes on"
    assert await things(world, deal.second) == (6, 0, 130)


async def test_a_deleted_partner_is_gone_and_so_is_whoever_was_deleted(world: World) -> None:
    deal = await dealing(world)
    await deal.confirm(deal.first)
    await world.core.router.ask(DeleteCharacter(deal.second))

    assert (await deal.look(deal.first)).other is None
    with pytest.raises(CharacterNotFoundError):
        await deal.look(deal.second)
    for context in (Lay(deal.second, 1), Confirm(deal.second, 1)):
        with pytest.raises((CharacterNotFoundError, TradeError)):
            await deal.ask(context)


async def test_trades_go_round_among_three(world: World) -> None:
    chars = [await rich(world) for _ in range(3)]
    wealth = await in_database(world)
    deals = [await traded(world, chars[one], chars[other], wealth) for one, other in ((0, 1), (1, 2), (2, 0))]
    await well(deals[0], wealth)


async def traded(world: World, first: int, second: int, wealth: Wealth) -> Deal:
    deal = await dealing(world, first, second)
    await deal.confirm(first)
    assert (await deal.confirm(second)).state is TableState.SETTLED
    await intact(world, wealth)
    return deal
