"""Loadouts on real servers: written with the session, read again, and gone with their character."""

import pytest

from apps.game_core.modules.characters.contracts import DeleteCharacter
from apps.game_core.modules.inventory.contracts import ForgetLoadout, SaveLoadout, WearLoadout
from apps.game_core.modules.inventory.errors import InvalidInputError
from apps.game_core.modules.inventory.keeping_errors import LoadoutNotFoundError, NothingToWearError
from apps.game_core.modules.items.contracts import Slot
from tests.integration.test_audit import findings
from tests.support.invariants import check
from tests.support.world import World


async def dressed(world: World) -> int:
    """Somebody in helmet and boots, saved as a set. Returns the character's id."""
    char_id = await world.character()
    for base_id in ("leather_helmet", "leather_boots"):
        await world.gateway.equip_item(char_id, (await world.item(char_id, base_id)).id)
    await world.gateway.perform(char_id, SaveLoadout(name="Бой"), op_id="save")
    return char_id


async def titles(world: World, char_id: int) -> list[tuple[str, int]]:
    loadouts = (await world.gateway.view(char_id)).loadouts
    return [(each.name, len(each.item_ids)) for each in loadouts]


@pytest.mark.parametrize("between", ["nothing", "sync", "redis lost"])
async def test_one_operation_puts_all_of_it_on_and_one_takes_it_off_again(world: World, between: str) -> None:
    char_id = await dressed(world)
    for slot in (Slot.HEAD, Slot.FEET):
        await world.gateway.unequip_item(char_id, slot)
    bare = await world.gateway.view(char_id)
    [loadout] = bare.loadouts

    first = await world.gateway.perform(char_id, WearLoadout(loadout_id=loadout.id), op_id="wear")
    if between != "nothing":
        await world.gateway.sync_inventory(char_id)
    if between == "redis lost":
        await world.core.redis.flushall()
    again = await world.gateway.perform(char_id, WearLoadout(loadout_id=loadout.id), op_id="wear")
    with pytest.raises(NothingToWearError) as refused:
        await world.gateway.perform(char_id, WearLoadout(loadout_id=loadout.id))
    await world.gateway.revert(char_id, "wear")

    assert (again.repeated, again.result) == (True, first.result)
    assert set(first.result.worn) == {Slot.HEAD, Slot.FEET}
    assert refused.value.whole
    assert (await world.gateway.view(char_id)).equipped == bare.equipped
    await world.gateway.sync_inventory(char_id)
    assert [entry.kind for entry in await world.ledger(char_id)][-2:] == ["wear_set", "revert"]
    await check(world, char_id)
    assert await findings(world) == []


async def test_they_are_written_read_changed_and_forgotten(world: World) -> None:
    char_id = await dressed(world)
    await world.gateway.sync_inventory(char_id)
    await world.core.redis.flushall()
    assert await titles(world, char_id) == [("Бой", 2)]

    await world.gateway.unequip_item(char_id, Slot.HEAD)
    await world.gateway.perform(char_id, SaveLoadout(name="БОЙ"))
    await world.gateway.perform(char_id, SaveLoadout(name="Дорога"))
    await world.gateway.sync_inventory(char_id)
    await world.core.redis.flushall()
    assert await titles(world, char_id) == [("БОЙ", 1), ("Дорога", 1)]

    for each in (await world.gateway.view(char_id)).loadouts:
        await world.gateway.perform(char_id, ForgetLoadout(loadout_id=each.id))
    await world.gateway.sync_inventory(char_id)
    assert await world.query("SELECT * FROM inventory_loadouts") == []
    with pytest.raises(LoadoutNotFoundError):
        await world.gateway.perform(char_id, WearLoadout(loadout_id=each.id))
    assert await findings(world) == []


async def test_a_rebase_keeps_what_was_saved_as_it_was_saved(world: World) -> None:
    """Though something else is worn in the database by then."""
    char_id = await world.character()
    helmet = await world.item(char_id, "leather_helmet")
    await world.gateway.sync_inventory(char_id)
    await world.gateway.equip_item(char_id, helmet.id, op_id="wear")
    await world.gateway.perform(char_id, SaveLoadout(name="Бой"), op_id="save")
    await world.execute("DELETE FROM inventory_items WHERE id = :id", id=helmet.id)

    await world.gateway.sync_inventory(char_id)

    assert await titles(world, char_id) == [("Бой", 1)]
    [loadout] = (await world.gateway.open(char_id)).loadouts()
    assert [(piece.name, piece.state) for piece in loadout.pieces] == [("Leather Helmet", "gone")]


async def test_an_edit_by_sql_is_noticed_and_told_by_the_audit(world: World) -> None:
    char_id = await dressed(world)
    await world.gateway.sync_inventory(char_id)

    await world.execute("UPDATE inventory_loadouts SET name = 'Stolen'")
    await world.gateway.drop_item(char_id, (await world.item(char_id, "bread")).id)
    await world.gateway.sync_inventory(char_id)

    assert await titles(world, char_id) == [("Stolen", 2)]
    [finding] = await findings(world)
    assert "'Stolen'" in str(finding)


async def test_they_go_with_their_character(world: World) -> None:
    char_id = await dressed(world)
    await world.gateway.sync_inventory(char_id)

    await world.core.router.route("characters", "delete", DeleteCharacter(char_id=char_id))

    assert await world.query("SELECT * FROM inventory_loadouts") == []


@pytest.mark.parametrize("name", ["", "x" * 65, "a\x00b", "\ud83d", 7])
async def test_a_name_that_cannot_be_kept_is_refused(world: World, name: str) -> None:
    char_id = await world.character()

    with pytest.raises(InvalidInputError):
        await world.gateway.perform(char_id, SaveLoadout(name=name))
    with pytest.raises(InvalidInputError):
        await world.gateway.perform(char_id, SaveLoadout(name="x", new_id=1))
