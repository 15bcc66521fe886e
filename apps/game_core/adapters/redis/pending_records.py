"""What waits for the database, as small as it can be: who taps fast has much of it.

In the control hash, `pending` has a record for each change, oldest first, which the scripts put together:
its version (4 bytes), where in `bodies` its body begins (3), the operation's time (4, until 2106), the
length of its id (2), and the id. `bodies` has what happened, each behind its length (4), and only once
however often it happened: a format's number (1) and, deflated with NUL between them, kind, payload, result,
rows before, why it was refused, and the version it was told as.
"""

import zlib
from collections.abc import Iterator
from struct import Struct

from apps.game_core.modules.inventory.inventory.codec import encode
from apps.game_core.modules.inventory.ports import LedgerEntry

_FORMAT = b"\x01"
# Sessions stay open through an update: whoever changes these bytes, or what is compressed with them, needs
# another format and goes on reading this one.
_COMMON = (
    b'"gone":[],"placed":[{"item":{"stacks":[{"worn":{"main_hand":{"taken_off":{"off_hand":"head":"chest":"legs":'
    b'"feet":"accessory_1":"accessory_2":"magic":{"epic"legendary":"rare":"uncommon","effects":[{"kind":"heal",'
    b'"amount":"stat":"duration":"healed":0,"ended":[]},"item_id":,"quantity":,"source":"backpack",'
    b'"slot_index":null,"in_combat":false},"remaining_quantity":,"slot":null,"place":"quick_slot","position":0}],'
    b'"returned_item":null,"unequipped_items":[],"hp":100,"changed":0,"slot":"main_hand"},{"item":{"id":385,'
    b'"base_id":"iron_sword","quantity":1,"rarity":"common","affixes":{},"durability":{"current":80,"max":80},'
    b'"locked":false,"bound":false,"acquired_at":17,"position":0},"place":"backpack","position":1}]'
)
_primed = zlib.compressobj(6, zlib.DEFLATED, -11, 4, zlib.Z_DEFAULT_STRATEGY, _COMMON)
_RECORD, _LENGTH = Struct(">I3sIH"), 4


def body(entry: LedgerEntry) -> bytes:
    payload = entry.payload.removeprefix(_beginning(entry.op_id, entry.at))
    parts = (entry.kind.encode(), payload, entry.result, entry.before)
    compressor = _primed.copy()
    data = compressor.compress(b"\0".join((*parts, entry.refused.encode(), b"%d" % entry.first)))
    return _FORMAT + data + compressor.flush()


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
    if body[:1] != _FORMAT:
        raise ValueError(f"a record of format {body[:1]!r}")
    kind, payload, result, before, refused, first = _inflated(body[1:]).split(b"\0")
    if payload.startswith((b",", b"}")):
        payload = _beginning(op_id, at) + payload
    parts = (payload, result, before)
    return LedgerEntry(op_id, version, kind.decode(), at, *parts, refused.decode(), int(first))


def _inflated(data: bytes) -> bytes:
    try:
        return zlib.decompressobj(-zlib.MAX_WBITS, zdict=_COMMON).decompress(data)
    except zlib.error as error:
        raise ValueError(f"a broken record: {error}") from error


def _beginning(op_id: str, at: int) -> bytes:
    """How the payload of an operation with this id and time begins; what follows is what was done."""
    return encode({"op_id": op_id, "at": at})[:-1]
