"""SIGKILL at each step from two confirmations to what both have of them; another process takes over."""

import asyncio

import pytest

from apps.game_core.modules.trade.contracts import Confirm, TableState
from apps.game_core.settings import CoreSettings
from tests.faults.test_trades import (
    EXCHANGED,
    UNTOUCHED,
    all_written,
    both_have,
    kinds,
    overdue,
    shown_to,
    well,
)
from tests.support.deals import dealing
from tests.support.dying import killed_there
from tests.support.exchanged import STEPS, exchanged
from tests.support.seats import state
from tests.support.wealth import in_database, intact
from tests.support.world import World


@pytest.fixture
def settings(settings: CoreSettings) -> CoreSettings:
    """Sessions that outlive the start of a process."""
    return settings.model_copy(update={"inventory_session_ttl": 600})


async def taken_over(world: World) -> None:
    """As soon as the killed one's leases end."""
    await all_written(world)
    while await world.core.store.dirty():
        await all_written(world)


@pytest.mark.parametrize("step", STEPS)
async def test_another_process_finishes_what_was_begun(
    world: World, settings: CoreSettings, step: str
) -> None:
    deal = await dealing(world)
    wealth = await in_database(world)
    shown = await shown_to(deal)
    await deal.confirm(deal.first, shown)

    await asyncio.to_thread(killed_there, exchanged, step, settings, Confirm(deal.second, shown, deal.trade))

    await intact(world, wealth)
    if step == "both confirmations":
        await deal.look(deal.second)  # nothing is given: whoever looks next goes on
    await taken_over(world)
    assert await state(world, deal.trade) == "settled"
    assert await both_have(deal) == EXCHANGED
    assert [await kinds(world, char_id) for char_id in deal.both] == [["give", "receive"]] * 2
    assert [(await deal.look(char_id)).state for char_id in deal.both] == [TableState.SETTLED] * 2
    await well(deal, wealth)


async def test_another_process_gives_back_what_the_other_did_not_give_for(
    world: World, settings: CoreSettings
) -> None:
    deal = await dealing(world)
    wealth = await in_database(world)
    shown = await shown_to(deal)
    await deal.confirm(deal.first, shown)
    await asyncio.to_thread(
        killed_there, exchanged, "the first give", settings, Confirm(deal.second, shown, deal.trade)
    )
    left = [char_id for char_id in deal.both if await deal.leave(char_id)]

    await taken_over(world)
    await intact(world, wealth)
    await overdue(world)
    await all_written(world)

    assert len(left) == 1, "one has given, and sits there no more"
    assert await state(world, deal.trade) == "off"
    assert await both_have(deal) == UNTOUCHED
    assert [(await deal.look(char_id)).state for char_id in deal.both] == [TableState.OFF] * 2
    await well(deal, wealth)
