"""Attacks on healing and on what is told."""

import asyncio
import contextlib
from pathlib import Path
from typing import Any

import pytest

from apps.embedded import EmbeddedServers
from apps.game_core.adapters.redis import keys
from apps.game_core.modules.inventory.contracts import Grant
from apps.game_core.modules.inventory.errors import DatabaseDownError
from apps.game_core.modules.inventory.inventory.logic.doing.inbox_delivery import InboxDelivery
from apps.game_core.modules.inventory.inventory.logic.sessions.write_plan import inventory_data
from apps.game_core.modules.inventory.session_store import Claim
from apps.game_core.settings import CoreSettings
from tests.support.invariants import check
from tests.support.losses import bring_redis_back, conflicts, keep_redis, newborn
from tests.support.world import World

_FOREIGN = "UPDATE inventory_items SET quantity = 11 WHERE base_id = 'iron_ore' AND char_id = :char_id"


async def test_row_44_an_older_file_of_the_same_past(
    fragile: World, own_servers: EmbeddedServers, tmp_path: Path
) -> None:
    """Redis comes back (file, replica) a second older; the database stands where it stood then."""
    char_id = await fragile.character()
    bread = await fragile.item(char_id, "bread")
    await fragile.gateway.drop_item(char_id, bread.id, 1, op_id="one")
    keep_redis(own_servers, tmp_path / "older")
    await fragile.gateway.drop_item(char_id, bread.id, 1, op_id="two")
    bring_redis_back(own_servers, tmp_path / "older")

    assert await fragile.pieces(char_id, "bread") == 1, "the process still knows operation two"
    await fragile.core.worker.drain()
    assert [entry.op_id for entry in await fragile.ledger(char_id)] == ["one", "two"]


async def test_row_44_an_older_file_and_a_change_after_it(
    fragile: World, own_servers: EmbeddedServers, tmp_path: Path
) -> None:
    """What comes after takes the version of what was lost, and settles it."""
    char_id = await fragile.character()
    bread, sword = await fragile.item(char_id, "bread"), await fragile.item(char_id, "iron_sword")
    await fragile.gateway.sync_inventory(char_id)
    keep_redis(own_servers, tmp_path / "older")
    await fragile.gateway.drop_item(char_id, bread.id, 1, op_id="lost")
    bring_redis_back(own_servers, tmp_path / "older")

    await fragile.gateway.equip_item(char_id, sword.id, op_id="after")
    await fragile.core.worker.drain()
    reader = await fragile.gateway.open(char_id)

    ledger = [entry.op_id for entry in await fragile.ledger(char_id)]
    assert "lost" in ledger or reader.conflicts, "neither brought back nor told"


async def test_false_loss_a_foreign_write_then_a_loss(world: World) -> None:
    """A rebase skips versions; a gap is no loss."""
    char_id = await world.character()
    bread = await world.item(char_id, "bread")
    for number in range(3):
        await world.gateway.drop_item(char_id, bread.id, 1, op_id=f"drop{number}")
    await world.execute(_FOREIGN, char_id=char_id)
    state = await world.core.store.inspect(char_id)
    assert state
    assert await world.core.rebase.rebase(state)
    await world.gateway.view(char_id)
    await world.core.redis.flushall()

    reader = await world.gateway.open(char_id)

    assert await world.pieces(char_id, "bread") == 0, "all was brought back"
    assert reader.conflicts == ()


async def test_false_loss_a_grant_that_keeps_waiting(world: World) -> None:
    """Noting that a grant waits makes a version of a dirty session, and is nothing that can be lost."""
    char_id = await world.character()
    bread = await world.item(char_id, "bread")
    await world.gateway.drop_item(char_id, bread.id, 1, op_id="drop")
    await world.gateway.sync_inventory(char_id)
    view = await world.gateway.view(char_id)
    full = "UPDATE inventories SET max_slots = :n, version = version + 1, rev = 'sql'"
    await world.execute(full, n=len(view.backpack))
    await world.core.redis.flushall()
    await world.gateway.drop_item(char_id, bread.id, 1, op_id="second")
    await world.core.router.route("inventory", "grant", Grant(char_id, "hunting_bow", 1))
    [delivery] = [each for each in world.core.worker.chores if isinstance(each, InboxDelivery)]
    await delivery.round()
    assert (await world.gateway.open(char_id)).waiting == 1
    await world.core.redis.flushall()

    reader = await world.gateway.open(char_id)

    assert await world.pieces(char_id, "bread") == 1
    assert reader.conflicts == ()


