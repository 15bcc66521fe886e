"""An operation that took effect comes again, however long ago that was: rows 41 to 43."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from apps.game_core.adapters.redis import keys
from apps.game_core.container import Core, open_core
from apps.game_core.modules.inventory.contracts import AddCoins, Grant, PerformOnce, TakeKind, stamped
from apps.game_core.modules.inventory.errors import (
    CannotUndoError,
    LostStateError,
    OperationIdTakenError,
    OverruledError,
    UndoObstacle,
)
from apps.game_core.modules.inventory.inventory.operation_ids import stamp
from apps.game_core.settings import CoreSettings, DurabilityMode
from tests.support.invariants import check
from tests.support.redis_answers import answered
from tests.support.world import World
from tests.support.write_log import StatementCounter
from tools.support.round_trips import counting_round_trips

_AGED = """
UPDATE inventory_operations SET written_at = now() - interval '2 days', at = at - 172800
WHERE kind <> 'starter'
"""
Interlude = Callable[[World, int], Awaitable[None]]


async def nothing(_: World, __: int) -> None:
    """The very next moment."""


async def written(world: World, char_id: int) -> None:
    await world.gateway.sync_inventory(char_id)


async def many_changes(world: World, char_id: int) -> None:
    ore = await world.item(char_id, "iron_ore")
    for number in range(300):
        change = world.gateway.unlock_item if number % 2 else world.gateway.lock_item
        await change(char_id, ore.id)
        if number % 50 == 49:
            await world.gateway.sync_inventory(char_id)


async def days(world: World, char_id: int) -> None:
    await world.gateway.sync_inventory(char_id)
    await world.execute(_AGED)
    await world.core.redis.flushall()


async def expiry(world: World, char_id: int) -> None:
    await world.gateway.sync_inventory(char_id)
    await world.core.redis.delete(keys.session(char_id), keys.control(char_id))


async def a_foreign_write(world: World, char_id: int) -> None:
    """Rebased over: what waits is written anew, and what was remembered is not any more."""
    await world.execute("UPDATE inventory_items SET quantity = 11 WHERE base_id = 'iron_ore'")
    await world.gateway.sync_inventory(char_id)


async def a_foreign_write_after_it_was_written(world: World, char_id: int) -> None:
    """Rebased over with nothing to replay: all that was remembered is gone."""
    await world.gateway.sync_inventory(char_id)
    await world.execute("UPDATE inventory_items SET quantity = 11 WHERE base_id = 'iron_ore'")
    state = await world.core.store.inspect(char_id)
    assert state
    assert await world.core.rebase.rebase(state)


async def deleted_memory(world: World, char_id: int) -> None:
    await world.gateway.sync_inventory(char_id)
    await answered(world.core.redis.hdel(keys.control(char_id), "remembered", "floor"))


INTERLUDES = (
    nothing,
    written,
    many_changes,
    days,
    expiry,
    a_foreign_write,
    a_foreign_write_after_it_was_written,
    deleted_memory,
)


async def fight(world: World, char_id: int) -> str:
    return "training:abc:1:use"


async def button_of_the_last_release(world: World, char_id: int) -> str:
    return "0123abcd:us:1:0"


async def button(world: World, char_id: int) -> str:
    return stamped((await world.gateway.open(char_id)).stamp, "us:1:0")


@contextlib.asynccontextmanager
async def by(core: Core, settings: CoreSettings, another: DurabilityMode | None) -> AsyncIterator[World]:
    """The process that has done it first, or another one that knows nothing, in this mode."""
    if another is None:
        yield World(core)
        return
    async with open_core(settings.model_copy(update={"inventory_durability": another})) as opened:
        yield World(opened)


@pytest.mark.parametrize(
    "another", [None, DurabilityMode.LAZY, DurabilityMode.STRICT], ids=lambda mode: mode or "same process"
)
@pytest.mark.parametrize("make_id", [fight, button_of_the_last_release, button])
@pytest.mark.parametrize("interlude", INTERLUDES)
async def test_fault_41_it_takes_effect_once_and_nothing_is_taken_back(
    core: Core,
    settings: CoreSettings,
    *,
    interlude: Interlude,
    make_id: Callable[[World, int], Awaitable[str]],
    another: DurabilityMode | None,
) -> None:
    world = World(core)
    char_id = await world.character()
    potion = await world.item(char_id, "health_potion")
    op_id = await make_id(world, char_id)
    first = await world.gateway.use_consumable(char_id, potion.id, op_id=op_id)
    await interlude(world, char_id)

    async with by(core, settings, another) as later:
        bread = await later.item(char_id, "bread")
        await later.gateway.drop_item(char_id, bread.id, 1, op_id="stands")
        again = await later.gateway.use_consumable(char_id, potion.id, op_id=op_id)

        assert (again.repeated, again.result) == (True, first.result)
        assert await later.pieces(char_id, "health_potion") == 4
        await later.core.worker.drain()
        assert (await later.gateway.open(char_id)).conflicts == ()
        assert await later.pieces_in_rows(char_id, "health_potion") == 4
        assert [entry.op_id for entry in await later.ledger(char_id)].count("stands") == 1
        await check(later, char_id)


async def test_fault_41_an_answer_about_a_thing_that_is_gone(world: World, settings: CoreSettings) -> None:
    char_id = await world.character()
    scroll = await world.item(char_id, "sealed_letter")
    bread = await world.item(char_id, "bread")
    first = await world.gateway.drop_item(char_id, bread.id, op_id="all of it")
    await days(world, char_id)

    async with open_core(settings) as other:
        again = await other.gateway.drop_item(char_id, bread.id, op_id="all of it")

    assert (again.repeated, again.result) == (True, first.result)
    assert scroll.id in await world.rows(char_id)


async def test_fault_41_what_the_state_at_hand_shows_costs_no_look_into_the_ledger(
    world: World, settings: CoreSettings
) -> None:
    char_id = await world.character()
    potion = await world.item(char_id, "health_potion")
    await world.gateway.use_consumable(char_id, potion.id)
    await days(world, char_id)

    async with open_core(settings) as other:
        reader = await other.gateway.open(char_id)
        statements = StatementCounter(other)
        for op_id in (stamped(reader.stamp, "us"), None):
            with counting_round_trips() as counted:
                await other.gateway.use_consumable(char_id, potion.id, op_id=op_id)
            assert (counted.trips, statements.count) == (1, 0)
        await other.gateway.use_consumable(char_id, potion.id, op_id="from elsewhere")
        assert statements.count == 1, "one question to the ledger"


@pytest.mark.parametrize("ahead", [1, 300, 2**40, 2**62])
async def test_fault_41_an_age_from_the_future_is_refused(world: World, ahead: int) -> None:
    """Forged, or drawn before a loss: it could be forgotten too early, so it takes no effect at all."""
    char_id = await world.character()
    one = TakeKind(base_id="health_potion", quantity=1)

    for op_id, since in ((stamped(stamp(ahead, "whatever"), "us:1"), 0), ("sold:1", ahead)):
        with pytest.raises(LostStateError):
            await world.gateway.perform(char_id, one, op_id=op_id, since=since)

    assert await world.pieces(char_id, "health_potion") == 5


async def test_fault_41_what_says_a_version_to_come_is_done_once_when_that_has_come(world: World) -> None:
    """A modified client sends what it likes; sessions come and go between its taps."""
    char_id = await world.character()
    one = PerformOnce(char_id, TakeKind(base_id="health_potion", quantity=1), "sold:1", since=3)
    repeated = []

    for _ in range(6):
        with contextlib.suppress(LostStateError):
            repeated.append((await world.core.router.ask(one)).repeated)
        await world.gateway.perform(char_id, AddCoins(amount=1))
        await expiry(world, char_id)

    assert repeated == [False, True, True]
    assert await world.pieces(char_id, "health_potion") == 4
    await check(world, char_id)


async def test_fault_41_an_id_of_another_operation(world: World) -> None:
    char_id = await world.character()
    potion, bread = await world.item(char_id, "health_potion"), await world.item(char_id, "bread")
    await world.gateway.use_consumable(char_id, potion.id, op_id="mine")
    for _ in range(2):
        with pytest.raises(OperationIdTakenError):
            await world.gateway.drop_item(char_id, bread.id, op_id="mine")
        await world.gateway.sync_inventory(char_id)
    assert await world.pieces(char_id, "bread") == 3


async def test_fault_41_fifty_old_taps_at_once(world: World, settings: CoreSettings) -> None:
    char_id = await world.character()
    potion = await world.item(char_id, "health_potion")
    await world.gateway.use_consumable(char_id, potion.id, op_id="tap")
    await days(world, char_id)

    async with open_core(settings) as one, open_core(settings) as two:
        taps = [core.gateway.use_consumable(char_id, potion.id, op_id="tap") for core in (one, two) * 25]
        outcomes = await asyncio.gather(*taps)

    assert all(each.repeated for each in outcomes)
    assert await world.pieces(char_id, "health_potion") == 4


async def test_fault_41_a_session_of_the_last_release_still_knows_its_operations(world: World) -> None:
    """It remembered results beside the rest, by operation id: clean and dirty ones may be open now."""
    char_id = await world.character()
    potion = await world.item(char_id, "health_potion")
    first = await world.gateway.use_consumable(char_id, potion.id, op_id="0123abcd:us:1:0")
    control = keys.control(char_id)
    for _ in range(2):
        await answered(world.core.redis.hdel(control, "remembered", "floor", "lineage", "generation"))
        await answered(
            world.core.redis.hset(control, mapping={"o:0123abcd:us:1:0": "{}", "h:1": "0123abcd:us:1:0"})
        )
        again = await world.gateway.use_consumable(char_id, potion.id, op_id="0123abcd:us:1:0")
        assert (again.repeated, again.result) == (True, first.result)
        await world.gateway.sync_inventory(char_id)
    await world.gateway.lock_item(char_id, potion.id)
    await world.gateway.sync_inventory(char_id)
    assert not [name for name in await world.control(char_id) if name[:2] in ("o:", "h:")]
    await check(world, char_id)


@pytest.mark.parametrize("interlude", [written, many_changes, days, expiry])
async def test_fault_42_undo_counts_from_when_a_drop_took_effect_first(
    world: World, settings: CoreSettings, interlude: Interlude
) -> None:
    char_id = await world.character()
    bread = await world.item(char_id, "bread")
    await world.gateway.drop_item(char_id, bread.id, 1, op_id="S:dr:1:1")
    await interlude(world, char_id)
    await world.execute(_AGED)

    async with open_core(settings) as other:
        again = await other.gateway.drop_item(char_id, bread.id, 1, op_id="S:dr:1:1")
        with pytest.raises(CannotUndoError) as refused:
            await other.gateway.undo(char_id, "S:dr:1:1")

    assert (again.repeated, refused.value.obstacle) == (True, UndoObstacle.TOO_LATE)
    assert await world.pieces(char_id, "bread") == 2


async def test_fault_43_what_was_made_twice_is_told_and_recorded(world: World) -> None:
    """Only a ledger that was edited can bring this about: the second time is not left out in silence."""
    char_id = await world.character()
    potion, bread = await world.item(char_id, "health_potion"), await world.item(char_id, "bread")
    await world.gateway.use_consumable(char_id, potion.id, op_id="twice")
    await world.gateway.drop_item(char_id, bread.id, 1, op_id="stands")
    await world.execute(
        "INSERT INTO inventory_operations (char_id, op_id, version, kind, at, payload, result, before)"
        " VALUES (:char_id, 'twice', 0, 'use_consumable', 0, '{}', '{}', '[]')",
        char_id=char_id,
    )

    await world.gateway.sync_inventory(char_id)

    assert (await world.gateway.open(char_id)).conflicts == ("use_consumable",)
    assert await world.query("SELECT op_id, reason FROM inventory_conflicts") == [
        ("twice:twice", "MadeBefore")
    ]
    assert [entry.op_id for entry in await world.ledger(char_id)] == ["stands"]
    assert await world.pieces(char_id, "health_potion") == 5


async def test_fault_43_what_was_overruled_is_not_done_when_it_comes_again(world: World) -> None:
    char_id = await world.character()
    bread = await world.item(char_id, "bread")
    await world.gateway.drop_item(char_id, bread.id, 1, op_id="drop")
    await world.execute("DELETE FROM inventory_items WHERE id = :id", id=bread.id)

    for _ in range(2):
        await world.gateway.sync_inventory(char_id)
        with pytest.raises(OverruledError):
            await world.gateway.drop_item(char_id, bread.id, 1, op_id="drop")
        await world.core.redis.flushall()
    assert [each.op_id for each in await world.query("SELECT op_id FROM inventory_conflicts")] == ["drop"]


async def test_fault_43_a_grant_that_a_rebase_leaves_out_goes_on_waiting(world: World) -> None:
    char_id = await world.character()
    await world.gateway.view(char_id)
    await world.core.router.route("inventory", "grant", Grant(char_id, "hunting_bow", 1))
    for chore in world.core.worker.chores:
        await chore.round()
    await world.execute("UPDATE inventories SET max_slots = 5, version = version + 1, rev = 'sql:small'")

    await world.gateway.sync_inventory(char_id)

    assert (await world.gateway.open(char_id)).waiting == 1
    assert await world.pieces(char_id, "hunting_bow") == 1
