"""Losses that are told falsely, twice or not at all: what a second review attacked."""

import asyncio
import contextlib
import json
from pathlib import Path
from typing import Any

import pytest

from apps.embedded import EmbeddedServers
from apps.game_core.adapters.redis import keys
from apps.game_core.modules.characters.contracts import DeleteCharacter
from apps.game_core.modules.inventory.contracts import Grant
from apps.game_core.modules.inventory.errors import DatabaseDownError, SessionConflictError
from apps.game_core.modules.inventory.inventory.logic.doing.inbox_delivery import InboxDelivery
from apps.game_core.modules.inventory.inventory.logic.sessions.write_plan import inventory_data
from apps.game_core.modules.inventory.session_store import Claim
from apps.game_core.settings import CoreSettings
from tests.support.invariants import check
from tests.support.losses import bring_redis_back, conflicts, keep_redis, newborn
from tests.support.redis_answers import answered
from tests.support.world import World

_FOREIGN = (
    "UPDATE inventory_items SET quantity = quantity + 1 WHERE base_id = 'iron_ore' AND char_id = :char_id"
)


async def test_false_loss_an_older_file_and_all_is_brought_back(
    fragile: World, own_servers: EmbeddedServers, tmp_path: Path
) -> None:
    char_id = await fragile.character()
    bread = await fragile.item(char_id, "bread")
    await fragile.gateway.drop_item(char_id, bread.id, 1, op_id="one")
    keep_redis(own_servers, tmp_path / "older")
    await fragile.gateway.drop_item(char_id, bread.id, 1, op_id="two")
    bring_redis_back(own_servers, tmp_path / "older")

    reader = await fragile.gateway.open(char_id)
    assert await fragile.pieces(char_id, "bread") == 1
    assert reader.conflicts == (), "nothing is lost"


async def test_false_loss_two_bots_take_turns(world: World, other: World) -> None:
    char_id = await world.character()
    bread = await world.item(char_id, "bread")
    await world.gateway.drop_item(char_id, bread.id, 1, op_id="one")
    await other.gateway.drop_item(char_id, bread.id, 1, op_id="two")
    await world.core.redis.flushall()
    await other.core.losses.round()
    await world.core.losses.round()

    reader = await world.gateway.open(char_id)
    assert await world.pieces(char_id, "bread") == 1, "both are brought back"
    assert reader.conflicts == (), "nothing is lost"


async def test_silent_loss_another_bots_new_change_counts_as_the_lost_one(
    world: World, other: World, settings: CoreSettings
) -> None:
    char_id = await world.character()
    bread, sword = await world.item(char_id, "bread"), await world.item(char_id, "iron_sword")
    async with newborn(settings) as mortal:
        await mortal.gateway.drop_item(char_id, bread.id, 1, op_id="dead")
    await world.gateway.drop_item(char_id, bread.id, 1, op_id="mine")
    await world.core.redis.flushall()
    await other.gateway.equip_item(char_id, sword.id, op_id="new")
    await other.gateway.sync_inventory(char_id)

    reader = await world.gateway.open(char_id)
    assert await world.pieces(char_id, "bread") == 2, "one drop is lost for good"
    assert reader.conflicts == ("lost",)


async def test_told_twice_by_two_who_saw_different_ends(
    world: World, other: World, settings: CoreSettings
) -> None:
    char_id = await world.character()
    bread = await world.item(char_id, "bread")
    async with newborn(settings) as mortal:
        await mortal.gateway.drop_item(char_id, bread.id, 1, op_id="one")
        await world.gateway.view(char_id)
        await mortal.gateway.drop_item(char_id, bread.id, 1, op_id="two")
        await other.gateway.view(char_id)
    await world.core.redis.flushall()
    assert (await world.gateway.open(char_id)).conflicts == ("lost",)
    await world.core.worker.drain()

    await other.gateway.open(char_id)
    await world.core.worker.drain()
    told = [op_id for op_id, _, _ in await conflicts(world)]
    assert told == ["lost:one", "lost:two"], "each once"


async def test_told_twice_by_a_document_and_by_who_saw_it(world: World, settings: CoreSettings) -> None:
    char_id = await world.character()
    bread = await world.item(char_id, "bread")
    async with newborn(settings) as mortal:
        await mortal.gateway.drop_item(char_id, bread.id, 1, op_id="one")
        await world.gateway.view(char_id)
        await mortal.gateway.drop_item(char_id, bread.id, 1, op_id="two")
    await world.core.redis.delete(keys.control(char_id))

    assert (await world.gateway.open(char_id)).conflicts == ("lost",)


