"""Entries of the ledger are packed: what one takes on disk, and that nobody who reads it can tell."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.exc import IntegrityError

from apps.game_core.adapters.postgres import inventory_writes as write
from apps.game_core.adapters.postgres import ledger_rows
from apps.game_core.modules.inventory.inventory.codec import encode
from apps.game_core.modules.inventory.ports import LedgerEntry
from apps.game_core.value import replace
from tests.integration.test_audit import findings
from tests.support.fifty_changes import CHANGES, fifty_changes
from tests.support.world import World

MOST = 350
"""Bytes an operation may take on disk, with its share of the indexes."""
PLAYERS, AT_ONCE = 120, 5
NAMES = ("char_id", "op_id", "version", "kind", "at", "payload", "result", "before", "body")
OTHERS = """
WITH other AS (SELECT * FROM unnest(CAST(:ids AS bigint[])) AS other (id)), made AS (
    INSERT INTO characters (id, user_id, name, language) OVERRIDING SYSTEM VALUE
    SELECT id, -id, 'Other', 'en' FROM other RETURNING id
)
INSERT INTO inventories (char_id) SELECT id FROM made
"""
MINE = """
SELECT op_id, version, kind, at, payload::text, result::text, before::text, body FROM inventory_operations
WHERE char_id = :char_id ORDER BY version
"""
SIZE = "SELECT pg_total_relation_size('inventory_operations'), count(*) FROM inventory_operations"


def portions(mine: list[Any], char_id: int) -> list[list[tuple[Any, ...]]]:
    """What so many players have done, as workers would write it."""
    each = [[(other, *row) for row in mine] for other in range(char_id + 1, char_id + PLAYERS + 1)]
    starts = range(0, len(mine), AT_ONCE)
    return [[row for rows in each for row in rows[start : start + AT_ONCE]] for start in starts]


async def test_an_operation_takes_at_most_350_bytes(world: World) -> None:
    char_id = await world.character()
    await fifty_changes(world, char_id)
    mine = await world.query(MINE, char_id=char_id)
    written = portions(mine, char_id)
    await world.execute("TRUNCATE inventory_operations")
    await world.execute(OTHERS, ids=[row[0] for row in written[0][::AT_ONCE]])

    for rows in written:
        async with world.core.engine.begin() as connection:
            await connection.execute(
                write.LEDGER, dict(zip(NAMES, map(list, zip(*rows, strict=True)), strict=True))
            )

    [(size, entries)] = await world.query(SIZE)
    # What is left would be looked through by whoever comes next.
    await world.execute("TRUNCATE inventory_operations")
    assert entries == PLAYERS * (CHANGES + 1)
    assert size / entries <= MOST


ENTRY = LedgerEntry("at:9XbnMMhz4:dr:385731418856275155:1", 7, "drop_item", 1_796_033_012, b"{}", b"7", b"[]")
ODD = (b"null", b"[]", b"{}", b'{"op_id":"another","at":1}', '"\u00e4\\u0000"'.encode())
PARTS = st.sampled_from(ODD)
NAMED = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)


def row(entry: LedgerEntry, *, pack: bool = True) -> tuple[Any, ...]:
    stored = ledger_rows.columns([entry], pack=pack)
    return (entry.op_id, entry.version, entry.kind, entry.at, *(values[0] for values in stored.values()))


@given(op_id=NAMED, at=st.integers(-1, 2**40), payload=PARTS, result=PARTS, before=PARTS, pack=st.booleans())
def test_what_is_stored_is_read_as_it_was(
    op_id: str, at: int, payload: bytes, result: bytes, before: bytes, *, pack: bool
) -> None:
    own = payload if payload != b"{}" else encode({"op_id": op_id, "at": at, "item_id": 385731418856275155})
    entry = replace(ENTRY, op_id=op_id, at=at, payload=own, result=result, before=before)

    assert ledger_rows.entry(row(entry, pack=pack)) == entry


UNREADABLE = replace(ENTRY, payload=b"", result=b"", before=b"")


def test_whatever_bit_flips_nothing_else_comes_out() -> None:
    [*names, body] = row(ENTRY)

    read = []
    for bit in range(8 * len(body)):
        broken = bytearray(body)
        broken[bit // 8] ^= 1 << bit % 8
        read.append(ledger_rows.entry((*names, bytes(broken))))

    # A few bits at the end of what is deflated mean nothing.
    assert [each for each in read if each != UNREADABLE] == [ENTRY] * (len(read) - read.count(UNREADABLE))
    assert read.count(UNREADABLE) >= len(read) - 8


@pytest.mark.parametrize("damage", ["op_id = 'another'", "body = set_byte(body, 9, 255)", "body = ''"])
async def test_what_was_damaged_is_named_and_not_believed(world: World, damage: str) -> None:
    char_id = await world.character()
    await world.gateway.add_item(char_id, "bread", 1, op_id="one")
    await world.gateway.sync_inventory(char_id)

    await world.execute(f"UPDATE inventory_operations SET {damage} WHERE op_id = 'one'")

    assert "unreadable: add_item" in " ".join(map(str, await findings(world)))


async def test_nobody_edits_half_of_an_entry(world: World) -> None:
    char_id = await world.character()
    await world.gateway.add_item(char_id, "bread", 1, op_id="one")
    await world.gateway.sync_inventory(char_id)

    with pytest.raises(IntegrityError, match="ck_inventory_operations_form"):
        await world.execute("UPDATE inventory_operations SET payload = '{}' WHERE op_id = 'one'")


def test_a_gift_for_a_trade_can_be_looked_into() -> None:
    for kind in ("give", "receive"):
        assert row(replace(ENTRY, kind=kind)) == row(replace(ENTRY, kind=kind), pack=False)
