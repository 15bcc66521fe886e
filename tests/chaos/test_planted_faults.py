"""Faults planted where trades are decided, and how a campaign's verdict calls them."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from apps.game_core.adapters.postgres import trades
from apps.game_core.modules.inventory.contracts import SyncInventory
from apps.game_core.modules.trade.settling import Arrival, Trade, TradeGift, TradeState, arrived
from tests.support.deals import dealing
from tests.support.world import World
from tools.chaos.journal import Journal
from tools.chaos.verdict import unlike_world


def one_receipt(arrival: Arrival) -> Arrival:
    return replace(arrival, postings=arrival.postings[:1])


def both_to_one(arrival: Arrival) -> Arrival:
    """Who gave last has all of it."""
    return replace(
        arrival, postings=tuple(replace(each, to=arrival.postings[0].to) for each in arrival.postings)
    )


def three_receipts(arrival: Arrival) -> Arrival:
    return replace(arrival, postings=(*arrival.postings, *arrival.postings[1:]))


def back_to_both(arrival: Arrival) -> Arrival:
    """It says settled, and each has their own again."""
    back = tuple(replace(each, to=each.gift.giver, returned=True) for each in arrival.postings)
    return replace(arrival, postings=back)


def done_with_the_first(arrival: Arrival) -> Arrival:
    ended = replace(arrival.trade, state=TradeState.SETTLED)
    return replace(arrival, trade=ended) if arrival.trade.gifts else arrival


@pytest.mark.parametrize(
    ("fault", "found"),
    [
        (one_receipt, "settled with 2 gifts and 1 receipts"),
        (both_to_one, "was sent to ("),
        (three_receipts, "was sent 2 times"),
        (back_to_both, "settled with 2 gifts and 0 receipts"),
        (done_with_the_first, "settled with 1 gifts and 0 receipts"),
    ],
)
async def test_a_campaign_names_a_trade_that_is_settled_otherwise(
    world: World, monkeypatch: pytest.MonkeyPatch, fault: Callable[[Arrival], Arrival], found: str
) -> None:
    def planted(trade: Trade, gift: TradeGift, partner: int) -> Arrival:
        return fault(arrived(trade, gift, partner))

    monkeypatch.setattr(trades, "arrived", planted)
    deal = await dealing(world)
    for char_id in deal.both:
        await deal.confirm(char_id)
    for char_id in deal.both:
        await world.core.router.ask(SyncInventory(char_id))

    lines = await unlike_world(world.core, Journal())

    assert [line for line in lines if found in line], lines
