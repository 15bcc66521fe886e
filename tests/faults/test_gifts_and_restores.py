"""PostgreSQL comes back from before a gift that a session has already: what has no row is not believed."""

import pytest

from apps.game_core.modules.inventory.contracts import Grant
from tests.faults.test_restored_database import back_up, grants, restore
from tests.faults.test_trades_restored import announce
from tests.integration.test_audit import inventory_findings
from tests.support.invariants import check
from tests.support.losses import conflicts
from tests.support.world import World


async def _given(world: World, char_id: int, key: str) -> None:
    """Granted, delivered into the open session, and not written."""
    await world.gateway.view(char_id)
    await world.core.router.ask(Grant(char_id=char_id, base_id="bread", quantity=2, key=key))
    await grants(world)


@pytest.mark.parametrize("announced", [True, False])
async def test_row_46_a_gift_of_which_the_database_knows_nothing_is_told_as_lost_and_comes_once(
    world: World, other: World, announced: bool
) -> None:
    char_id = await world.character()
    await back_up(world)
    await _given(world, char_id, "quest")
    assert await world.pieces(char_id, "bread") == 5
    await restore(world)
    if announced:
        await announce(world, other)
    else:
        await world.core.worker.drain()

    reader = await other.gateway.open(char_id)

    assert reader.conflicts == ("lost",)
    assert await other.pieces(char_id, "bread") == 3
    await _given(other, char_id, "quest")
    await other.core.worker.drain()
    assert await other.pieces(char_id, "bread") == 5, "asked again it comes once"
    assert await inventory_findings(world) == []
    await check(other, char_id)


async def test_row_46_asked_again_before_anybody_has_looked(world: World, other: World) -> None:
    char_id = await world.character()
    await back_up(world)
    await _given(world, char_id, "quest")
    await restore(world)
    await announce(world, other)

    await _given(other, char_id, "quest")
    await other.core.worker.drain()

    assert await other.pieces(char_id, "bread") == 5
    assert await inventory_findings(world) == []
    await check(other, char_id)


async def test_a_gift_whose_row_waits_goes_on_standing(world: World, other: World) -> None:
    """The database was another one for a moment, and its inbox has the row."""
    char_id = await world.character()
    await world.gateway.view(char_id)
    await world.core.router.ask(Grant(char_id=char_id, base_id="bread", quantity=2, key="quest"))
    await back_up(world)
    await grants(world)
    await restore(world)
    await announce(world, other)

    reader = await other.gateway.open(char_id)

    assert reader.conflicts == ()
    assert await other.pieces(char_id, "bread") == 5
    await other.core.worker.drain()
    await grants(other)
    assert await other.pieces(char_id, "bread") == 5
    await check(other, char_id)


@pytest.mark.parametrize("written", [False, True])
async def test_row_46_a_gift_that_is_gone_is_told_once_though_two_know_it(
    world: World, other: World, written: bool
) -> None:
    char_id = await world.character()
    sword = await world.item(char_id, "iron_sword")
    await back_up(world)
    await _given(world, char_id, "quest")
    await restore(world)
    await announce(world, other)
    assert (await other.gateway.open(char_id)).conflicts == ("lost",)
    await other.gateway.lock_item(char_id, sword.id)  # tells
    if written:
        await other.core.worker.drain()

    reader = await world.gateway.open(char_id)

    assert reader.conflicts == (), "told before"
    await world.core.worker.drain()
    assert len(await conflicts(world)) == 1
    await check(world, char_id)
