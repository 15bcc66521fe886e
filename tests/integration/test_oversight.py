"""What operators see of an inventory and of all sessions, and that looking changes nothing."""

import pytest

from apps.game_core.adapters.redis import keys
from apps.game_core.modules.inventory.contracts import (
    Fate,
    FightEnd,
    Grant,
    InspectInventory,
    Inspection,
    InventoryNumbers,
    LedgerItem,
    LedgerPage,
    ReadLedger,
    Roll,
    SettleFight,
    TakeNumbers,
)
from apps.game_core.modules.inventory.errors import CharacterNotFoundError
from apps.game_core.modules.items.contracts import Rarity, Slot, Stat
from tests.support.altered import replace
from tests.support.redis_answers import answered
from tests.support.world import World


async def inspect(world: World, char_id: int) -> Inspection:
    return await world.core.router.route("inventory", "inspect", InspectInventory(char_id=char_id))


async def history(world: World, char_id: int, page: int = 1) -> LedgerPage:
    return await world.core.router.route("inventory", "history", ReadLedger(char_id=char_id, page=page))


async def numbers(world: World) -> InventoryNumbers:
    return await world.core.router.route("inventory", "metrics", TakeNumbers())


async def test_an_absent_player_is_inspected_without_opening_a_session(world: World) -> None:
    char_id = await world.character()
    await world.core.router.route("inventory", "grant", Grant(char_id=char_id, base_id="bread", quantity=2))

    seen = await inspect(world, char_id)

    assert seen.session is None
    assert len(seen.inventory.view().backpack) == 14
    assert seen.waiting == (LedgerItem("bread", "Loaf of Bread", known=True, quantity=2),)
    assert (seen.database_version, seen.parked, seen.quarantined) == (0, False, 0)
    assert seen.written_at is not None
    assert await world.core.redis.keys("*") == []


async def test_what_waits_is_shown_as_it_was_rolled_and_what_is_alike_together(world: World) -> None:
    char_id = await world.character()
    fine = Roll(Rarity.RARE, {Stat.ARMOR: 3}, bound=True)
    for roll in (fine, Roll(), replace(fine, durability=7), fine, Roll(), replace(fine, bound=False)):
        await world.gateway.grant(char_id, "iron_helmet", 2, roll=roll)

    seen = await inspect(world, char_id)

    helmets = LedgerItem("iron_helmet", "Iron Helmet", known=True, quantity=4)
    assert seen.waiting == (
        replace(helmets, roll=fine),
        helmets,
        replace(helmets, quantity=2, roll=replace(fine, durability=7)),
        replace(helmets, quantity=2, roll=replace(fine, bound=False)),
    )
    assert (await history(world, char_id)).waiting == seen.waiting


async def test_a_playing_one_is_shown_as_the_session_stands(world: World) -> None:
    char_id = await world.character()
    sword = await world.item(char_id, "iron_sword")
    await world.gateway.equip_item(char_id, sword.id)
    before = await world.control(char_id), await world.document(char_id)

    dirty = await inspect(world, char_id)

    assert dirty.session is not None
    assert (dirty.session.version, dirty.session.written_version, dirty.session.pending) == (1, 0, 1)
    assert dirty.session.dirty
    assert dirty.database_version == 0
    assert dirty.inventory.view().equipped[0].item is not None
    assert (await world.control(char_id), await world.document(char_id)) == before
    await world.gateway.sync_inventory(char_id)
    clean = await inspect(world, char_id)
    assert clean.session is not None
    assert (clean.session.dirty, clean.session.pending, clean.database_version) == (False, 0, 1)


async def test_the_parked_and_the_quarantined_are_marked(world: World) -> None:
    char_id = await world.character()
    await world.gateway.drop_item(char_id, (await world.item(char_id, "bread")).id)
    for _ in range(5):
        await world.core.store.fail(char_id)
    await answered(world.core.redis.rpush(keys.quarantine(char_id), "{broken"))

    seen = await inspect(world, char_id)

    assert (seen.parked, seen.quarantined) == (True, 1)


async def test_the_ledger_tells_what_was_done_newest_first(world: World) -> None:
    char_id = await world.character()
    bow, sword = await world.item(char_id, "hunting_bow"), await world.item(char_id, "iron_sword")
    potion, ring = await world.item(char_id, "health_potion"), await world.item(char_id, "copper_ring")
    ore = await world.item(char_id, "iron_ore")
    await world.gateway.equip_item(char_id, bow.id)
    await world.gateway.equip_item(char_id, sword.id)
    await world.gateway.unequip_item(char_id, Slot.MAIN_HAND)
    await world.gateway.use_consumable(char_id, potion.id)
    await world.gateway.move_to_quick_slot(char_id, potion.id, 2)
    await world.gateway.drop_item(char_id, ore.id, 5, op_id="drop")
    await world.gateway.undo(char_id, "drop")
    await world.gateway.sync_inventory(char_id)
    await world.gateway.lock_item(char_id, ring.id)
    await world.gateway.unlock_item(char_id, ring.id)

    page = await history(world, char_id)

    told = [(line.deed, [(item.base_id, item.quantity) for item in line.items]) for line in page.lines]
    assert told[:-1] == [
        ("unlock_item", [("copper_ring", 1)]),
        ("lock_item", [("copper_ring", 1)]),
        ("undo", [("iron_ore", 5)]),
        ("drop_item", [("iron_ore", 5)]),
        ("move_to_quick_slot", [("health_potion", 4)]),
        ("use_consumable", [("health_potion", 1)]),
        ("unequip_item", [("iron_sword", 1)]),
        ("equip_item", [("iron_sword", 1)]),
        ("equip_item", [("hunting_bow", 1)]),
    ]
    assert (told[-1][0], len(told[-1][1])) == ("starter", 14)
    assert [line.fate for line in page.lines] == [Fate.PENDING] * 2 + [Fate.WRITTEN] * 8
    worn = page.lines[7]
    assert (worn.slot, [item.name for item in worn.returned]) == (Slot.MAIN_HAND, ["Hunting Bow"])
    assert (page.lines[4].slot_index, page.lines[5].healed) == (2, 30)