async def test_false_loss_told_once_by_each_process_that_had_seen_it(
    world: World, other: World, settings: CoreSettings
) -> None:
    char_id = await world.character()
    bread = await world.item(char_id, "bread")
    async with newborn(settings) as mortal:
        for number in range(3):
            await mortal.gateway.drop_item(char_id, bread.id, 1, op_id=f"drop{number}")
    await world.gateway.view(char_id)
    await other.gateway.view(char_id)
    await world.core.redis.flushall()
    assert (await world.gateway.open(char_id)).conflicts == ("lost",)
    await world.gateway.lock_item(char_id, bread.id)
    await world.gateway.sync_inventory(char_id)
    await world.core.redis.delete(keys.session(char_id), keys.control(char_id))  # it expires

    assert (await other.gateway.open(char_id)).conflicts == (), "told before, by another process"
    await other.gateway.sync_inventory(char_id)
    assert len(await conflicts(other)) == 3, "each of them once"


async def test_false_loss_told_once_though_another_process_saw_more(
    world: World, other: World, settings: CoreSettings
) -> None:
    char_id = await world.character()
    bread = await world.item(char_id, "bread")
    async with newborn(settings) as mortal:
        await mortal.gateway.drop_item(char_id, bread.id, 1, op_id="both saw")
        await world.gateway.view(char_id)
        await mortal.gateway.drop_item(char_id, bread.id, 1, op_id="the other saw")
        await other.gateway.view(char_id)
    await world.core.redis.flushall()
    assert (await world.gateway.open(char_id)).conflicts == ("lost",)

    assert (await other.gateway.open(char_id)).conflicts == ("lost",)
    await other.gateway.sync_inventory(char_id)
    told = [op_id for op_id, _, _ in await conflicts(other)]
    assert sorted(told) == ["lost:both saw", "lost:the other saw"]
    counted = [
        process.core.metrics.registry.get_sample_value("inventory_lost_changes_total", {"how": "told"})
        for process in (world, other)
    ]
    assert counted == [1, 1], "each of them once"


async def test_a_version_that_somebody_saw_does_not_come_again(world: World, settings: CoreSettings) -> None:
    char_id = await world.character()
    bread = await world.item(char_id, "bread")
    async with newborn(settings) as mortal:
        await mortal.gateway.drop_item(char_id, bread.id, 1, op_id="lost")
        seen = (await world.gateway.view(char_id)).version
    await world.core.redis.flushall()

    reader = await world.gateway.open(char_id)

    assert reader.conflicts == ("lost",)
    assert reader.view().version > seen


async def test_silent_loss_whoever_loads_has_seen_nothing(
    world: World, other: World, settings: CoreSettings
) -> None:
    """Four processes, one saw the dirty session: it is three times as likely that another one loads."""
    char_id = await world.character()
    bread = await world.item(char_id, "bread")
    async with newborn(settings) as mortal:
        await mortal.gateway.drop_item(char_id, bread.id, 1, op_id="drop")
    await world.gateway.view(char_id)
    await world.core.redis.flushall()
    await other.gateway.view(char_id)

    assert (await world.gateway.open(char_id)).conflicts == ("lost",)


