"""What ledgers hold is told to subscribers: typed, in order, and from where each of them was."""

import asyncio

import pytest

from apps.game_core.container import open_core
from apps.game_core.modules.inventory.contracts import (
    AddItem,
    AddItemResult,
    Batch,
    Born,
    DropItem,
    Grant,
    ListSubscribers,
    Performed,
    Subscriber,
    SubscriberState,
    TakeKind,
)
from apps.game_core.modules.inventory.inventory.rules.taking import TakeResult
from apps.game_core.settings import CoreSettings
from apps.game_core.system.nursery import Nursery
from tests.support.listening import Listener
from tests.support.world import World
from tests.support.write_log import StatementCounter
from tools.support.patience import PATIENCE


async def ore(world: World, char_id: int, *op_ids: str) -> None:
    """An operation each, written."""
    for op_id in op_ids:
        await world.gateway.add_item(char_id, "iron_ore", 1, op_id=op_id)
    await world.gateway.sync_inventory(char_id)


async def seen(world: World, name: str) -> SubscriberState:
    """As operators see it."""
    [found] = [each for each in await world.core.router.ask(ListSubscribers()) if each.name == name]
    return found


async def test_what_is_written_is_told_typed_and_in_order(world: World) -> None:
    listener = Listener().at(world.core)
    char_id = await world.character()
    traded = Batch.of(TakeKind(base_id="bread", quantity=2), AddItem(base_id="iron_ore", quantity=3))
    await world.gateway.perform(char_id, traded, op_id="trade")
    await world.core.router.ask(Grant(char_id, "health_potion", 1))
    for chore in world.core.worker.chores:
        await chore.round()
    assert await world.core.events.round()
    assert [type(event) for event in listener.heard] == [Born], "what is not written is no event"

    await world.gateway.sync_inventory(char_id)
    assert await world.core.events.round()

    born, took, added, delivered = listener.heard
    assert isinstance(born, Born)
    assert {placed.item.base_id for placed in born.items} >= {"bread", "iron_sword"}
    match took, added, delivered:
        case (
            Performed(op_id="trade", part=0, operation=TakeKind(), result=TakeResult()),
            Performed(op_id="trade", part=1, operation=AddItem(), result=AddItemResult(base_id="iron_ore")),
            Performed(version=2, operation=AddItem(base_id="health_potion"), result=AddItemResult()),
        ):
            pass
        case wrong:
            pytest.fail(f"told otherwise: {wrong}")
    assert {event.char_id for event in listener.heard} == {char_id}
    assert listener.counted(world.core, "events_told_total") == 4


async def test_who_wants_some_kinds_hears_these_alone(world: World) -> None:
    listener = Listener(kinds=(Born, DropItem)).at(world.core)
    char_id = await world.character()
    bread = await world.item(char_id, "bread")
    drop = DropItem(item_id=bread.id, quantity=1)
    await world.gateway.perform(char_id, Batch.of(AddItem(base_id="iron_ore", quantity=1), drop), op_id="two")
    await ore(world, char_id, "one")

    assert await world.core.events.round()

    born, dropped = listener.heard
    assert isinstance(born, Born)
    assert isinstance(dropped, Performed)
    assert isinstance(dropped.operation, DropItem)
    assert dropped.part == 1
    state = await seen(world, "listener")
    assert (state.waiting, state.following) == (0, None), "what it does not want is behind it, too"


async def test_a_subscriber_goes_on_where_it_was_in_any_process(world: World, settings: CoreSettings) -> None:
    first, char_id = Listener().at(world.core), await world.character()
    await ore(world, char_id, "one")
    assert await world.core.events.round()
    await ore(world, char_id, "two", "three")

    async with open_core(settings) as later:
        second = Listener().at(later)
        late = Listener("another").at(later)
        assert await later.events.round()

    assert await world.core.events.round()
    assert first.op_ids == ["one"]
    assert second.op_ids == ["two", "three"]
    assert late.op_ids == ["one", "two", "three"], "a new one begins at the beginning"


async def test_where_nothing_is_new_a_look_is_one_statement(world: World) -> None:
    Listener().at(world.core)
    await ore(world, await world.character(), "one")
    assert await world.core.events.round()
    statements = StatementCounter(world.core)

    assert await world.core.events.deliveries["listener"].round()

    assert statements.count == 1


async def test_two_cannot_have_one_name(world: World) -> None:
    Listener().at(world.core)
    with pytest.raises(ValueError, match="listener"):
        world.core.events.subscribe(Subscriber("listener", Listener().hear))


async def test_a_process_tells_until_it_ends(world: World, settings: CoreSettings) -> None:
    heard = asyncio.Event()

    async def ring(*_: object) -> None:
        heard.set()

    async with open_core(settings.model_copy(update={"inventory_worker_period": 0.02})) as core:
        Listener(does=ring).at(core)
        nursery = Nursery()
        nursery.start("events", core.events.run())
        await world.character()
        await asyncio.wait_for(heard.wait(), PATIENCE)
        await asyncio.wait_for(nursery.close(), PATIENCE)


async def test_an_operator_sees_who_has_heard_what(world: World) -> None:
    Listener("slow").at(world.core)
    char_id = await world.character()
    assert await world.core.events.round()
    await ore(world, char_id, "one", "two")

    state = await seen(world, "slow")

    assert (state.name, state.waiting, state.failures, state.error) == ("slow", 2, 0, "")
    assert state.following == (char_id, 1, "add_item")
    assert state.behind >= 0