async def test_refused_and_delivered_operations_are_told_apart(world: World) -> None:
    char_id = await world.character()
    bread = await world.item(char_id, "bread")
    await world.gateway.drop_item(char_id, bread.id)
    await world.execute("DELETE FROM inventory_items WHERE id = :id", id=bread.id)
    grant = Grant(char_id=char_id, base_id="copper_ring", quantity=2)
    await world.core.router.route("inventory", "grant", grant)
    for chore in world.core.worker.chores:
        await chore.round()
    assert (await history(world, char_id)).waiting == ()
    await world.gateway.sync_inventory(char_id)

    by_deed = {line.deed: line for line in (await history(world, char_id)).lines}

    lost, given = by_deed["drop_item"], by_deed["add_item"]
    assert (lost.fate, lost.reason) == (Fate.REFUSED, "ItemNotFoundError")
    assert (given.fate, given.from_inbox, given.items[0].quantity) == (Fate.WRITTEN, True, 2)


async def test_long_ledgers_come_in_pages_without_gaps_or_repeats(world: World) -> None:
    char_id = await world.character()
    ring = await world.item(char_id, "copper_ring")
    for number in range(45):
        change = world.gateway.unlock_item if number % 2 else world.gateway.lock_item
        await change(char_id, ring.id)
        if number == 15:
            await world.gateway.sync_inventory(char_id)

    pages = [await history(world, char_id, page) for page in (1, 2, 3)]

    assert [line.version for page in pages for line in page.lines] == list(range(45, -1, -1))
    assert [(page.page, page.pages, page.total) for page in pages] == [(n, 3, 46) for n in (1, 2, 3)]
    assert (await history(world, char_id, 99)).page == 3
    assert (await history(world, char_id, -1)).page == 1


async def test_entries_of_another_age_are_listed_all_the_same(world: World) -> None:
    char_id = await world.character()
    await world.gateway.drop_item(char_id, (await world.item(char_id, "bread")).id)
    await world.gateway.sync_inventory(char_id)
    await world.unpack_ledger()
    await world.execute("UPDATE inventory_operations SET kind = 'juggle', result = '7' WHERE version = 1")

    line = (await history(world, char_id)).lines[0]

    assert (line.deed, line.items, line.fate) == ("juggle", (), Fate.WRITTEN)


async def test_the_numbers_count_every_session(world: World) -> None:
    idle, busy, stuck = [await world.character() for _ in range(3)]
    await world.gateway.view(idle)
    for char_id in (busy, stuck):
        await world.gateway.drop_item(char_id, (await world.item(char_id, "bread")).id)
    for _ in range(5):
        await world.core.store.fail(stuck)
    await answered(world.core.redis.rpush(keys.quarantine(idle), "{broken"))

    found = await numbers(world)

    assert replace(found.sessions, oldest_dirty=None) == replace(
        found.sessions, active=3, dirty=2, quarantined=1, oldest_dirty=None, complete=True
    )
    assert 1700 < (found.sessions.mean_ttl or 0) <= 1800
    assert found.sessions.oldest_dirty is not None
    assert 0 <= found.sessions.oldest_dirty < 10
    assert (found.parked, found.here.syncs, found.here.conflicts) == (1, 0, 0)
    await world.gateway.sync_inventory(busy)
    assert (await numbers(world)).here.syncs == 1


async def test_nobody_is_not_found(world: World) -> None:
    with pytest.raises(CharacterNotFoundError):
        await history(world, 404)
    with pytest.raises(CharacterNotFoundError):
        await inspect(world, 404)


async def test_a_fight_is_told_with_the_level_it_brought_and_what_broke_in_it(world: World) -> None:
    char_id = await world.character()
    helmet = (await world.item(char_id, "leather_helmet")).durability
    for base_id in ("iron_sword", "leather_helmet"):
        await world.gateway.equip_item(char_id, (await world.item(char_id, base_id)).id)
    assert helmet is not None
    won = SettleFight(end=FightEnd.WON, hurt=7, experience=21, wear=helmet.max)
    await world.gateway.perform(char_id, won)
    await world.gateway.perform(char_id, replace(won, experience=1))

    again, first, *_ = (await history(world, char_id)).lines

    broke = (LedgerItem("leather_helmet", "Leather Helmet", known=True, quantity=1),)
    assert (first.deed, first.gained, first.level, first.broke) == ("settle_fight", 21, 2, broke)
    assert (again.gained, again.level) == (1, 0)
    assert [item.base_id for item in again.broke] == ["iron_sword"]
