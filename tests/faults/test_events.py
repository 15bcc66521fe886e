"""What may go wrong while subscribers are told: nobody misses anything, and nobody waits for another."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from apps.game_core.adapters.postgres.inventories import PostgresInventories
from apps.game_core.adapters.postgres.unit_of_work import PostgresUnitOfWork
from apps.game_core.modules.inventory.contracts import AddItem, Event, Gift, ListSubscribers
from apps.game_core.modules.inventory.inventory.logic.events.event_delivery import NEWER_RELEASE
from apps.game_core.modules.inventory.inventory.logic.sessions.write_plan import inventory_data
from apps.game_core.modules.inventory.ports import Mismatch, Written
from apps.game_core.modules.inventory.session_store import Claim
from tests.support.listening import Listener
from tests.support.world import World
from tools.support.patience import PATIENCE

# As if the operation `one` had been done once more.
AGAIN = """
INSERT INTO inventory_operations (char_id, op_id, version, kind, at, payload, result, before)
SELECT char_id, :op_id, :version, kind, at, payload, result, before FROM inventory_operations
WHERE char_id = :char_id AND op_id = 'one'
"""
WAITING = "SELECT pid FROM pg_locks WHERE NOT granted"


class HandlerError(Exception):
    """A subscriber's own trouble."""


async def ore(world: World, char_id: int, *op_ids: str) -> None:
    """An operation each, written."""
    for op_id in op_ids:
        await world.gateway.add_item(char_id, "iron_ore", 1, op_id=op_id)
    await world.gateway.sync_inventory(char_id)


async def done_by(world: World, *op_ids: str) -> int:
    char_id = await world.character()
    await ore(world, char_id, *op_ids)
    return char_id


@asynccontextmanager
async def writing(world: World) -> AsyncIterator[AsyncConnection]:
    """A transaction that has its number already; it is committed when the block ends."""
    async with world.core.engine.begin() as connection:
        await connection.execute(sa.text("SELECT pg_current_xact_id()"))
        yield connection


async def test_what_is_written_later_waits_for_an_earlier_transaction(world: World) -> None:
    listener = Listener().at(world.core)
    early, late = await done_by(world, "one"), await done_by(world, "two")
    assert await world.core.events.round()
    listener.portions.clear()
    await world.unpack_ledger()

    async with writing(world) as slow:
        await ore(world, late, "later")
        assert await world.core.events.round()
        assert listener.heard == [], "a place before it may still be taken"
        assert (listener.counted(world.core, "events_behind_seconds") or 0) > 0
        await slow.execute(sa.text(AGAIN), {"char_id": early, "op_id": "earlier", "version": 7})

    assert await world.core.events.round()
    assert listener.op_ids == ["earlier", "later"]


async def test_an_older_transaction_that_waits_writes_nothing_upon_a_newer_one(world: World) -> None:
    """Which one is older was settled before: it can only build on what was there by then."""
    char_id = await world.character()
    await world.gateway.add_item(char_id, "iron_ore", 1, op_id="one")
    claims = [(await world.core.store.claim([char_id], token))[0] for token in ("older", "newer")]
    [stale, good] = [inventory_data(each) for each in claims if isinstance(each, Claim)]

    async with writing(world) as older:
        async with writing(world) as newer:
            taken = await PostgresInventories(newer).update_character_inventory(char_id, good)
            waits = PostgresInventories(older).update_character_inventory(char_id, stale)
            waiting = asyncio.create_task(waits)
            async with asyncio.timeout(PATIENCE):
                while not await world.query(WAITING):
                    pass
        assert isinstance(taken, Written)
        assert isinstance(await asyncio.wait_for(waiting, PATIENCE), Mismatch)

    assert [entry.version for entry in await world.ledger(char_id)] == [1]


async def test_each_characters_events_come_in_order_however_many_write(world: World, other: World) -> None:
    listener = Listener().at(world.core)
    players = [await world.character() for _ in range(3)]
    over = False

    async def play(here: World, char_id: int) -> None:
        for _ in range(3):
            await here.gateway.add_item(char_id, "iron_ore", 1)

    async def write(here: World) -> None:
        while not over:
            await here.core.worker.drain()

    async def listen() -> None:
        while not over:
            assert await world.core.events.round()

    helpers = [asyncio.create_task(each) for each in (write(world), write(other), listen())]
    await asyncio.gather(*(play(here, char_id) for char_id in players for here in (world, other)))
    over = True
    await asyncio.gather(*helpers)
    await world.core.worker.drain()
    assert await world.core.events.round()

    versions = defaultdict[int, list[int]](list)
    for event in listener.heard:
        versions[event.char_id].append(event.version)
    assert versions == {char_id: list(range(7)) for char_id in players}


async def test_whoever_dies_before_the_cursor_moves_hears_it_again_and_writes_once(world: World) -> None:
    async def write(events: Sequence[Event], unit: PostgresUnitOfWork) -> None:
        for event in events:
            await unit.inventories.grant(event.char_id, Gift("bread", 1))
        reached.set()
        if not again:
            await asyncio.sleep(PATIENCE)

    reached, again = asyncio.Event(), False
    listener = Listener(does=write).at(world.core)
    await done_by(world, "one")
    telling = asyncio.create_task(world.core.events.round())
    await asyncio.wait_for(reached.wait(), PATIENCE)
    telling.cancel()
    await asyncio.gather(telling, return_exceptions=True)
    again = True

    assert await world.core.events.round()
    assert await world.core.events.round()

    assert listener.op_ids == ["one"]
    assert len(await world.query("SELECT id FROM inventory_inbox")) == 2, (
        "for the birth, and for what was done"
    )


