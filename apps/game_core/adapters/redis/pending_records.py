"""What waits for the database, as small as it can be: who taps fast has much of it.

In the control hash, `pending` has a record for each change, oldest first, which the scripts put together:
its version (4 bytes), where in `bodies` its body begins (3), the operation's time (4, until 2106), the
length of its id (2), and the id. `bodies` has what happened, each behind its length (4), and only once
however often it happened: packed, kind, payload, result, rows before, why it was refused, and the version it
was told as.
"""

from collections.abc import Iterator
from struct import Struct

from apps.game_core.adapters.packing import completed, packed, shortened, unpacked
from apps.game_core.modules.inventory.ports import LedgerEntry

_RECORD, _LENGTH = Struct(">I3sIH"), 4


def body(entry: LedgerEntry) -> bytes:
    payload = shortened(entry.payload, entry.op_id, entry.at)
    parts = (entry.kind.encode(), payload, entry.result, entry.before)
    return packed((*parts, entry.refused.encode(), b"%d" % entry.first), quick=True)


def entries(pending: bytes, bodies: bytes) -> Iterator[LedgerEntry]:
    """Raises ValueError for what cannot be understood."""
    ends = 0
    while ends < len(pending):
        begins = ends + _RECORD.size
        if begins > len(pending):
            raise ValueError("half a record")
        version, place, at, length = _RECORD.unpack_from(pending, ends)
        ends = begins + length
        body = _value(bodies, int.from_bytes(place, "big"))
        yield _entry(pending[begins:ends].decode(), version, at, body)


def _value(packed: bytes, at: int) -> bytes:
    """The value whose length stands there, before it."""
    begins = at + _LENGTH
    return packed[begins : begins + int.from_bytes(packed[at:begins], "big")]


def _entry(op_id: str, version: int, at: int, body: bytes) -> LedgerEntry:
    kind, payload, result, before, refused, first = unpacked(body)
    parts = (completed(payload, op_id, at), result, before)
    return LedgerEntry(op_id, version, kind.decode(), at, *parts, refused.decode(), int(first))
