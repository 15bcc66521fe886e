"""Rows 43 and 44: what was told is lost, and something else has its id by the time somebody notices."""

import pytest

from apps.game_core.modules.inventory.contracts import FightEnd, Forgo, Perform, SettleFight
from apps.game_core.settings import CoreSettings
from tests.support.invariants import check
from tests.support.losses import conflicts, newborn
from tests.support.world import World

_LATER = "UPDATE inventory_operations SET at = at + 5 WHERE op_id = :op_id"


@pytest.mark.parametrize("written", [False, True])
async def test_row_44_what_was_bought_was_forgone_since(world: World, other: World, written: bool) -> None:
    char_id = await world.character()
    bread = await world.item(char_id, "bread")
    await world.gateway.drop_item(char_id, bread.id, 1, op_id="order")
    await world.core.redis.flushall()
    await other.core.router.ask(Perform(char_id, Forgo(), "order"))
    if written:
        await other.core.worker.drain()

    view = await world.gateway.open(char_id)

    assert view.conflicts == ("drop_item",), "told, and then taken back: not without a word"
    assert await world.pieces(char_id, "bread") == 3
    await world.core.worker.drain()
    assert [entry.op_id for entry in await world.ledger(char_id)] == ["order"]
    assert await conflicts(world) == [("twice:order", "drop_item", "MadeBefore")]
    assert (await other.gateway.open(char_id)).conflicts == view.conflicts, "until it is told"
    await check(world, char_id)


async def test_row_44_a_fight_that_was_won_was_left_since(world: World, other: World) -> None:
    char_id = await world.character()
    won = SettleFight(end=FightEnd.WON, hurt=3, experience=7)
    left = SettleFight(end=FightEnd.LEFT, hurt=1)
    await world.core.router.ask(Perform(char_id, won, "training:1:end"))
    await world.core.redis.flushall()
    await other.core.router.ask(Perform(char_id, left, "training:1:end"))
    await other.core.worker.drain()
    await world.execute(_LATER, op_id="training:1:end")

    assert (await world.gateway.open(char_id)).conflicts == ("settle_fight",)


async def test_row_44_the_same_again_needs_no_word(world: World, other: World) -> None:
    char_id = await world.character()
    bread = await world.item(char_id, "bread")
    await world.gateway.drop_item(char_id, bread.id, 1, op_id="tap")
    await world.core.redis.flushall()
    await other.gateway.drop_item(char_id, bread.id, 1, op_id="tap")
    await other.core.worker.drain()
    await world.execute(_LATER, op_id="tap")

    view = await world.gateway.open(char_id)

    assert view.conflicts == ()
    assert await world.pieces(char_id, "bread") == 2
    await check(world, char_id)


@pytest.mark.parametrize("written", [False, True])
async def test_row_44_it_is_told_once_though_two_know_it(
    world: World, other: World, settings: CoreSettings, written: bool
) -> None:
    char_id = await world.character()
    bread, sword = await world.item(char_id, "bread"), await world.item(char_id, "iron_sword")
    await world.gateway.drop_item(char_id, bread.id, 1, op_id="order")
    assert (await other.gateway.drop_item(char_id, bread.id, 1, op_id="order")).repeated
    await world.core.redis.flushall()
    async with newborn(settings) as third:
        await third.core.router.ask(Perform(char_id, Forgo(), "order"))
        await third.core.worker.drain()
    assert (await world.gateway.open(char_id)).conflicts == ("drop_item",)
    await world.gateway.lock_item(char_id, sword.id)  # tells
    if written:
        await world.core.worker.drain()

    assert (await other.gateway.open(char_id)).conflicts == (), "told before"
    await other.core.worker.drain()
    assert await conflicts(world) == [("twice:order", "drop_item", "MadeBefore")]
