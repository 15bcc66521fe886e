"""What waits for the database comes back as it was, byte by byte."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.game_core.adapters.redis.pending_records import body, entries
from apps.game_core.modules.inventory.inventory.applying import apply
from apps.game_core.modules.inventory.inventory.codec import ledger_entry
from apps.game_core.modules.inventory.inventory.row_changes import compared
from apps.game_core.modules.inventory.inventory.rules.wearing import EquipItem
from apps.game_core.modules.inventory.ports import AppliedOperation, LedgerEntry
from tools.support.bags import NOW, bag, item, rules, stamp

NAMES = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=40)
ODD = (b"null", b"[]", b"{}", b'{"changes":3}', b'{"op_id":"another","at":1}', '"\u00e4\\u0000"'.encode())
JSON = st.sampled_from(ODD)
ENTRIES = st.builds(
    LedgerEntry,
    op_id=NAMES,
    version=st.integers(0, 2**32 - 1),
    kind=NAMES,
    at=st.integers(0, 2**32 - 1),
    payload=JSON,
    result=JSON,
    before=JSON,
    refused=NAMES,
    first=st.integers(0, 2**48),
)


def stored(*given: LedgerEntry) -> tuple[bytes, bytes]:
    """As scripts put it together."""
    pending, bodies = b"", b""
    for entry in given:
        op_id, place = entry.op_id.encode(), len(bodies).to_bytes(3, "big")
        pending += struct.pack(">I3sIH", entry.version, place, entry.at, len(op_id)) + op_id
        bodies += struct.pack(">I", len(body(entry))) + body(entry)
    return pending, bodies


SWORD, BOW = item("iron_sword"), item("hunting_bow")


def equipped(op_id: str = "once:4a7d1ed414474e40", at: int = NOW) -> LedgerEntry:
    before = bag(BOW, SWORD)
    operation = EquipItem(**stamp(op_id, at), item_id=SWORD.id)
    after, result = apply(before, operation, rules())
    return ledger_entry(AppliedOperation(operation, result, compared(before, after)[1]), 7)


@given(st.lists(ENTRIES, max_size=4))
def test_entries_come_back(given: list[LedgerEntry]) -> None:
    assert list(entries(*stored(*given))) == given


def test_an_operation_comes_back_and_is_small() -> None:
    entry = equipped()
    pending, bodies = stored(entry)
    assert list(entries(pending, bodies)) == [entry]
    assert (len(pending), len(bodies) < 110) == (13 + len(entry.op_id), True)


def test_what_happened_again_has_the_same_body() -> None:
    assert body(equipped("one")) == body(equipped("two", NOW + 1))


@pytest.mark.parametrize("broken", [b"", b"\x02", b"\x01junk", b"\x01"])
def test_what_cannot_be_understood_is_an_error(broken: bytes) -> None:
    pending, _ = stored(equipped())
    with pytest.raises(ValueError, match=r"record|unpack"):
        list(entries(pending, struct.pack(">I", len(broken)) + broken))
