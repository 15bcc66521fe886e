"""What became of what modules asked for, by its id; and what there is without a view of it."""

import asyncio
from collections import Counter
from dataclasses import astuple
from typing import Any

import pytest

from apps.game_core.adapters.redis import keys
from apps.game_core.container import Core, open_core
from apps.game_core.modules.inventory.contracts import (
    AddItem,
    BackpackQuery,
    Batch,
    Done,
    FindDone,
    Forgo,
    LookAtBackpack,
    LookAtBelongings,
    LookAtDone,
    LookAtJunk,
    LookAtRoom,
    MarkJunk,
    Perform,
    PerformOnce,
    TakeItem,
    TakeKind,
)
from apps.game_core.modules.inventory.errors import (
    InvalidInputError,
    OperationIdTakenError,
    TooHeavyError,
)
from apps.game_core.modules.inventory.inventory.operation import Operation
from apps.game_core.modules.items.contracts import Slot
from apps.game_core.settings import CoreSettings
from tests.integration.test_audit import findings
from tests.support.world import World

ONE = TakeKind(base_id="iron_ore", quantity=1)


async def done(world: World, char_id: int, prefix: str = "sold:", limit: int = 20) -> tuple[Done, ...]:
    return await world.core.router.ask(LookAtDone(char_id, prefix, limit))


async def found(world: World, char_id: int, op_id: str) -> Done | None:
    return await world.core.router.ask(FindDone(char_id, op_id))


async def ids(world: World, char_id: int, limit: int = 20) -> list[str]:
    return [each.op_id for each in await done(world, char_id, limit=limit)]


async def sell(world: World, char_id: int, *names: str, wish: Operation[Any] = ONE) -> None:
    for name in names:
        await world.core.router.ask(Perform(char_id, wish, name))


@pytest.mark.parametrize("written", [0, 2, 4])
async def test_the_latest_are_found_newest_first_wherever_they_are(world: World, written: int) -> None:
    char_id, other = await world.character(), await world.character()
    await sell(world, other, "sold:x")
    names = ["sold:b", "bought:a", "sold:a", "sold:c"]
    for number, name in enumerate(names, 1):
        await sell(world, char_id, name)
        if number == written:
            await world.gateway.sync_inventory(char_id)

    assert await ids(world, char_id) == ["sold:c", "sold:a", "sold:b"]
    assert await ids(world, char_id, limit=2) == ["sold:c", "sold:a"]
    assert await done(world, char_id, "sold:%") == ()


async def test_they_say_what_was_asked_and_answered(world: World) -> None:
    char_id = await world.character()
    wish = Batch.of(ONE, AddItem(base_id="bread", quantity=2))

    answered = await world.core.router.ask(Perform(char_id, wish, "sold:1"))

    [found] = await done(world, char_id)
    assert isinstance(found.operation, Batch)
    assert found.operation.asks_for_the_same_as(wish)
    assert found.result == answered
    assert (found.op_id, found.version, found.at) == ("sold:1", 1, found.operation.at)


@pytest.mark.parametrize("written", [False, True])
async def test_one_is_found_by_its_id_and_no_other_that_begins_like_it(world: World, written: bool) -> None:
    char_id, other = await world.character(), await world.character()
    await sell(world, char_id, "1", "12")
    if written:
        await world.gateway.sync_inventory(char_id)

    [newest] = await done(world, char_id, "12")
    assert await found(world, char_id, "12") == newest
    first = await found(world, char_id, "1")
    assert first is not None
    assert (first.op_id, first.version) == ("1", 1)
    assert [await found(world, *asked) for asked in ((char_id, "2"), (other, "1"), (404, "1"))] == [None] * 3


