"""What operators see of trades, and how they call one off."""

import pytest

from apps.game_core.modules.admins.contracts import ReadActions
from apps.game_core.modules.admins.errors import NoTradeError, TradeSettledError
from apps.game_core.modules.admins.trade_contracts import (
    EndTrades,
    ShowTrades,
    TradeSide,
    TradesShown,
)
from apps.game_core.modules.inventory.tables import FindGive
from apps.game_core.modules.trade.contracts import TableState
from tests.integration.test_audit import findings
from tests.support.deals import dealing
from tests.support.invariants import check
from tests.support.seats import seated, state, things, write
from tests.support.wealth import in_database, intact
from tests.support.world import World

Side = tuple[int, int, int, bool, bool]
"""Who, how many things and coins, confirmed, given."""
UNTOUCHED = [(3, 12, 100)] * 2


async def shown(world: World, char_id: int) -> TradesShown:
    return await world.core.router.ask(ShowTrades(actor="t", request_id="look", player=f"#{char_id}"))


async def end(world: World, char_id: int, request: str = "off") -> TradesShown:
    return await world.core.router.ask(EndTrades(actor="t", request_id=request, player=f"#{char_id}"))


def told(answer: TradesShown) -> list[tuple[TableState, list[Side]]]:
    return [
        (each.state, [_side(side) for side in each.sides if side.character is not None])
        for each in answer.trades
    ]


def _side(side: TradeSide) -> Side:
    assert side.character
    return side.character.id, len(side.items), side.coins, side.confirmed, side.given


async def nothing_moved(world: World, both: tuple[int, int]) -> None:
    await world.core.worker.drain()
    for chore in world.core.worker.chores:
        await chore.round()
    await world.core.worker.drain()
    assert [await things(world, each) for each in both] == UNTOUCHED
    for each in both:
        await check(world, each)
    assert await findings(world) == []


async def test_a_table_is_seen_as_it_lies_and_looking_changes_nothing(world: World) -> None:
    deal = await dealing(world)
    await deal.confirm(deal.first)
    before = [await world.stored(each) for each in deal.both]

    seen = told(await shown(world, deal.second))

    assert seen == [
        (TableState.LAYING, [(deal.second, 1, 0, False, False), (deal.first, 1, 30, True, False)])
    ]
    after = [await world.stored(each) for each in deal.both]
    assert [each[:3] for each in after] == [each[:3] for each in before]
    assert all(new[3] <= old[3] for new, old in zip(after, before, strict=True)), "no session is prolonged"
    await world.core.redis.flushall()
    assert told(await shown(world, deal.first)) == []
    assert await world.document(deal.first) is None, "no session is opened"


async def test_who_is_called_off_the_table_has_left_it_with_the_other(world: World) -> None:
    deal = await dealing(world)
    await deal.confirm(deal.first)

    ended = told(await end(world, deal.second))

    assert [each for each, _ in ended] == [TableState.LEFT]
    assert [(await deal.look(each)).state for each in deal.both] == [TableState.LEFT] * 2
    assert told(await shown(world, deal.first)) == []
    await nothing_moved(world, deal.both)


@pytest.mark.parametrize("written", [False, True])
@pytest.mark.parametrize("by", [0, 1])
async def test_what_one_side_gave_comes_back_at_once(world: World, written: bool, by: int) -> None:
    seats = await seated(world)
    wealth = await in_database(world)
    for char_id in seats.both:
        await seats.confirm(char_id)
    await seats.give(seats.first)
    if written:
        await write(world, seats.first)
    asked = seats.both[by]
    [(how, sides)] = told(await shown(world, asked))
    given, laid = (seats.first, 1, 30, True, True), (seats.second, 1, 0, False, False)
    empty = [(seats.second, 0, 0, False, False)] if written else []
    assert (how, sides) == (TableState.GIVEN, [laid, given] if by else [given, *empty])

    ended = told(await end(world, asked))

    assert [each for each, _ in ended] == [TableState.OFF]
    assert await state(world, seats.trade) == "off"
    assert await things(world, seats.first) == UNTOUCHED[0]
    await intact(world, wealth)
    await nothing_moved(world, seats.both)
    with pytest.raises(NoTradeError):
        await end(world, asked, "again")


async def test_what_both_gave_is_settled_and_stays_so(world: World) -> None:
    seats = await seated(world)
    await seats.exchange()

    with pytest.raises(TradeSettledError) as refused:
        await end(world, seats.second)

    assert refused.value.trade == seats.trade
    assert await state(world, seats.trade) == "settled"
    assert await world.core.router.ask(FindGive(seats.first)) is None
    assert await findings(world) == []


async def test_it_is_written_down_before_it_is_done_and_how_it_ended(world: World) -> None:
    deal = await dealing(world)
    await shown(world, deal.first)
    await end(world, deal.first)
    with pytest.raises(NoTradeError):
        await end(world, deal.first, "again")

    log = await world.core.router.ask(ReadActions())

    assert [(each.command, each.char_id, each.outcome) for each in reversed(log)] == [
        ("trade", deal.first, "done"),
        ("call_off", deal.first, "done"),
        ("call_off", deal.first, "begun"),
        ("call_off", deal.first, "NoTradeError"),
    ]
    await dealing(world, deal.first, deal.second)
    await world.execute("ALTER TABLE admin_actions RENAME TO mislaid")
    try:
        with pytest.raises(Exception, match="admin_actions"):
            await end(world, deal.first, "unwritten")
    finally:
        await world.execute("ALTER TABLE mislaid RENAME TO admin_actions")
    assert [each.state for each in (await shown(world, deal.first)).trades] == [TableState.LAYING]