async def test_silent_loss_a_hiccup_while_a_document_is_asked_after(
    world: World, settings: CoreSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    char_id = await world.character()
    bread = await world.item(char_id, "bread")
    async with newborn(settings) as mortal:
        await mortal.gateway.drop_item(char_id, bread.id, 1, op_id="drop")
    await world.core.redis.delete(keys.control(char_id))
    async with newborn(settings) as late:
        healing = late.core.sessions._healing
        heal = type(healing)._heal

        async def hiccup(*_: Any) -> bool:
            monkeypatch.setattr(type(healing), "_heal", heal)
            raise DatabaseDownError

        monkeypatch.setattr(type(healing), "_heal", hiccup)
        with contextlib.suppress(DatabaseDownError):
            await late.gateway.open(char_id)
        assert (await late.gateway.open(char_id)).conflicts == ("lost",)


async def test_silent_loss_a_neighbour_is_faster_than_the_document(
    world: World, other: World, settings: CoreSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    char_id = await world.character()
    bread, sword = await world.item(char_id, "bread"), await world.item(char_id, "iron_sword")
    async with newborn(settings) as mortal:
        await mortal.gateway.drop_item(char_id, bread.id, 1, op_id="drop")
    await world.core.redis.delete(keys.control(char_id))
    async with newborn(settings) as late:
        store = late.core.store
        rebase = type(store).rebase
        raced: list[tuple[str, ...]] = []

        async def slow(self: Any, plan: Any) -> bool:
            if self is store and not raced:
                outcome = await other.gateway.equip_item(char_id, sword.id)
                raced.append(outcome.inventory.conflicts)
            return await rebase(self, plan)

        monkeypatch.setattr(type(store), "rebase", slow)
        reader = await late.gateway.open(char_id)
    assert (raced, reader.conflicts) == ([("lost",)], ()), "told by the neighbour, and once"


async def test_told_again_after_another_rebase(world: World) -> None:
    char_id = await world.character()
    bread, sword = await world.item(char_id, "bread"), await world.item(char_id, "iron_sword")
    await world.gateway.drop_item(char_id, bread.id, 1, op_id="drop")
    await world.execute("DELETE FROM inventory_items WHERE id = :id", id=bread.id)
    state = await world.core.store.inspect(char_id)
    assert state
    await world.core.rebase.rebase(state)
    assert (await world.gateway.open(char_id)).conflicts == ("drop_item",)
    await world.gateway.lock_item(char_id, sword.id)  # tells
    assert (await world.gateway.open(char_id)).conflicts == ()
    await world.execute(_FOREIGN, char_id=char_id)
    await world.core.worker.drain()

    assert (await world.gateway.open(char_id)).conflicts == (), "told before"


async def test_told_again_after_a_rebase_with_another_conflict(world: World) -> None:
    char_id = await world.character()
    bread, sword = await world.item(char_id, "bread"), await world.item(char_id, "iron_sword")
    await world.gateway.drop_item(char_id, bread.id, 1, op_id="drop")
    await world.execute("DELETE FROM inventory_items WHERE id = :id", id=bread.id)
    await world.core.worker.drain()
    assert (await world.gateway.open(char_id)).conflicts == ("drop_item",)
    await world.gateway.lock_item(char_id, sword.id)  # tells
    await world.execute("DELETE FROM inventory_items WHERE id = :id", id=sword.id)
    await world.core.worker.drain()
    assert (await world.gateway.open(char_id)).conflicts == ("lock_item",)
    await world.core.redis.delete(keys.session(char_id), keys.control(char_id))  # it expires

    assert (await world.gateway.open(char_id)).conflicts == ("lock_item",), "the drop was told before"


async def test_one_that_cannot_be_looked_at_holds_up_the_others(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    poison, fine = await world.character(), await world.character("Second")
    for char_id in (poison, fine):
        bread = await world.item(char_id, "bread")
        await world.gateway.drop_item(char_id, bread.id, 1, op_id=f"drop{char_id}")
    await world.core.redis.flushall()
    look = type(world.core.losses.runner).current

    async def current(self: Any, char_id: int) -> Any:
        if char_id == poison:
            raise SessionConflictError(char_id)
        return await look(self, char_id)

    monkeypatch.setattr(type(world.core.losses.runner), "current", current)
    for _ in range(5):
        with contextlib.suppress(SessionConflictError):
            await world.core.losses.round()
    await world.core.worker.drain()
    assert [entry.op_id for entry in await world.ledger(fine)] == [f"drop{fine}"]


async def test_undo_of_a_healed_drop(world: World, other: World) -> None:
    char_id = await world.character()
    bread = await world.item(char_id, "bread")
    await world.gateway.drop_item(char_id, bread.id, 1, op_id="drop")
    await world.core.redis.flushall()
    await world.gateway.view(char_id)
    await other.gateway.undo(char_id, "drop")
    await world.core.redis.flushall()
    assert await other.pieces(char_id, "bread") == 3
    assert await world.pieces(char_id, "bread") == 3
    await world.core.worker.drain()
    assert await world.pieces_in_rows(char_id, "bread") == 3
    assert (await world.gateway.open(char_id)).conflicts == ()


async def test_brought_back_in_the_wrong_order(world: World, other: World) -> None:
    """Both know all of it; who comes first finds that its own cannot stand alone, and gives it up."""
    char_id = await world.character()
    ore = await world.item(char_id, "iron_ore")
    await world.gateway.split_stack(char_id, ore.id, 2, op_id="split")
    view = await other.gateway.view(char_id)
    [half] = [item for item in view.backpack if item.base_id == "iron_ore" and item.id != ore.id]
    await other.gateway.drop_item(char_id, half.id, op_id="drop")
    await world.core.redis.flushall()
    await other.gateway.view(char_id)
    await world.gateway.open(char_id)
    await world.core.worker.drain()
    assert [entry.op_id for entry in await world.ledger(char_id)] == ["split", "drop"]
    assert await conflicts(world) == []


async def test_the_watch_does_not_see_an_older_file(
    fragile: World, own_servers: EmbeddedServers, tmp_path: Path
) -> None:
    char_id = await fragile.character()
    bread = await fragile.item(char_id, "bread")
    await fragile.gateway.drop_item(char_id, bread.id, 1, op_id="one")
    keep_redis(own_servers, tmp_path / "older")
    await fragile.gateway.drop_item(char_id, bread.id, 1, op_id="two")
    bring_redis_back(own_servers, tmp_path / "older")
    for _ in range(3):
        await fragile.core.losses.round()
        await fragile.core.worker.drain()
    assert [entry.op_id for entry in await fragile.ledger(char_id)] == ["one", "two"]


async def test_the_watch_outlives_control_data_that_nobody_understands(world: World) -> None:
    broken, fine = await world.character(), await world.character("Second")
    for char_id in (broken, fine):
        bread = await world.item(char_id, "bread")
        await world.gateway.drop_item(char_id, bread.id, 1, op_id=f"drop{char_id}")
    await world.core.redis.delete(keys.session(fine), keys.control(fine))
    await answered(world.core.redis.hset(keys.control(broken), "lineage", "another"))
    await answered(world.core.redis.hset(keys.control(broken), "p:99", "}{"))
    with contextlib.suppress(Exception):
        await world.core.losses.round()
    task = asyncio.create_task(world.core.losses.run())
    for _ in range(100):
        await asyncio.sleep(0.02)
    alive = not task.done()
    task.cancel()
    with contextlib.suppress(BaseException):
        await task
    assert alive


async def test_what_is_pending_needs_no_database(
    world: World, other: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    char_id = await world.character()
    bread = await world.item(char_id, "bread")
    await world.gateway.drop_item(char_id, bread.id, 1, op_id="one")
    await world.execute(_FOREIGN, char_id=char_id)
    state = await other.core.store.inspect(char_id)
    assert state
    assert await other.core.rebase.rebase(state)
    asked = []
    healing = world.core.sessions._healing

    def down() -> Any:
        asked.append(1)
        raise DatabaseDownError

    object.__setattr__(healing.fates, "unit_of_work", down)
    for number in range(2):
        await world.gateway.drop_item(char_id, bread.id, 1, op_id=f"more{number}")
    assert asked == []


async def test_deleted_by_another_while_the_watch_looks(world: World, other: World) -> None:
    char_id = await world.character()
    bread = await world.item(char_id, "bread")
    await world.gateway.drop_item(char_id, bread.id, 1, op_id="drop")
    await other.core.router.route("characters", "delete", DeleteCharacter(char_id))
    await world.core.losses.round()
    await world.core.losses.round()
    assert await world.core.redis.keys(f"*{char_id}*") == []
    assert world.core.losses.changes.quietest(10) == []


async def test_a_grant_that_was_delivered_and_lost(world: World, other: World) -> None:
    char_id = await world.character()
    await world.gateway.view(char_id)
    await other.gateway.view(char_id)
    await world.core.router.route("inventory", "grant", Grant(char_id, "hunting_bow", 1))
    [delivery] = [each for each in world.core.worker.chores if isinstance(each, InboxDelivery)]
    before = await world.pieces(char_id, "hunting_bow")
    await delivery.round()
    assert await world.pieces(char_id, "hunting_bow") == before + 1
    await world.core.redis.flushall()
    await asyncio.gather(other.gateway.view(char_id), world.gateway.view(char_id), world.core.losses.round())
    await delivery.round()
    assert await world.pieces(char_id, "hunting_bow") == before + 1
    assert (await world.gateway.open(char_id)).conflicts == ()
    await world.core.worker.drain()
    await check(world, char_id)


async def test_watch_and_taps_and_flushes_race(world: World, other: World) -> None:
    char_id = await world.character()
    ore = await world.item(char_id, "iron_ore")
    made = 0
    for turn in range(6):
        for each in (world, other):
            await each.gateway.lock_item(
                char_id, ore.id, op_id=f"lock{turn}{id(each)}"
            ) if turn % 2 == 0 else (
                await each.gateway.unlock_item(char_id, ore.id, op_id=f"lock{turn}{id(each)}")
            )
            made += 1
        if turn % 2:
            await world.core.redis.flushall()
        await asyncio.gather(
            world.core.losses.round(),
            other.core.losses.round(),
            world.gateway.view(char_id),
            other.gateway.view(char_id),
            return_exceptions=True,
        )
    await world.core.losses.round()
    await other.core.losses.round()
    await world.gateway.view(char_id)
    await other.gateway.view(char_id)
    await world.core.worker.drain()
    assert len(await world.ledger(char_id)) == made


async def test_told_as_not_kept_and_then_made(world: World) -> None:
    char_id = await world.character()
    bread = await world.item(char_id, "bread")
    await world.gateway.drop_item(char_id, bread.id, 1, op_id="drop")
    await world.execute("UPDATE inventory_items SET locked = true WHERE id = :id", id=bread.id)
    await world.core.redis.flushall()
    assert (await world.gateway.open(char_id)).conflicts == ("drop_item",)
    await world.execute("UPDATE inventory_items SET locked = false WHERE id = :id", id=bread.id)
    await world.core.redis.flushall()
    assert await world.pieces(char_id, "bread") == 3, "the player was told that it was not kept"


async def test_refused_is_not_brought_back(world: World) -> None:
    char_id = await world.character()
    bread = await world.item(char_id, "bread")
    await world.gateway.drop_item(char_id, bread.id, 1, op_id="drop")
    await world.execute("DELETE FROM inventory_items WHERE id = :id", id=bread.id)
    await world.core.redis.flushall()
    await world.gateway.open(char_id)
    text = [
        line
        for line in world.core.metrics.render().decode().splitlines()
        if line.startswith("inventory_lost_changes_total{")
    ]
    assert 'inventory_lost_changes_total{how="brought_back"} 1.0' not in text


async def test_control_data_without_lineage_opens_and_heals(world: World, settings: CoreSettings) -> None:
    char_id = await world.character()
    bread = await world.item(char_id, "bread")
    async with newborn(settings) as mortal:
        await mortal.gateway.drop_item(char_id, bread.id, 1, op_id="old")
    document = await world.document(char_id)
    assert document
    del document["metadata"]["trail"]
    await world.core.redis.set(keys.session(char_id), json.dumps(document))
    await answered(
        world.core.redis.hdel(keys.control(char_id), "lineage", "floor", "remembered", "generation")
    )
    await answered(world.core.redis.hset(keys.control(char_id), mapping={"o:old": "1", "h:1": "old"}))
    async with newborn(settings) as late:
        again = await late.gateway.drop_item(char_id, bread.id, 1, op_id="old")
        assert again.repeated
        await late.gateway.drop_item(char_id, bread.id, 1, op_id="new")
        await late.core.worker.drain()
        await late.gateway.drop_item(char_id, bread.id, 1, op_id="newer")
        await late.core.redis.flushall()
        assert await late.pieces(char_id, "bread") == 0
        assert (await late.gateway.open(char_id)).conflicts == ()
        await late.core.worker.drain()
        assert [each.op_id for each in await late.ledger(char_id)] == ["old", "new", "newer"]
        await check(late, char_id)


async def test_false_loss_a_write_of_ours_lands_after_the_word(
    world: World, other: World, settings: CoreSettings
) -> None:
    char_id = await world.character()
    bread = await world.item(char_id, "bread")
    async with newborn(settings) as mortal:
        await mortal.gateway.drop_item(char_id, bread.id, 1, op_id="drop")
    await world.gateway.view(char_id)
    [claim] = await other.core.store.claim((char_id,), "writing")
    assert isinstance(claim, Claim)
    await world.core.redis.flushall()
    async with other.core.sync.unit_of_work() as unit:
        await world.gateway.view(char_id)
        await unit.inventories.update_character_inventory(char_id, inventory_data(claim))
        await unit.commit()
    await other.core.worker.drain()
    assert [each.op_id for each in await world.ledger(char_id)] == ["drop"]
    assert await world.query("SELECT op_id FROM inventory_conflicts") == []
    assert (await world.gateway.open(char_id)).conflicts == ()
