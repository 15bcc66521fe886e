"""Redis loses what players were told of, while somebody still knows it: rows 44 and 52."""

from collections.abc import Awaitable, Callable

import pytest

from apps.game_core.adapters.redis import keys
from apps.game_core.modules.inventory.contracts import Grant, stamped
from apps.game_core.modules.inventory.errors import LostStateError
from apps.game_core.modules.inventory.inventory.logic.doing.inbox_delivery import InboxDelivery
from apps.game_core.settings import CoreSettings
from tests.support.invariants import check
from tests.support.losses import newborn
from tests.support.redis_answers import answered
from tests.support.world import World

Loss = Callable[[World, int], Awaitable[object]]


async def everything(world: World, _: int) -> None:
    await world.core.redis.flushall()


async def both_keys(world: World, char_id: int) -> None:
    await world.core.redis.delete(keys.session(char_id), keys.control(char_id))


async def document(world: World, char_id: int) -> None:
    await world.core.redis.delete(keys.session(char_id))


async def control(world: World, char_id: int) -> None:
    await world.core.redis.delete(keys.control(char_id))


async def control_and_index(world: World, char_id: int) -> None:
    await world.core.redis.delete(keys.control(char_id), keys.DIRTY_INDEX)


LOSSES = (everything, both_keys, document, control, control_and_index)


def loads(world: World, reason: str) -> float:
    value = world.core.metrics.registry.get_sample_value("inventory_loads_total", {"reason": reason})
    return value or 0.0


def changes(world: World, how: str) -> float:
    value = world.core.metrics.registry.get_sample_value("inventory_lost_changes_total", {"how": how})
    return value or 0.0


async def conflicts(world: World) -> list[tuple[str, str]]:
    return [
        (row.kind, row.reason) for row in await world.query("SELECT kind, reason FROM inventory_conflicts")
    ]


@pytest.mark.parametrize("loss", LOSSES)
async def test_fault_44_what_the_process_knows_is_brought_back_once(world: World, loss: Loss) -> None:
    char_id = await world.character()
    sword, bread = await world.item(char_id, "iron_sword"), await world.item(char_id, "bread")
    await world.gateway.drop_item(char_id, bread.id, 1, op_id="written")
    await world.gateway.sync_inventory(char_id)
    await world.gateway.equip_item(char_id, sword.id, op_id="one")
    await world.gateway.drop_item(char_id, bread.id, 1, op_id="two")
    await loss(world, char_id)

    reader = await world.gateway.open(char_id)

    assert [slot.item.id for slot in reader.view().equipped if slot.item] == [sword.id]
    assert reader.conflicts == ()
    assert loads(world, "expired") == 0
    again = await world.gateway.drop_item(char_id, bread.id, 1, op_id="two")
    assert again.repeated
    await world.gateway.sync_inventory(char_id)
    assert [entry.op_id for entry in await world.ledger(char_id)] == ["written", "one", "two"]
    assert await world.pieces_in_rows(char_id, "bread") == 1
    await check(world, char_id)


async def test_fault_44_a_loss_after_a_loss(world: World) -> None:
    char_id = await world.character()
    bread = await world.item(char_id, "bread")
    for number in range(3):
        await world.gateway.drop_item(char_id, bread.id, 1, op_id=f"drop{number}")
        await world.core.redis.flushall()
    assert await world.pieces(char_id, "bread") == 0
    await world.core.worker.drain()
    assert [entry.op_id for entry in await world.ledger(char_id)] == ["drop0", "drop1", "drop2"]
    assert changes(world, "told") == 0


async def test_fault_44_who_knows_it_comes_later_than_who_loads(world: World, other: World) -> None:
    char_id = await world.character()
    bread, potion = await world.item(char_id, "bread"), await world.item(char_id, "health_potion")
    await world.gateway.drop_item(char_id, bread.id, 1, op_id="known to one")
    await world.core.redis.flushall()
    await other.gateway.use_consumable(char_id, potion.id, op_id="made by the other")
    await other.gateway.sync_inventory(char_id)

    assert await world.pieces(char_id, "bread") == 2

    await world.gateway.sync_inventory(char_id)
    ledger = [entry.op_id for entry in await world.ledger(char_id)]
    assert ledger == ["made by the other", "known to one"]
    assert await other.pieces(char_id, "bread") == 2
    await check(other, char_id)


async def test_fault_44_a_change_on_a_warm_cache_finds_the_loss_too(world: World, other: World) -> None:
    char_id = await world.character()
    bread = await world.item(char_id, "bread")
    await world.gateway.drop_item(char_id, bread.id, 1, op_id="one")
    await world.core.redis.flushall()
    await other.gateway.view(char_id)

    await world.gateway.drop_item(char_id, bread.id, 1, op_id="two")

    await world.gateway.sync_inventory(char_id)
    assert [entry.op_id for entry in await world.ledger(char_id)] == ["one", "two"]


async def test_fault_44_what_another_process_has_written_is_not_brought_back(
    world: World, other: World
) -> None:
    char_id = await world.character()
    bread = await world.item(char_id, "bread")
    await world.gateway.drop_item(char_id, bread.id, 1, op_id="one")
    await other.gateway.sync_inventory(char_id)
    await world.core.redis.flushall()

    assert await world.pieces(char_id, "bread") == 2
    assert (changes(world, "brought_back"), changes(world, "told")) == (0, 0)
    await check(world, char_id)


