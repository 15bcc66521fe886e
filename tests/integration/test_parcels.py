"""Whole things, and coins, by way of the inbox: they come as they are, once, or wait, and it is told."""

import pytest
from sqlalchemy.exc import IntegrityError

from apps.game_core.container import open_core
from apps.game_core.modules.inventory.contracts import (
    Durability,
    InspectInventory,
    Item,
    PlanRestore,
    ReadLedger,
    RestorePlan,
    TraceItem,
)
from apps.game_core.modules.items.contracts import Rarity, Stat
from apps.game_core.settings import CoreSettings
from apps.game_core.value import replace
from tests.integration.test_audit import inventory_findings
from tests.integration.test_gifts import crammed, deliver, drop
from tests.integration.test_news import told
from tests.integration.test_rolled_gifts import owned
from tests.support.invariants import check
from tests.support.parcels import post
from tests.support.world import World
from tools.support.clocks import AdjustableClock

BLADE = Item(
    2**62 + 5, "elven_bow", 1, Rarity.EPIC, {Stat.POWER: 4}, Durability(3, 80), acquired_at=5, position=9
)


BLADE_TOO = replace(BLADE, id=BLADE.id + 1)


async def arrived(world: World, char_id: int) -> list[Item]:
    """Once it is written, too."""
    await world.gateway.sync_inventory(char_id)
    await check(world, char_id)
    assert await inventory_findings(world) == []
    return await owned(world, char_id, BLADE.base_id)


@pytest.mark.parametrize("playing", [True, False])
async def test_a_parcel_comes_once_with_all_that_is_in_it(
    world: World, settings: CoreSettings, playing: bool
) -> None:
    char_id = await world.character()
    if playing:
        await world.gateway.open(char_id)
    await post(world, char_id, BLADE, coins=30)

    async with open_core(settings) as other:
        await deliver(world)
        await other.gateway.open(char_id)
        await deliver(World(other))

    [came] = await arrived(world, char_id)
    assert replace(came, acquired_at=5, position=9) == BLADE
    assert (await world.gateway.view(char_id)).coins == (await world.row(char_id)).coins == 30
    [entry] = await world.ledger(char_id)
    assert (entry.kind, entry.result["coins"]) == ("receive", 30)
    await world.core.redis.flushall()
    await deliver(world)
    assert await owned(world, char_id, BLADE.base_id) == [came]


async def test_a_parcel_that_does_not_fit_waits_and_is_seen_waiting(world: World) -> None:
    char_id = await crammed(world)
    await post(world, char_id, BLADE, BLADE_TOO, returned=True)
    await drop(world, char_id, "copper_ring")
    await deliver(world)

    assert (await world.gateway.open(char_id)).waiting == 1
    seen = await world.core.router.ask(InspectInventory(char_id))
    assert [(each.base_id, each.quantity) for each in seen.waiting] == [("elven_bow", 2)]
    assert [(each.base_id, each.quantity) for each in (await told(world, char_id)).waiting] == [
        ("elven_bow", 2)
    ]

    await drop(world, char_id, "bread")
    await deliver(world)

    assert [replace(each, position=9) for each in await arrived(world, char_id)] == [BLADE, BLADE_TOO]
    assert (await world.gateway.open(char_id)).waiting == 0


async def test_who_was_away_is_told_what_came_but_not_what_came_back(world: World) -> None:
    char_id = await world.character()
    await post(world, char_id, BLADE, coins=30)
    await post(world, char_id, BLADE_TOO, coins=7, returned=True)
    await deliver(world)

    news = await told(world, char_id)

    assert [(each.base_id, each.quantity) for each in news.came] == [("elven_bow", 1)]
    assert news.earned == 30
    page = await world.core.router.ask(ReadLedger(char_id))
    lines = [(line.deed, line.from_inbox, len(line.items)) for line in page.lines]
    assert ("receive", True, 1) in lines
    assert ("came_back", True, 1) in lines


async def test_a_thing_that_waits_for_somebody_is_not_brought_back_to_who_had_it(
    world: World, game_clock: AdjustableClock
) -> None:
    char_id, other = await world.character(), await world.character()
    [sword] = await owned(world, char_id, "iron_sword")
    before = int(game_clock.now())
    game_clock.advance(60)
    await world.gateway.drop_item(char_id, sword.id)
    assert [each.base_id for each in (await plan(world, char_id, before)).items] == ["iron_sword"]

    await post(world, other, sword)

    assert [each.base_id for each in (await plan(world, char_id, before)).elsewhere] == ["iron_sword"]


async def plan(world: World, char_id: int, to: int) -> RestorePlan:
    return await world.core.router.ask(PlanRestore(char_id, to))


async def test_the_life_of_a_thing_names_everybody_who_received_it(
    world: World, game_clock: AdjustableClock
) -> None:
    char_id, other = await world.character(), await world.character()
    [sword] = await owned(world, char_id, "iron_sword")
    await world.execute("DELETE FROM inventory_items WHERE id = :id", id=sword.id)
    await post(world, other, sword)
    game_clock.advance(3600)
    await world.gateway.open(other)
    await world.gateway.drop_item(other, sword.id)
    await world.gateway.sync_inventory(other)

    life = await world.core.router.ask(TraceItem(sword.id))

    assert life.owners == (char_id, other)
    assert [each.line.deed for each in life.events] == ["starter", "edit", "receive", "drop_item"]


@pytest.mark.parametrize(
    "columns", ["trade = 5", "trade = 5, mark = 1, items = '[]'", "items = '[]'", "coins = -1"]
)
async def test_half_a_parcel_is_none(world: World, columns: str) -> None:
    char_id = await world.character()
    await world.execute(
        "INSERT INTO inventory_inbox (char_id, base_id, quantity) VALUES (:id, 'bread', 2)", id=char_id
    )

    with pytest.raises(IntegrityError):
        await world.execute(f"UPDATE inventory_inbox SET {columns}")


async def test_a_session_that_is_made_anew_keeps_what_it_received(world: World) -> None:
    char_id = await world.character()
    await world.gateway.open(char_id)
    await world.execute("UPDATE inventory_items SET quantity = 2 WHERE base_id = 'bread'")
    await post(world, char_id, BLADE)
    await deliver(world)

    await world.gateway.sync_inventory(char_id)

    assert b"inventory_rebases_total 1.0" in world.core.metrics.render()
    await check(world, char_id)
    assert len(await owned(world, char_id, BLADE.base_id)) == 1
    await world.core.redis.flushall()
    assert len(await owned(world, char_id, BLADE.base_id)) == 1
