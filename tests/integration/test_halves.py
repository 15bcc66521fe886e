"""A half on a table: in the session, for as long as it lasts, and nothing that the database should know."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import pytest

from apps.game_core.adapters.redis import keys
from apps.game_core.container import open_core
from apps.game_core.modules.inventory.errors import OverruledError
from apps.game_core.modules.inventory.inventory.operation_ids import stamped
from apps.game_core.modules.inventory.keeping_errors import (
    NotConfirmedError,
    OnTheTableError,
    OtherHalfError,
)
from apps.game_core.modules.inventory.tables import (
    Confirmation,
    FindGive,
    GiveHalf,
    GlanceAtHalf,
    Half,
    LookAtHalf,
    OwnHalf,
    PutHalf,
)
from apps.game_core.settings import CoreSettings
from tests.support.altered import replace
from tests.support.invariants import check
from tests.support.redis_answers import answered
from tests.support.world import World
from tests.support.write_log import WriteLog
from tools.support.clocks import AdjustableClock
from tools.support.patience import PATIENCE

TRADE, PARTNER, OWN, THEIRS = 5, 77, 11, 22


@pytest.fixture
async def other(settings: CoreSettings, world: World) -> AsyncIterator[World]:
    async with open_core(settings) as opened:
        yield World(opened)


async def put(world: World, char_id: int, seen: Half | None, half: Half | None) -> OwnHalf:
    return await world.core.router.ask(PutHalf(char_id, seen, half))


async def half_of(world: World, char_id: int) -> Half | None:
    return (await world.core.router.ask(LookAtHalf(char_id))).half


async def laid(world: World, char_id: int, base_id: str = "bread", **fields: Any) -> Half:
    """All pieces of a kind, for as long as ten minutes."""
    own = await world.core.router.ask(LookAtHalf(char_id))
    item = own.bag.to_lay((await world.item(char_id, base_id)).id)
    until = int(world.core.worker.clock.now()) + 600
    usual = {"trade": TRADE, "mark": OWN, "until": until, "partner": PARTNER, "items": (item,)}
    half = Half(**{**usual, **fields})
    put_there = (await put(world, char_id, own.half, half)).half
    assert put_there is not None
    return put_there


async def give(world: World, char_id: int, half: Half) -> None:
    assert half.confirmed
    wish = GiveHalf(trade=half.trade, own_mark=half.mark, other_mark=half.confirmed.mark)
    await world.gateway.perform(char_id, wish, op_id=stamped(half.confirmed.stamp, f"give:{half.trade}"))


@pytest.mark.parametrize("dirty", [True, False])
async def test_a_half_is_nothing_to_write_and_keeps_the_expiry_of_both_keys(
    world: World, other: World, dirty: bool
) -> None:
    char_id = await world.character()
    ore = await world.item(char_id, "iron_ore")
    if dirty:
        await world.gateway.lock_item(char_id, ore.id)
    half = replace(await laid(world, char_id), mark=12)
    names = [keys.session(char_id), keys.control(char_id)]
    if not dirty:
        assert [await world.core.redis.pexpire(name, 900_000) for name in names] == [1, 1]
    before, control, _, ttls = await world.stored(char_id)
    assert before
    assert before["metadata"].pop("half")["mark"] == OWN

    await put(world, char_id, replace(half, mark=OWN), half)

    document, after, indexed, now = await world.stored(char_id)
    assert document
    assert document["metadata"].pop("half")["mark"] == 12
    assert document == before
    assert {name: value for name, value in after.items() if value != control[name]}.keys() == {"rev"}
    assert indexed is dirty
    assert all(was - PATIENCE * 1000 < is_now <= was for was, is_now in zip(ttls, now, strict=True))
    seen = await other.core.router.ask(GlanceAtHalf(char_id))
    assert seen
    assert (seen.name, seen.half) == ("Aetheron", half)
    await check(world, char_id)


async def test_what_lies_there_stays_until_it_is_taken_away_or_too_old(
    world: World, game_clock: AdjustableClock
) -> None:
    char_id = await world.character()
    half = await laid(world, char_id)
    [bread] = half.items
    with pytest.raises(OnTheTableError):
        await world.gateway.drop_item(char_id, bread.id)
    with pytest.raises(OtherHalfError):
        await put(world, char_id, replace(half, mark=9), None)

    assert (await put(world, char_id, half, None)).half is None
    assert (await put(world, char_id, half, None)).half is None, "the same once more is the same"
    await world.gateway.lock_item(char_id, bread.id)
    await world.gateway.unlock_item(char_id, bread.id)
    await laid(world, char_id, mark=12)
    game_clock.advance(601)
    await world.gateway.drop_item(char_id, bread.id)


async def test_nobody_opens_a_session_for_a_glance(world: World) -> None:
    char_id = await world.character()

    assert await world.core.router.ask(GlanceAtHalf(char_id)) is None
    assert await world.document(char_id) is None


async def test_a_half_that_is_put_on_what_this_process_saw_last_is_put_on_what_is(
    world: World, other: World
) -> None:
    char_id = await world.character()
    await world.gateway.view(char_id)
    half = await laid(other, char_id)

    await put(world, char_id, half, replace(half, coins=0, mark=12))

    assert (await half_of(other, char_id)) == replace(half, mark=12)
    with pytest.raises(OtherHalfError):
        await put(other, char_id, half, None)


async def test_a_half_that_is_laid_while_the_session_is_written_stays(world: World, other: World) -> None:
    char_id = await world.character()
    ore = await world.item(char_id, "iron_ore")
    await world.gateway.lock_item(char_id, ore.id)
    acknowledge = world.core.store.acknowledge

    async def laid_meanwhile(done: Any) -> Any:
        await laid(other, char_id)
        return await acknowledge(done)

    object.__setattr__(world.core.store, "acknowledge", laid_meanwhile)
    await world.gateway.sync_inventory(char_id)
    object.__setattr__(world.core.store, "acknowledge", acknowledge)

    assert await half_of(world, char_id)
    assert await half_of(world, char_id) == await half_of(other, char_id)
    await check(world, char_id)


async def accident(world: World, char_id: int, what: str) -> None:
    match what:
        case "rebase":
            await world.execute("UPDATE inventory_items SET quantity = 2 WHERE base_id = 'iron_ore'")
            await world.gateway.lock_item(char_id, (await world.item(char_id, "copper_ring")).id)
            await world.gateway.sync_inventory(char_id)
        case "another run":
            await answered(world.core.redis.hset(keys.control(char_id), "run", "ab" * 20))
        case "another database":
            await world.core.generation.announce(uuid4().hex)
        case "loss":
            await world.core.redis.flushall()


@pytest.mark.parametrize("what", ["rebase", "another run", "another database", "loss"])
async def test_a_session_of_another_past_has_left_the_table(world: World, what: str) -> None:
    char_id = await world.character()
    half = await laid(world, char_id, confirmed=Confirmation(THEIRS, ""))

    await accident(world, char_id, what)

    assert await half_of(world, char_id) is None
    with pytest.raises(NotConfirmedError):
        await give(world, char_id, half)
    await world.gateway.drop_item(char_id, half.items[0].id)


async def test_what_is_confirmed_is_given_once_and_nothing_else_is(world: World, other: World) -> None:
    char_id = await world.character()
    half = await laid(world, char_id, confirmed=Confirmation(THEIRS, ""))
    for wrong in (
        replace(half, mark=12),
        replace(half, confirmed=replace(half.confirmed, mark=23)),  # type: ignore[type-var] # it is confirmed
        replace(half, trade=6),
    ):
        with pytest.raises(NotConfirmedError):
            await give(world, char_id, wrong)

    for each in (world, other, world):
        await give(each, char_id, half)

    given = await world.core.router.ask(FindGive(char_id, TRADE))
    assert given
    assert (given.items, given.partner) == (half.items, PARTNER)
    assert (given.own_mark, given.other_mark) == (OWN, THEIRS)
    assert await world.core.router.ask(FindGive(char_id, 6)) is None
    assert await world.pieces(char_id, "bread") == 0
    assert await half_of(world, char_id) is None


@pytest.mark.parametrize("what", ["changed", "left", "too old"])
async def test_whoever_changed_the_table_or_left_it_gives_nothing(
    world: World, other: World, game_clock: AdjustableClock, what: str
) -> None:
    char_id = await world.character()
    half = await laid(world, char_id, confirmed=Confirmation(THEIRS, ""))
    await other.gateway.view(char_id)
    if what == "too old":
        game_clock.advance(600)
    else:
        await put(world, char_id, half, replace(half, mark=12, confirmed=None) if what == "changed" else None)

    with pytest.raises(NotConfirmedError):
        await give(world if what == "too old" else other, char_id, half)

    assert await world.pieces(char_id, "bread") == 3


async def test_what_is_no_longer_in_the_bag_is_not_given(world: World) -> None:
    char_id = await world.character()
    half = await laid(world, char_id, confirmed=Confirmation(THEIRS, ""))
    await give(world, char_id, half)
    await world.execute("DELETE FROM inventory_items WHERE id = :id", id=half.items[0].id)

    await world.gateway.sync_inventory(char_id)

    assert (await world.gateway.open(char_id)).conflicts == ("give",)
    with pytest.raises(OverruledError):
        await give(world, char_id, half)


async def test_laying_and_confirming_cost_the_database_nothing(world: World) -> None:
    char_id = await world.character()
    await world.gateway.view(char_id)
    log = WriteLog(world.core.engine)
    await log.install()
    try:
        half = await laid(world, char_id)
        await put(world, char_id, half, replace(half, confirmed=Confirmation(THEIRS, "")))
        await world.core.worker.drain()
        assert (await log.writes()).transactions == 0
    finally:
        await log.remove()
