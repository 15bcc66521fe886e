"""What another module takes through the router, on real servers: once, whole, and told."""

import asyncio

import pytest

from apps.game_core.container import open_core
from apps.game_core.modules.inventory.contracts import (
    Gift,
    LookBack,
    Perform,
    PlanRestore,
    TakeItem,
    TakeKind,
)
from apps.game_core.modules.inventory.errors import OperationIdTakenError
from apps.game_core.modules.inventory.keeping_errors import NotEnoughError, NothingNewError
from apps.game_core.settings import CoreSettings
from tests.integration.test_audit import findings
from tests.support.world import World


@pytest.mark.parametrize("written", [True, False])
async def test_the_same_id_takes_once_whichever_process_is_asked(
    world: World, settings: CoreSettings, written: bool
) -> None:
    char_id = await world.character()
    take = Perform(char_id, TakeKind(base_id="bread", quantity=2), "quest:7")

    first = await world.core.router.ask(take)
    if written:
        await world.gateway.sync_inventory(char_id)
        await world.core.redis.flushall()
    async with open_core(settings) as other:
        again = await other.router.ask(take)
        with pytest.raises(OperationIdTakenError):
            await other.router.ask(Perform(char_id, TakeKind(base_id="iron_ore", quantity=2), "quest:7"))

    assert again == first
    assert await world.pieces(char_id, "bread") == 1
    await world.gateway.sync_inventory(char_id)
    assert await world.pieces_in_rows(char_id, "bread") == 1
    assert await findings(world) == []


async def test_two_processes_do_not_take_the_same_pieces(world: World, settings: CoreSettings) -> None:
    char_id = await world.character()
    wish = TakeKind(base_id="bread", quantity=2)
    async with open_core(settings) as other:
        answers = await asyncio.gather(
            world.core.router.ask(Perform(char_id, wish, "quest:1")),
            other.router.ask(Perform(char_id, wish, "quest:2")),
            return_exceptions=True,
        )

    refused = [each for each in answers if isinstance(each, BaseException)]
    assert [type(each) for each in refused] == [NotEnoughError]
    assert await world.pieces(char_id, "bread") == 1


async def test_fault_10_what_a_stack_gained_meanwhile_was_not_sold(world: World) -> None:
    char_id = await world.character()
    bread = await world.item(char_id, "bread")
    await world.gateway.perform(char_id, TakeItem(item_id=bread.id))
    await world.execute("UPDATE inventory_items SET quantity = 9 WHERE id = :id", id=bread.id)

    await world.gateway.sync_inventory(char_id)

    assert (await world.rows(char_id))[bread.id].quantity == 6
    assert await findings(world) == []


async def test_what_the_player_was_not_told_of_is_news_once(world: World) -> None:
    char_id = await world.character()
    bread = await world.item(char_id, "bread")
    told = TakeItem(item_id=bread.id, quantity=1, announced=True)
    await world.core.router.ask(Perform(char_id, told, "craft:1"))
    await world.core.router.ask(Perform(char_id, TakeItem(item_id=bread.id), "tax:1"))

    news = (await world.gateway.perform(char_id, LookBack())).result

    assert news.went == (Gift("bread", 2),)
    with pytest.raises(NothingNewError):
        await world.gateway.perform(char_id, LookBack())


async def test_a_restore_does_not_bring_back_what_was_handed_in(world: World) -> None:
    char_id = await world.character()
    await world.gateway.sync_inventory(char_id)
    await world.core.router.ask(Perform(char_id, TakeKind(base_id="bread", quantity=3), "quest:1"))
    ore = await world.item(char_id, "iron_ore")
    await world.gateway.drop_item(char_id, ore.id)

    plan = await world.core.router.ask(PlanRestore(char_id, 0))

    assert [each.base_id for each in plan.items] == ["iron_ore"]
    assert [(each.base_id, each.quantity) for each in plan.used_up] == [("bread", 3)]