async def test_what_is_written_while_it_is_looked_for_is_found_once(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    char_id = await world.character()
    await sell(world, char_id, "sold:1", "sold:2")
    state = await world.store.inspect(char_id)
    await world.gateway.sync_inventory(char_id)
    assert state is not None
    assert len(state.pending) == 2

    async def as_it_was(_: object, __: int) -> object:
        return state

    monkeypatch.setattr(type(world.store), "inspect", as_it_was)
    assert await ids(world, char_id) == ["sold:2", "sold:1"]


async def test_fault_10_what_could_not_be_kept_has_not_taken_effect(world: World) -> None:
    char_id = await world.character()
    bread = await world.item(char_id, "bread")
    await sell(world, char_id, "sold:1")
    await sell(world, char_id, "sold:2", wish=TakeItem(item_id=bread.id))
    await world.execute("UPDATE inventory_items SET locked = true WHERE id = :id", id=bread.id)

    state = await world.store.inspect(char_id)
    assert state is not None
    assert await world.core.rebase.rebase(state)
    assert await ids(world, char_id) == ["sold:1"], "it waits for the database as refused"
    assert await found(world, char_id, "sold:2") is None
    await world.gateway.sync_inventory(char_id)
    assert await ids(world, char_id) == ["sold:1"]
    assert await found(world, char_id, "sold:2") is None


async def test_what_nobody_can_read_is_left_out(world: World) -> None:
    char_id = await world.character()
    await sell(world, char_id, "sold:1", "sold:2")
    await world.gateway.sync_inventory(char_id)
    await world.execute("UPDATE inventory_operations SET kind = 'barter' WHERE op_id = 'sold:2'")

    assert await ids(world, char_id) == ["sold:1"]
    assert await found(world, char_id, "sold:2") is None


async def test_it_opens_no_session_and_of_nobody_there_is_nothing(world: World) -> None:
    char_id = await world.character()
    await sell(world, char_id, "sold:1")
    await world.gateway.sync_inventory(char_id)
    await world.core.redis.delete(keys.session(char_id), keys.control(char_id))

    assert await ids(world, char_id) == ["sold:1"]
    assert await world.document(char_id) is None
    assert await ids(world, 404) == []


async def test_fault_34_what_makes_no_sense_is_refused(world: World) -> None:
    for asked in (LookAtDone(0, "x"), LookAtDone(1, ""), LookAtDone(1, "x", 0), LookAtDone(1, "x", 1_001)):
        with pytest.raises(InvalidInputError):
            await world.core.router.ask(asked)
    for wanted in (FindDone(0, "x"), FindDone(1, "")):
        with pytest.raises(InvalidInputError):
            await world.core.router.ask(wanted)


async def test_modules_see_what_there_is_as_it_is(world: World) -> None:
    char_id = await world.character()
    sword, bread = [await world.item(char_id, kind) for kind in ("iron_sword", "bread")]
    await world.gateway.equip_item(char_id, sword.id)
    await world.gateway.perform(char_id, MarkJunk(item_ids=(bread.id,)))
    reader, session = await world.gateway.open(char_id), await world.gateway.service.runner.current(char_id)

    seen = await world.core.router.ask(LookAtBelongings(char_id))

    assert astuple(seen)[:4] == (char_id, 2, reader.stamp, session.coins)
    assert seen.items == tuple(session.placed())
    assert {placed.place for placed in seen.items if placed.item.id == sword.id} == {Slot.MAIN_HAND}
    query = BackpackQuery(page_size=3)
    assert await world.core.router.ask(LookAtBackpack(char_id, query)) == reader.backpack(query)
    assert await world.core.router.ask(LookAtJunk(char_id)) == reader.junk()
    assert [item.id for item in reader.junk().items] == [bread.id]
    room = await world.core.router.ask(LookAtRoom(char_id, "healing_herb"))
    await world.gateway.perform(char_id, AddItem(base_id="healing_herb", quantity=room))
    with pytest.raises(TooHeavyError):
        await world.gateway.perform(char_id, AddItem(base_id="healing_herb", quantity=1))


async def test_it_is_told_that_something_was_done_before(world: World) -> None:
    char_id = await world.character()
    wish = TakeKind(base_id="iron_ore", quantity=5)

    answers = [await world.core.router.ask(PerformOnce(char_id, wish, "sold:1")) for _ in range(2)]

    assert [each.repeated for each in answers] == [False, True]
    assert answers[0].result == answers[1].result
    assert await world.pieces(char_id, "iron_ore") == 7


@pytest.mark.parametrize("forgotten", [False, True])
async def test_what_is_forgone_is_never_done_and_what_was_done_cannot_be_forgone(
    world: World, settings: CoreSettings, forgotten: bool
) -> None:
    """Whoever remembers: the session, or the ledger alone; on any process."""
    char_id = await world.character()
    await world.core.router.ask(Perform(char_id, ONE, "done"))
    await world.core.router.ask(Perform(char_id, Forgo(), "forgone"))
    if forgotten:
        await world.gateway.sync_inventory(char_id)
        await world.core.redis.flushall()

    async with open_core(settings) as other:
        for core in (world.core, other):
            with pytest.raises(OperationIdTakenError) as done:
                await core.router.ask(Perform(char_id, Forgo(), "done"))
            with pytest.raises(OperationIdTakenError) as forgone:
                await core.router.ask(Perform(char_id, ONE, "forgone"))
            assert (done.value.kind, forgone.value.kind) == (TakeKind.kind, Forgo.kind)
            assert (await core.router.ask(PerformOnce(char_id, Forgo(), "forgone"))).repeated

    assert await world.pieces(char_id, "iron_ore") == 11
    assert await findings(world) == []


async def test_of_what_is_forgone_and_done_at_once_one_happens(world: World, settings: CoreSettings) -> None:
    char_id = await world.character()

    async with open_core(settings) as other:
        for number in range(10):
            wishes: list[tuple[Core, Operation[Any]]] = [(world.core, ONE), (other, Forgo())]
            asked = (core.router.ask(Perform(char_id, wish, f"{number}")) for core, wish in wishes)
            answers = await asyncio.gather(*asked, return_exceptions=True)
            assert [isinstance(each, OperationIdTakenError) for each in answers].count(True) == 1

    every = [await done(world, char_id, f"{number}") for number in range(10)]
    kinds = Counter(type(each.operation) for (each,) in every)
    assert await world.pieces(char_id, "iron_ore") == 12 - kinds[TakeKind]
    assert kinds.total() == 10