async def test_one_process_at_a_time_tells_a_subscriber(world: World, other: World) -> None:
    async def stay(*_: object) -> None:
        here.set()
        await asyncio.wait_for(go_on.wait(), PATIENCE)

    here, go_on = asyncio.Event(), asyncio.Event()
    mine, theirs = Listener(does=stay).at(world.core), Listener().at(other.core)
    await done_by(world, "one")
    telling = asyncio.create_task(world.core.events.round())
    await asyncio.wait_for(here.wait(), PATIENCE)

    assert await other.core.events.round()
    assert theirs.heard == []
    go_on.set()
    assert await telling
    assert await other.core.events.round()
    assert (mine.op_ids, theirs.op_ids) == (["one"], [])


async def test_a_slow_subscriber_holds_up_no_other(world: World) -> None:
    async def write_and_listen(*_: object) -> None:
        await ore(world, char_id, "meanwhile")
        assert await world.core.events.deliveries["quick"].round()
        assert quick.op_ids == ["meanwhile"]

    quick = Listener("quick").at(world.core)
    slow = Listener("slow", does=write_and_listen).at(world.core)
    char_id = await world.character()

    assert await world.core.events.deliveries["slow"].round()

    assert slow.op_ids == ["meanwhile"]


async def test_one_event_that_raises_is_named_and_waited_for(world: World) -> None:
    async def raise_at_three(events: Sequence[Event], _: PostgresUnitOfWork) -> None:
        if any(event.op_id == "three" for event in events) and not mended:
            raise HandlerError

    mended = False
    listener, well = Listener(does=raise_at_three).at(world.core), Listener("well").at(world.core)
    char_id = await done_by(world, "one", "two", "three", "four")

    assert not await world.core.events.round()

    assert well.op_ids == ["one", "two", "three", "four"]
    assert listener.op_ids == ["one", "two"]
    states = {each.name: each for each in await world.core.router.ask(ListSubscribers())}
    ill = states["listener"]
    assert (ill.failures, ill.error, ill.following) == (1, "HandlerError", (char_id, 3, "add_item"))
    assert listener.counted(world.core, "event_failures_total") == 2, "with those before it, and by itself"
    mended = True
    assert await world.core.events.round()
    assert listener.op_ids == ["one", "two", "three", "four"]
    assert {each.failures for each in await world.core.router.ask(ListSubscribers())} == {0}


async def test_what_another_release_has_written_is_left_to_it_for_a_while(world: World) -> None:
    listener = Listener(kinds=(AddItem,)).at(world.core)
    char_id = await world.character()
    assert await world.core.events.round()
    await ore(world, char_id, "one", "two", "three")
    await world.execute("UPDATE inventory_operations SET kind = 'polish' WHERE op_id = 'two'")

    assert await world.core.events.round()
    assert listener.op_ids == ["one"]

    old = f"UPDATE inventory_operations SET written_at = now() - interval '{NEWER_RELEASE} seconds'"
    await world.execute(f"{old} WHERE char_id = :char_id", char_id=char_id)
    assert await world.core.events.round()
    assert listener.op_ids == ["one", "three"]
    assert listener.counted(world.core, "events_unreadable_total") == 1


async def test_what_is_older_than_events_is_told_first_and_in_order(world: World) -> None:
    listener = Listener().at(world.core)
    players = [await done_by(world, "one", "two") for _ in range(2)]
    await world.execute("UPDATE inventory_operations SET written_in = '0'")
    for char_id in players[::-1]:
        await ore(world, char_id, "three")

    assert await world.core.events.round()

    old, new = listener.heard[:6], listener.heard[6:]
    told = [(event.char_id, event.version) for event in old]
    assert told == [(char_id, version) for char_id in sorted(players) for version in range(3)]
    assert [event.char_id for event in new] == players[::-1]


async def test_after_a_restore_from_a_dump_all_is_told_again_and_in_order(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("apps.game_core.adapters.postgres.events._STRETCH", 1)
    listener = Listener().at(world.core)
    char_id = await done_by(world, "one", "two")
    assert await world.core.events.round()
    listener.portions.clear()
    for statement in (
        # A dump has the numbers of another cluster: some are not reached yet in this one, some are long past.
        "UPDATE inventory_operations SET written_in = CASE version WHEN 1 THEN '4' ELSE '99999999' END::xid8",
        "UPDATE event_cursors SET ledger = 'elsewhere', written_in = '99999999'",
    ):
        await world.execute(statement)
    await ore(world, char_id, "three")

    assert await world.core.events.round()

    assert listener.op_ids == ["one", "two", "three"]
    await ore(world, char_id, "four")
    assert await world.core.events.round()
    assert listener.op_ids[3:] == ["four"]


async def test_who_is_sent_back_while_it_is_told_begins_anew(world: World) -> None:
    async def be_sent_back(*_: object) -> None:
        if not sent:
            await world.execute("UPDATE event_cursors SET written_in = '0', char_id = 0")
            sent.append(1)

    sent = list[int]()
    listener = Listener().at(world.core)
    char_id = await done_by(world, "one")
    assert await world.core.events.round()
    await ore(world, char_id, "two")
    listener.does = be_sent_back

    assert not await world.core.events.round()
    assert await world.core.events.round()

    assert listener.op_ids == ["one", "two", "one", "two"]