async def test_fault_44_what_is_not_valid_any_more_is_recorded_and_told(world: World) -> None:
    char_id = await world.character()
    bread = await world.item(char_id, "bread")
    await world.gateway.drop_item(char_id, bread.id, 1, op_id="one")
    await world.core.redis.flushall()
    await world.execute("DELETE FROM inventory_items WHERE id = :id", id=bread.id)

    assert (await world.gateway.open(char_id)).conflicts == ("drop_item",)
    await world.gateway.sync_inventory(char_id)
    assert await conflicts(world) == [("drop_item", "ItemNotFoundError")]
    assert (await world.gateway.open(char_id)).conflicts == ("drop_item",)


async def test_fault_44_a_grant_comes_back_once(world: World) -> None:
    char_id = await world.character()
    await world.gateway.view(char_id)
    await world.core.router.route("inventory", "grant", Grant(char_id, "hunting_bow", 1))
    [delivery] = [each for each in world.core.worker.chores if isinstance(each, InboxDelivery)]
    await delivery.round()
    await world.core.redis.flushall()

    assert await world.pieces(char_id, "hunting_bow") == 2
    await delivery.round()
    await world.core.worker.drain()
    await world.core.redis.flushall()
    assert await world.pieces(char_id, "hunting_bow") == 2


@pytest.mark.parametrize("loss", [everything, control])
async def test_fault_44_what_nobody_knows_any_more_is_told_and_counted(
    world: World, settings: CoreSettings, loss: Loss
) -> None:
    char_id = await world.character()
    bread = await world.item(char_id, "bread")
    async with newborn(settings) as mortal:
        for number in range(2):
            await mortal.gateway.drop_item(char_id, bread.id, 1, op_id=f"drop{number}")
    await world.gateway.view(char_id)
    await loss(world, char_id)

    reader = await world.gateway.open(char_id)

    assert await world.pieces(char_id, "bread") == 3
    assert reader.conflicts == ("lost",)
    assert (loads(world, "lost"), loads(world, "expired"), changes(world, "told")) == (1, 0, 2)
    await world.gateway.sync_inventory(char_id)
    assert await conflicts(world) == [("lost", "lost")] * 2, "each of them"
    assert (await world.gateway.open(char_id)).conflicts == ("lost",), "until the next change"
    outcome = await world.gateway.drop_item(char_id, bread.id, 1)
    assert outcome.inventory.conflicts == ("lost",)
    assert (await world.gateway.open(char_id)).conflicts == ()


async def test_fault_52_a_document_alone_tells_that_something_is_missing(
    world: World, settings: CoreSettings
) -> None:
    char_id = await world.character()
    bread = await world.item(char_id, "bread")
    await world.gateway.drop_item(char_id, bread.id, 1, op_id="drop")
    await world.core.redis.delete(keys.control(char_id))

    async with newborn(settings) as fresh:
        reader = await fresh.gateway.open(char_id)
        assert (reader.conflicts, loads(fresh, "lost")) == (("lost",), 1)
        await fresh.gateway.sync_inventory(char_id)
    assert await conflicts(world) == [("lost", "lost")]
    assert await answered(world.core.redis.llen(keys.quarantine(char_id))) == 1, "it can still be looked at"


@pytest.mark.parametrize("loss", [document, control, everything])
async def test_fault_52_a_clean_session_loses_nothing(world: World, loss: Loss) -> None:
    char_id = await world.character()
    bread = await world.item(char_id, "bread")
    await world.gateway.drop_item(char_id, bread.id, 1, op_id="drop")
    await world.gateway.sync_inventory(char_id)
    await loss(world, char_id)

    assert (await world.gateway.open(char_id)).conflicts == ()
    assert await world.pieces(char_id, "bread") == 2
    assert (loads(world, "lost"), changes(world, "told")) == (0, 0)


async def test_fault_44_a_button_of_what_was_lost_is_redrawn(world: World, settings: CoreSettings) -> None:
    """No process knows, but the player's own screen does."""
    char_id = await world.character()
    bread = await world.item(char_id, "bread")
    async with newborn(settings) as mortal:
        outcome = await mortal.gateway.drop_item(char_id, bread.id, 1, op_id="drop")
    await world.core.redis.flushall()

    async with newborn(settings) as fresh:
        with pytest.raises(LostStateError):
            await fresh.gateway.drop_item(
                char_id, bread.id, 1, op_id=stamped(outcome.inventory.stamp, "dr:1:1")
            )
        assert await fresh.pieces(char_id, "bread") == 3


async def test_fault_44_what_is_kept_in_mind_is_bounded(world: World) -> None:
    healing = world.core.sessions._healing
    healing.changes._limit = 3
    first, second = await world.character(), await world.character()
    for char_id in (first, second):
        bread = await world.item(char_id, "bread")
        for _ in range(2):
            await world.gateway.drop_item(char_id, bread.id, 1)
    await world.core.redis.flushall()

    assert await world.pieces(second, "bread") == 1
    reader = await world.gateway.open(first)
    assert (await world.pieces(first, "bread"), reader.conflicts) == (3, ("lost",))
