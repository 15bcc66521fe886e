"""An operation whose entry is in a file by now is done: whoever sends it again changes nothing."""

import random
import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from apps.game_core.adapters.postgres import inventories, snapshots
from apps.game_core.adapters.postgres.ledger_archiving import AT_MOST, KEEP_IDS
from apps.game_core.adapters.postgres.unit_of_work import PostgresUnitOfWork
from apps.game_core.adapters.redis import keys
from apps.game_core.modules.inventory.contracts import AddCoins, FindDone, Forgo, PerformOnce
from apps.game_core.modules.inventory.errors import (
    AlreadyInLedgerError,
    CannotUndoError,
    OperationIdTakenError,
    SyncFailedError,
    UndoObstacle,
)
from apps.game_core.modules.inventory.inventory.logic.sessions.write_plan import inventory_data
from apps.game_core.modules.inventory.inventory.operation_ids import ARCHIVED
from apps.game_core.modules.inventory.session_store import Claim
from tests.support.world import World

ARCHIVE = """
WITH gone AS (DELETE FROM inventory_operations WHERE char_id = :char_id RETURNING op_id)
INSERT INTO ledger_archived_ids (char_id, first, ids)
SELECT :char_id, min(id), array_agg(id ORDER BY id) FROM (
    SELECT id, row_number() OVER (ORDER BY id) / 2 AS part FROM (
        SELECT hashtextextended(op_id, 0) AS id FROM gone) AS each
) AS parted GROUP BY part
"""
ONE = """
INSERT INTO ledger_archived_ids (char_id, first, ids)
SELECT :char_id, id, ARRAY[id] FROM hashtextextended(:op_id, 0) AS id
"""
INSERT = """
INSERT INTO inventory_operations (char_id, op_id, version, kind, at, payload, result, before)
SELECT :char_id, each, 90, 'sort_backpack', 0, '{}', '{}', '[]' FROM unnest(CAST(:op_ids AS text[])) AS each
"""


@contextmanager
def asking_as_before() -> Iterator[None]:
    """The release before knows of no archive."""
    with pytest.MonkeyPatch.context() as patch:
        for module, name in ((inventories, "_KNOWN"), (inventories, "_FATE"), (snapshots, "_INVENTORY")):
            asked = str(getattr(module, name))
            assert "ledger_is_archived(:char_id, op_id)" in asked.replace(":op_id", "op_id")
            patch.setattr(
                module, name, sa.text(re.sub(r"ledger_is_archived\(:char_id, :?op_id\)", "false", asked))
            )
        yield


async def archived(world: World, char_id: int, *, forgotten: bool = False) -> None:
    """All that the ledger has. `forgotten`: Redis knows nothing of it any more."""
    await world.gateway.sync_inventory(char_id)
    await world.execute(ARCHIVE, char_id=char_id)
    if forgotten:
        await world.core.redis.delete(keys.session(char_id), keys.control(char_id))


@pytest.mark.parametrize("forgotten", [False, True])
async def test_what_comes_again_is_refused_and_not_done_twice(world: World, *, forgotten: bool) -> None:
    char_id = await world.character()
    bread = (await world.item(char_id, "bread")).id
    for number in range(5):
        await world.gateway.lock_item(char_id, bread, op_id=f"lock:{number}")
        await world.gateway.unlock_item(char_id, bread, op_id=f"unlock:{number}")
    await world.gateway.perform(char_id, AddCoins(amount=30), op_id="paid")
    await archived(world, char_id, forgotten=forgotten)
    route = world.core.router.ask

    for again in (
        PerformOnce(char_id, AddCoins(amount=30), "paid", 0),
        PerformOnce(char_id, Forgo(), "paid", 0),
    ):
        with pytest.raises(OperationIdTakenError) as refused:
            await route(again)
        assert refused.value.kind == ARCHIVED
    await world.gateway.perform(char_id, AddCoins(amount=1), op_id="paid anew")
    await world.gateway.sync_inventory(char_id)

    assert await route(FindDone(char_id, "paid")) is None
    assert (await world.row(char_id)).coins == 31


async def test_a_gift_that_comes_again_is_neither_given_nor_kept(world: World) -> None:
    char_id = await world.character()
    await world.gateway.add_or_keep(char_id, "copper_ring", 1, key="quest:7")
    await archived(world, char_id)

    with pytest.raises(OperationIdTakenError):
        await world.gateway.add_or_keep(char_id, "copper_ring", 1, key="quest:7")

    assert await world.pieces(char_id, "copper_ring") == 2


