"""Junk on real servers: one operation, done once, as it was shown; the mark is a row's own."""

import pytest

from apps.game_core.adapters.redis import documents
from apps.game_core.modules.inventory.contracts import ClearJunk, MarkJunk
from apps.game_core.modules.inventory.keeping_errors import OtherJunkError
from tests.support.invariants import check
from tests.support.world import World


async def marked(world: World) -> int:
    """Somebody with bread and ore to be rid of. Returns the character's id."""
    char_id = await world.character()
    ids = tuple([(await world.item(char_id, base_id)).id for base_id in ("bread", "iron_ore")])
    await world.gateway.perform(char_id, MarkJunk(item_ids=ids))
    return char_id


@pytest.mark.parametrize("between", ["nothing", "sync", "redis lost"])
async def test_junk_goes_in_one_operation_once_and_comes_back_in_one(world: World, between: str) -> None:
    char_id = await marked(world)
    inventory = await world.gateway.open(char_id)
    before, clear = inventory.view().backpack, ClearJunk(shown=inventory.junk().fingerprint)

    first = await world.gateway.perform(char_id, clear, op_id="clear")
    if between != "nothing":
        await world.gateway.sync_inventory(char_id)
    if between == "redis lost":
        await world.core.redis.flushall()
    again = await world.gateway.perform(char_id, clear, op_id="clear")
    await world.gateway.undo(char_id, "clear")

    assert (again.repeated, again.result) == (True, first.result)
    assert {each.item.base_id for each in first.result.dropped} == {"bread", "iron_ore"}
    assert (await world.gateway.view(char_id)).backpack == before
    await world.gateway.sync_inventory(char_id)
    assert [entry.kind for entry in await world.ledger(char_id)] == ["mark_junk", "drop_many", "undo"]
    await check(world, char_id)


async def test_only_what_was_shown_goes(world: World) -> None:
    char_id = await marked(world)
    shown = (await world.gateway.open(char_id)).junk().fingerprint
    potion = (await world.item(char_id, "health_potion")).id
    await world.gateway.perform(char_id, MarkJunk(item_ids=(potion,)))

    for asked in (shown, 0):
        with pytest.raises(OtherJunkError):
            await world.gateway.perform(char_id, ClearJunk(shown=asked))


async def test_the_mark_is_a_rows_own(world: World) -> None:
    char_id = await marked(world)

    await world.gateway.sync_inventory(char_id)
    rows = await world.query("SELECT base_id FROM inventory_items WHERE junk ORDER BY base_id")
    await world.core.redis.flushall()

    assert [row.base_id for row in rows] == ["bread", "iron_ore"]
    assert (await world.gateway.view(char_id)).junk == 2
    await check(world, char_id)


async def test_a_document_of_the_release_before_is_read(world: World) -> None:
    char_id = await marked(world)
    session = await world.core.sessions.get_session(char_id)
    assert session is not None

    older = documents.decode(documents.encode(session).replace(b',"junk":true', b""), session.rev)

    assert [item.id for item in older.backpack] == [item.id for item in session.backpack]
    assert not [item for item in older.backpack if item.junk]