async def test_silent_loss_a_neighbour_is_faster_than_the_word(
    world: World, other: World, settings: CoreSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between create and heal another process changes the session: the compare-and-set fails, once."""
    char_id = await world.character()
    bread, sword = await world.item(char_id, "bread"), await world.item(char_id, "iron_sword")
    async with newborn(settings) as mortal:
        await mortal.gateway.drop_item(char_id, bread.id, 1, op_id="drop")
    await world.gateway.view(char_id)
    await world.core.redis.flushall()
    store = world.core.store
    rebase = type(store).rebase
    raced: list[int] = []

    async def late(self: Any, plan: Any) -> bool:
        if self is store and not raced:
            raced.append(1)
            await other.gateway.equip_item(char_id, sword.id)
        return await rebase(self, plan)

    monkeypatch.setattr(type(store), "rebase", late)

    reader = await world.gateway.open(char_id)

    assert raced
    assert reader.conflicts == ("lost",)


async def test_silent_loss_the_database_hiccups_while_it_is_told(
    world: World, settings: CoreSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    char_id = await world.character()
    bread = await world.item(char_id, "bread")
    async with newborn(settings) as mortal:
        await mortal.gateway.drop_item(char_id, bread.id, 1, op_id="drop")
    await world.gateway.view(char_id)
    await world.core.redis.flushall()
    healing = world.core.sessions._healing
    heal = type(healing)._heal

    async def hiccup(*_: Any) -> bool:
        monkeypatch.setattr(type(healing), "_heal", heal)
        raise DatabaseDownError

    monkeypatch.setattr(type(healing), "_heal", hiccup)
    with contextlib.suppress(DatabaseDownError):
        await world.gateway.open(char_id)

    assert (await world.gateway.open(char_id)).conflicts == ("lost",)


async def test_row_43_a_second_foreign_write_forgets_what_was_to_be_told(world: World) -> None:
    char_id = await world.character()
    bread, _sword = await world.item(char_id, "bread"), await world.item(char_id, "iron_sword")
    await world.gateway.drop_item(char_id, bread.id, 1, op_id="drop")
    await world.execute("DELETE FROM inventory_items WHERE id = :id", id=bread.id)
    await world.core.worker.drain()
    # The player looks away; a gift comes, and another foreign write.
    await world.core.router.route("inventory", "grant", Grant(char_id, "hunting_bow", 1))
    [delivery] = [each for each in world.core.worker.chores if isinstance(each, InboxDelivery)]
    await delivery.round()
    await world.execute(_FOREIGN, char_id=char_id)
    await world.core.worker.drain()

    assert (await world.gateway.open(char_id)).conflicts == ("drop_item",)


async def test_row_43_what_was_to_be_told_outlives_an_expiry(world: World) -> None:
    char_id = await world.character()
    bread = await world.item(char_id, "bread")
    await world.gateway.drop_item(char_id, bread.id, 1, op_id="drop")
    await world.execute("DELETE FROM inventory_items WHERE id = :id", id=bread.id)
    await world.core.worker.drain()
    await world.core.redis.delete(keys.session(char_id), keys.control(char_id))  # half an hour later

    assert (await world.gateway.open(char_id)).conflicts == ("drop_item",)


async def test_healing_an_undo_whose_drop_another_process_knows(world: World, other: World) -> None:
    """Brought back alone it makes a piece of nothing; the other process may be gone for good."""
    char_id = await world.character()
    bread = await world.item(char_id, "bread")
    await other.gateway.drop_item(char_id, bread.id, 1, op_id="drop")
    await world.gateway.undo(char_id, "drop")
    await world.core.redis.flushall()

    assert await world.pieces(char_id, "bread") == 3
    await world.core.worker.drain()
    assert await world.pieces_in_rows(char_id, "bread") == 3


async def test_healing_while_a_write_of_ours_is_under_way(world: World, other: World) -> None:
    """The neighbour's write lands after the rebase: it stands, and must not be told as taken back."""
    char_id = await world.character()
    bread, sword = await world.item(char_id, "bread"), await world.item(char_id, "iron_sword")
    await world.gateway.drop_item(char_id, bread.id, 1, op_id="known")
    await world.core.redis.flushall()
    await other.gateway.equip_item(char_id, sword.id, op_id="neighbour")
    [claim] = await other.core.store.claim((char_id,), "writing")
    assert isinstance(claim, Claim)
    async with other.core.sync.unit_of_work() as unit:
        await world.gateway.view(char_id)  # heals
        await unit.inventories.update_character_inventory(char_id, inventory_data(claim))
        await unit.commit()
    await other.core.worker.drain()

    assert sorted(entry.op_id for entry in await other.ledger(char_id)) == ["known", "neighbour"]
    assert (await other.gateway.open(char_id)).conflicts == ()
    assert await conflicts(other) == []


async def test_a_document_lost_while_a_write_of_ours_is_under_way(world: World, other: World) -> None:
    """The same without healing: an orphan is rebased while its write is on the way."""
    char_id = await world.character()
    sword = await world.item(char_id, "iron_sword")
    await world.gateway.equip_item(char_id, sword.id, op_id="stands")
    [claim] = await other.core.store.claim((char_id,), "writing")
    assert isinstance(claim, Claim)
    async with other.core.sync.unit_of_work() as unit:
        await world.core.redis.delete(keys.session(char_id))
        await world.gateway.view(char_id)
        await unit.inventories.update_character_inventory(char_id, inventory_data(claim))
        await unit.commit()
    await world.core.worker.drain()

    assert (await world.gateway.open(char_id)).conflicts == ()
    assert await conflicts(other) == []


async def test_row_12_a_view_after_a_rebase_by_another_process(
    fragile: World, own_servers: EmbeddedServers, settings: CoreSettings
) -> None:
    update = {"redis_url": own_servers.redis_url, "database_url": own_servers.database_url}
    char_id = await fragile.character()
    bread, sword = await fragile.item(char_id, "bread"), await fragile.item(char_id, "iron_sword")
    await fragile.gateway.drop_item(char_id, bread.id, 1, op_id="mine")
    await fragile.execute(_FOREIGN, char_id=char_id)
    async with newborn(settings.model_copy(update=update)) as neighbour:
        await neighbour.gateway.sync_inventory(char_id)
        await neighbour.gateway.equip_item(char_id, sword.id)
        own_servers.postgres.kill()
        try:
            await neighbour.gateway.view(char_id)
            await fragile.gateway.view(char_id)
        finally:
            own_servers.postgres.start()


async def test_healing_drops_what_is_told_while_it_runs(
    world: World, other: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A reply that arrives late is noted during the healing, and swept away with what was healed."""
    char_id = await world.character()
    bread, ore = await world.item(char_id, "bread"), await world.item(char_id, "iron_ore")
    await world.gateway.drop_item(char_id, bread.id, 1, op_id="early")
    healing = world.core.sessions._healing
    save = type(healing.store).save
    arrived, looked = asyncio.Event(), asyncio.Event()

    async def slow_reply(self: Any, plan: Any) -> Any:
        saved = await save(self, plan)
        if plan.applied and plan.applied.operation.op_id == "late":
            arrived.set()
            await looked.wait()
        return saved

    monkeypatch.setattr(type(healing.store), "save", slow_reply)
    late = asyncio.create_task(world.gateway.drop_item(char_id, ore.id, 1, op_id="late"))
    await arrived.wait()
    await world.core.redis.flushall()
    await other.gateway.view(char_id)
    rebase = type(healing.store).rebase

    async def then_the_reply(self: Any, plan: Any) -> bool:
        done = await rebase(self, plan)
        looked.set()
        await late
        return done

    monkeypatch.setattr(type(healing.store), "rebase", then_the_reply)
    await world.gateway.view(char_id)
    await world.gateway.view(char_id)
    await world.gateway.view(char_id)
    await world.core.worker.drain()
    assert [entry.op_id for entry in await world.ledger(char_id)] == ["early", "late"]


async def test_healing_the_same_operation_twice_told(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Told in two pasts by one process (the first healing failed): brought back once all the same."""
    char_id = await world.character()
    bread = await world.item(char_id, "bread")
    await world.gateway.drop_item(char_id, bread.id, 1, op_id="tap")
    await world.core.redis.flushall()
    healing = world.core.sessions._healing
    heal = type(healing)._heal

    async def hiccup(*_: Any) -> bool:
        monkeypatch.setattr(type(healing), "_heal", heal)
        raise DatabaseDownError

    monkeypatch.setattr(type(healing), "_heal", hiccup)
    with contextlib.suppress(DatabaseDownError):
        await world.gateway.drop_item(char_id, bread.id, 1, op_id="tap")
    await world.gateway.drop_item(char_id, bread.id, 1, op_id="tap")
    await world.core.redis.flushall()

    assert await world.pieces(char_id, "bread") == 2
    await world.core.worker.drain()
    assert [entry.op_id for entry in await world.ledger(char_id)] == ["tap"]
    await check(world, char_id)


async def test_false_loss_a_grant_that_a_rebase_left_out(
    world: World, other: World, settings: CoreSettings
) -> None:
    """A dirty version that was never written and needed not be: the grant waits."""
    char_id = await world.character()
    await world.gateway.view(char_id)
    await world.core.router.route("inventory", "grant", Grant(char_id, "hunting_bow", 1))
    [delivery] = [each for each in world.core.worker.chores if isinstance(each, InboxDelivery)]
    await delivery.round()
    await other.gateway.view(char_id)
    await world.execute("UPDATE inventories SET max_slots = 5, rev = 'sql:small'")
    await world.gateway.sync_inventory(char_id)
    await world.core.redis.delete(keys.session(char_id), keys.control(char_id))

    assert (await other.gateway.open(char_id)).conflicts == ()


async def test_restore_and_flush_a_process_saw_more_than_the_database_has(world: World, other: World) -> None:
    """Both stores fall back; what was written is gone, and the process has seen its version."""
    char_id = await world.character()
    bread = await world.item(char_id, "bread")
    await world.gateway.drop_item(char_id, bread.id, 1, op_id="written")
    await world.gateway.sync_inventory(char_id)
    await world.gateway.view(char_id)
    row = await world.row(char_id)
    assert row.version > 0
    # An older database: neither the operation nor its effect.
    await world.execute("DELETE FROM inventory_operations WHERE op_id = 'written'")
    await world.execute("UPDATE inventory_items SET quantity = 3 WHERE id = :id", id=bread.id)
    await world.execute("UPDATE inventories SET version = 0, rev = 'older' WHERE char_id = :c", c=char_id)
    await world.core.redis.flushall()

    assert (await world.gateway.open(char_id)).conflicts == ("lost",)