async def test_what_is_archived_is_too_old_to_be_undone(world: World) -> None:
    char_id = await world.character()
    bread = (await world.item(char_id, "bread")).id
    await world.gateway.drop_item(char_id, bread, 1, op_id="drop")
    await world.gateway.lock_item(char_id, bread, op_id="lock")
    await archived(world, char_id)

    for undo in (world.gateway.undo(char_id, "drop"), world.gateway.revert(char_id, "lock")):
        with pytest.raises(CannotUndoError) as refused:
            await undo
        assert refused.value.obstacle is UndoObstacle.TOO_LATE


@pytest.mark.parametrize("op_ids", [["one"], ["new", "three", "newer"]])
async def test_no_writer_whatever_its_release_takes_an_id_again(world: World, op_ids: list[str]) -> None:
    char_id, other = await world.character(), await world.character()
    for name in ("one", "two", "three"):
        await world.gateway.perform(char_id, AddCoins(amount=1), op_id=name)
    await archived(world, char_id)

    with pytest.raises(IntegrityError, match=r"pk_inventory_operations_id: operation (one|three) of"):
        await world.execute(INSERT, char_id=char_id, op_ids=op_ids)
    await world.execute(INSERT, char_id=other, op_ids=op_ids)
    await world.execute(INSERT, char_id=char_id, op_ids=["four"])


async def test_a_session_that_lost_its_memory_is_told_that_it_was_done(world: World) -> None:
    """It waits in Redis, and the database has it: the write is refused, and the replay leaves it out."""
    char_id = await world.character()
    await world.gateway.perform(char_id, AddCoins(amount=30), op_id="paid")
    names = (keys.session(char_id), keys.control(char_id))
    before = [await world.core.redis.dump(name) for name in names]
    await archived(world, char_id)
    for name, value in zip(names, before, strict=True):
        await world.core.redis.restore(name, 0, value, replace=True)
    state = await world.core.store.inspect(char_id)
    assert state
    assert state.pending
    with asking_as_before(), pytest.raises(SyncFailedError):
        await world.gateway.sync_inventory(char_id)
    assert (await world.row(char_id)).coins == 30

    await world.gateway.perform(char_id, AddCoins(amount=1), op_id="after")
    await world.gateway.sync_inventory(char_id)

    assert (await world.row(char_id)).coins == 31
    assert [entry.op_id for entry in await world.ledger(char_id)] == ["after"]


async def test_a_write_of_what_is_archived_is_refused_as_one_that_is_in_the_ledger(world: World) -> None:
    char_id = await world.character()
    await world.gateway.perform(char_id, AddCoins(amount=30), op_id="paid")
    [claim] = await world.core.store.claim((char_id,), "token")
    assert isinstance(claim, Claim)
    await world.execute(ONE, char_id=char_id, op_id="paid")
    async with PostgresUnitOfWork(world.core.engine) as unit:
        with pytest.raises(AlreadyInLedgerError):
            await unit.inventories.update_character_inventory(char_id, inventory_data(claim))


async def test_ids_are_kept_in_long_stretches_however_they_come(world: World) -> None:
    char_id, dice = await world.character(), random.Random(7)
    op_ids = [f"op:{number}" for number in range(3_000)]
    parts = [op_ids[:1], op_ids[1:3], op_ids[3:900], *(op_ids[at : at + 70] for at in range(900, 3_000, 70))]
    dice.shuffle(parts)

    for part in parts:
        asked = {"char_id": [char_id] * len(part), "op_id": part}
        async with world.core.engine.begin() as connection:
            await connection.execute(KEEP_IDS, asked)

    stretches = await world.query("SELECT first, ids FROM ledger_archived_ids ORDER BY first")
    ids = [each for stretch in stretches for each in stretch.ids]
    assert (len(ids), ids, [stretch.first for stretch in stretches]) == (
        len(op_ids),
        sorted(set(ids)),
        [stretch.ids[0] for stretch in stretches],
    )
    assert max(len(stretch.ids) for stretch in stretches) <= AT_MOST
    assert len(stretches) < 3 * len(op_ids) / AT_MOST
    known = (
        "SELECT count(*) FROM unnest(CAST(:ids AS text[])) AS each WHERE ledger_is_archived(:char_id, each)"
    )
    assert [row[0] for row in await world.query(known, char_id=char_id, ids=[*op_ids, "another"])] == [
        len(ids)
    ]
