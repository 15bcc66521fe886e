"""A session from load to acknowledgement, on real Redis and PostgreSQL."""

from apps.game_core.adapters.redis import keys
from apps.game_core.container import open_core
from apps.game_core.modules.items.contracts import Slot
from apps.game_core.settings import CoreSettings
from tests.support.world import World
from tools.support.round_trips import counting_round_trips


async def test_the_document_has_exactly_the_seeds_shape(world: World) -> None:
    char_id = await world.character()
    await world.gateway.open(char_id)

    document = await world.document(char_id)

    assert document is not None
    assert set(document) == {"metadata", "equipped", "backpack", "quick_slots"}
    assert {"char_id", "loaded_at", "dirty"} <= set(document["metadata"])
    assert list(document["equipped"]) == [slot.value for slot in Slot]
    assert document["metadata"]["dirty"] is False
    assert len(document["backpack"]) == 14
    assert document["quick_slots"] == [None] * 4


async def test_a_new_session_is_clean_and_slides_its_ttl(world: World) -> None:
    char_id = await world.character()
    await world.gateway.open(char_id)
    await world.core.redis.pexpire(f"session:inventory:{char_id}", 5_000)

    await world.gateway.open(char_id)

    document, control = await world.ttls(char_id)
    assert 1_790_000 < document <= 1_800_000
    assert 1_790_000 < control <= 1_800_000
    assert not await world.is_indexed(char_id)


async def test_a_change_makes_the_session_dirty_indexed_and_everlasting(world: World) -> None:
    char_id = await world.character()
    sword = await world.item(char_id, "iron_sword")

    await world.gateway.equip_item(char_id, sword.id)

    document = await world.document(char_id)
    assert document is not None
    assert document["metadata"]["dirty"] is True
    assert document["equipped"]["main_hand"]["id"] == sword.id
    assert await world.ttls(char_id) == (-1, -1)
    assert await world.is_indexed(char_id)


async def test_looking_at_a_dirty_session_gives_it_no_ttl(world: World) -> None:
    char_id = await world.character()
    sword = await world.item(char_id, "iron_sword")
    await world.gateway.equip_item(char_id, sword.id)

    await world.gateway.open(char_id)

    assert await world.ttls(char_id) == (-1, -1)


async def test_sync_writes_the_rows_and_makes_the_session_clean(world: World) -> None:
    char_id = await world.character()
    sword = await world.item(char_id, "iron_sword")
    await world.gateway.equip_item(char_id, sword.id)

    result = await world.gateway.sync_inventory(char_id)

    assert result.changes_saved
    assert result.rows == 1
    assert (await world.rows(char_id))[sword.id].place == "main_hand"
    document = await world.document(char_id)
    assert document is not None
    assert document["metadata"]["dirty"] is False
    assert all(0 < ttl <= 1_800_000 for ttl in await world.ttls(char_id))
    assert not await world.is_indexed(char_id)


async def test_a_load_is_two_round_trips(world: World, settings: CoreSettings) -> None:
    char_id = await world.character()

    async with open_core(settings) as other_process:
        with counting_round_trips() as newly:
            inventory = await other_process.gateway.open(char_id)

    assert inventory.version == 0
    assert newly.trips == 2


async def test_a_load_of_what_this_process_has_changed_is_two_round_trips_too(world: World) -> None:
    char_id = await world.character()
    bread = await world.item(char_id, "bread")
    await world.gateway.drop_item(char_id, bread.id, 1)
    await world.core.worker.drain()
    await world.core.redis.delete(keys.session(char_id), keys.control(char_id))

    with counting_round_trips() as again:
        inventory = await world.gateway.open(char_id)

    assert inventory.version == 1
    assert again.trips == 2


async def test_a_warm_change_is_one_round_trip_and_a_cold_one_two(
    world: World, settings: CoreSettings
) -> None:
    char_id = await world.character()
    sword = await world.item(char_id, "iron_sword")
    async with open_core(settings) as other_process:
        with counting_round_trips() as cold:
            await other_process.gateway.equip_item(char_id, sword.id)
        with counting_round_trips() as warm:
            await other_process.gateway.unequip_item(char_id, Slot.MAIN_HAND)
        with counting_round_trips() as looking:
            await other_process.gateway.view(char_id)

    assert (cold.trips, warm.trips, looking.trips) == (2, 1, 1)


async def with_a_belt(world: World) -> int:
    """Somebody whose belt makes a fifth quick slot, all of it written. Returns the character's id."""
    char_id = await world.character()
    await world.gateway.add_item(char_id, "rope_belt", 1)
    await world.gateway.equip_item(char_id, (await world.item(char_id, "rope_belt")).id)
    await world.gateway.sync_inventory(char_id)
    return char_id


async def test_an_empty_quick_slot_of_a_belt_is_there_after_a_load(world: World) -> None:
    char_id = await with_a_belt(world)
    before = await world.gateway.view(char_id)
    await world.core.redis.flushall()

    assert await world.gateway.view(char_id) == before
    await world.gateway.move_to_quick_slot(char_id, (await world.item(char_id, "bread")).id, 4)


async def test_a_rebase_keeps_what_went_into_a_quick_slot_of_a_belt(world: World) -> None:
    char_id = await with_a_belt(world)
    bread = await world.item(char_id, "bread")
    await world.gateway.move_to_quick_slot(char_id, bread.id, 4)
    await world.execute("UPDATE inventory_items SET quantity = 11 WHERE base_id = 'iron_ore'")

    await world.gateway.sync_inventory(char_id)

    assert (await world.gateway.open(char_id)).conflicts == ()
    assert (await world.rows(char_id))[bread.id].place == "quick_slot"
