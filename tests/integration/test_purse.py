"""Coins on real servers: in the same session and the same write as items, once, whoever interferes."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from apps.game_core.adapters.redis import keys
from apps.game_core.container import open_core
from apps.game_core.modules.characters.contracts import DeleteCharacter
from apps.game_core.modules.inventory.contracts import (
    MAX_COINS,
    AddCoins,
    AddItem,
    Batch,
    CoinsResult,
    Perform,
    TakeCoins,
    TakeKind,
)
from apps.game_core.modules.inventory.errors import OperationIdTakenError
from apps.game_core.modules.inventory.inventory.operation import Operation
from apps.game_core.modules.inventory.keeping_errors import NotEnoughCoinsError
from apps.game_core.settings import CoreSettings
from tests.integration.test_audit import findings
from tests.support.invariants import check
from tests.support.world import World
from tests.support.write_log import WriteLog
from tools.support.round_trips import counting_round_trips

EDITED = "UPDATE inventories SET coins = :coins WHERE char_id = :char_id"
SOLD = (TakeKind(base_id="iron_ore", quantity=5), AddCoins(amount=30))
BOUGHT = (TakeCoins(amount=20), AddItem(base_id="iron_helmet", quantity=1))


async def do(world: World, char_id: int, *parts: Operation[Any], op_id: str = "") -> Any:
    wish = parts[0] if len(parts) == 1 else Batch.of(*parts)
    return (await world.gateway.perform(char_id, wish, op_id=op_id or None)).result


async def rich(world: World, coins: int = 100) -> int:
    """A character with so many coins, all written."""
    char_id = await world.character()
    await do(world, char_id, AddCoins(amount=coins))
    await world.gateway.sync_inventory(char_id)
    return char_id


async def seen(world: World, char_id: int) -> int:
    return (await world.gateway.view(char_id)).coins


async def stored(world: World, char_id: int) -> int:
    coins: int = (await world.row(char_id)).coins
    return coins


@contextmanager
def statements(world: World) -> Iterator[list[str]]:
    told: list[str] = []

    def note(_: object, __: object, statement: str, *___: object) -> None:
        told.append(" ".join(statement.split()))

    engine = world.core.engine.sync_engine
    sa.event.listen(engine, "before_cursor_execute", note)
    yield told
    sa.event.remove(engine, "before_cursor_execute", note)


async def test_a_batch_with_coins_is_one_round_trip_and_one_transaction(world: World) -> None:
    char_id = await world.character()
    version = (await world.gateway.open(char_id)).version
    log = WriteLog(world.core.engine)
    await log.install()

    with counting_round_trips() as counted:
        await world.gateway.perform(char_id, Batch.of(*SOLD, *BOUGHT), since=version)
    await world.gateway.sync_inventory(char_id)

    writes = await log.writes()
    await log.remove()
    assert (counted.trips, writes.transactions) == (1, 1)
    # The row of the inventory twice: behind the fence, and with its coins.
    assert writes.rows == Counter(inventory_items=2, inventories=2, inventory_operations=1)
    assert await stored(world, char_id) == await seen(world, char_id) == 10
    assert await findings(world) == []


async def test_what_touched_no_coins_has_no_statement_for_them(world: World) -> None:
    char_id = await rich(world)
    with statements(world) as without:
        await do(world, char_id, *SOLD[:1])
        await world.gateway.sync_inventory(char_id)
    with statements(world) as with_coins:
        await do(world, char_id, *SOLD)
        await world.gateway.sync_inventory(char_id)

    of_coins = [each for each in with_coins if "coins" in each]
    assert [each for each in without if "coins" in each] == []
    assert len(of_coins) == 1
    assert [each for each in with_coins if each not in of_coins] == without


async def test_many_purses_are_written_by_one_statement(world: World) -> None:
    paid = {await rich(world): amount for amount in (1, 2, 3)}
    for char_id, amount in paid.items():
        await do(world, char_id, TakeCoins(amount=amount))

    with statements(world) as told:
        assert await world.core.worker.drain() == 3

    assert len([each for each in told if each.startswith("UPDATE inventories AS row SET coins")]) == 1
    assert {char_id: await stored(world, char_id) for char_id in paid} == {
        char_id: 100 - amount for char_id, amount in paid.items()
    }


async def test_an_empty_purse_is_written_too(world: World) -> None:
    char_id = await rich(world)

    await do(world, char_id, TakeCoins(amount=100))
    await world.gateway.sync_inventory(char_id)

    assert await stored(world, char_id) == 0
    assert await findings(world) == []


@pytest.mark.parametrize("written", [True, False])
async def test_the_same_id_pays_once_whichever_process_is_asked(
    world: World, settings: CoreSettings, written: bool
) -> None:
    char_id = await rich(world)
    pay = Perform(char_id, TakeCoins(amount=60), "toll:7")

    first = await world.core.router.ask(pay)
    if written:
        await world.gateway.sync_inventory(char_id)
        await world.core.redis.flushall()
    async with open_core(settings) as other:
        again = await other.router.ask(pay)
        with pytest.raises(OperationIdTakenError):
            await other.router.ask(Perform(char_id, TakeCoins(amount=61), "toll:7"))

    assert again == first == CoinsResult(60, 40)
    await world.gateway.sync_inventory(char_id)
    assert await stored(world, char_id) == 40
    assert await findings(world) == []


async def test_the_fullest_purse_goes_through_both_stores(world: World) -> None:
    char_id = await rich(world, MAX_COINS)
    await world.core.redis.flushall()

    assert await seen(world, char_id) == MAX_COINS
    assert await do(world, char_id, TakeCoins(amount=MAX_COINS - 1)) == CoinsResult(MAX_COINS - 1, 1)
    await world.gateway.sync_inventory(char_id)
    assert await stored(world, char_id) == 1
    assert await findings(world) == []


async def test_no_row_holds_less_than_nothing(world: World) -> None:
    char_id = await rich(world)

    with pytest.raises(IntegrityError):
        await world.execute(EDITED, char_id=char_id, coins=-1)


@pytest.mark.parametrize("by", ["player", "worker"])
async def test_fault_10_coins_that_were_edited_meanwhile_are_not_overwritten(world: World, by: str) -> None:
    char_id = await rich(world)
    await do(world, char_id, TakeCoins(amount=60))
    await do(world, char_id, AddCoins(amount=1))

    await world.execute(EDITED, char_id=char_id, coins=1000)
    await (world.gateway.sync_inventory(char_id) if by == "player" else world.core.worker.drain())

    assert await stored(world, char_id) == await seen(world, char_id) == 941
    assert (await world.gateway.open(char_id)).conflicts == ()
    assert await findings(world) == []
    await check(world, char_id)


async def test_fault_10_what_can_be_paid_no_more_is_taken_back_and_told(world: World) -> None:
    char_id = await rich(world)
    await do(world, char_id, *BOUGHT, op_id="helmet")
    await do(world, char_id, TakeCoins(amount=10), op_id="toll")

    await world.execute(EDITED, char_id=char_id, coins=15)
    await world.gateway.sync_inventory(char_id)

    assert await stored(world, char_id) == await seen(world, char_id) == 5
    assert await world.pieces(char_id, "iron_helmet") == 0
    assert (await world.gateway.open(char_id)).conflicts == ("batch",)
    found = await world.query("SELECT op_id, reason FROM inventory_conflicts")
    assert [tuple(each) for each in found] == [("helmet", NotEnoughCoinsError.__name__)]
    assert await findings(world) == []
    await check(world, char_id)


async def test_fault_10_an_edit_is_written_down_and_named_until_the_game_has_built_on_it(
    world: World,
) -> None:
    char_id = await rich(world)
    before = await world.row(char_id)

    await world.execute(EDITED, char_id=char_id, coins=7)

    after = await world.row(char_id)
    assert after.version == before.version + 1
    assert after.rev.startswith("sql:")
    [edit] = await world.query("SELECT version, coins, vitals, before FROM inventory_edits")
    assert tuple(edit) == (after.version, {"before": 100, "after": 7}, None, [])
    assert [str(each).split(": ", 1)[1] for each in await findings(world)] == [
        "purse: 7 coins; by the ledger 100"
    ]
    assert await do(world, char_id, TakeCoins(amount=7)) == CoinsResult(7, 93), "an old session"
    await world.gateway.sync_inventory(char_id)
    assert await stored(world, char_id) == 0
    assert await findings(world) == []


async def test_the_game_s_own_writes_are_no_edits(world: World) -> None:
    char_id = await rich(world)
    await world.execute("UPDATE inventories SET coins = coins, max_slots = 60")
    version = (await world.row(char_id)).version

    await do(world, char_id, TakeCoins(amount=1))
    await world.gateway.sync_inventory(char_id)

    assert (await world.row(char_id)).version == version + 1
    assert await world.query("SELECT * FROM inventory_edits") == []


async def test_fault_45_a_purse_that_was_filled_past_the_triggers_stays_named(world: World) -> None:
    char_id = await rich(world)
    async with world.core.engine.begin() as connection:
        await connection.execute(sa.text("SET LOCAL session_replication_role = replica"))
        await connection.execute(sa.text(EDITED), {"char_id": char_id, "coins": 700})
    await world.core.redis.flushall()
    await do(world, char_id, TakeCoins(amount=5))
    await world.gateway.sync_inventory(char_id)

    [finding] = await findings(world)

    assert "700 coins were there; by the ledger 100" in str(finding)


@pytest.mark.parametrize("lost", ["document", "session"])
async def test_fault_20_coins_outlive_what_redis_loses(world: World, lost: str) -> None:
    char_id = await rich(world)
    await do(world, char_id, *BOUGHT)

    if lost == "document":
        await world.core.redis.delete(keys.session(char_id))
    else:
        await world.core.redis.flushall()

    assert await seen(world, char_id) == 80
    await world.core.worker.drain()
    assert await stored(world, char_id) == 80
    assert await findings(world) == []


async def test_coins_go_with_their_character(world: World) -> None:
    char_id = await rich(world)
    await world.execute(EDITED, char_id=char_id, coins=5)

    await world.core.router.ask(DeleteCharacter(char_id=char_id))

    assert await world.query("SELECT coins FROM inventories") == []
    assert await world.query("SELECT coins FROM inventory_edits") == []
