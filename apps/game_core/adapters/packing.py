"""What operations are made of, deflated with what all of them have in common: alone each is too short."""

import zlib
from collections.abc import Iterable, Sequence

import msgspec

# What was packed stays so for years: whoever changes these bytes, or what is compressed with them, needs
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
_FORMAT = b"\x01"
_THOROUGH, _QUICK = 6, 3
_encoder = msgspec.json.Encoder()


def packed(parts: Iterable[bytes], known: bytes = b"", *, quick: bool = False) -> bytes:
    """A format's number (1 byte) and, deflated, the parts with NUL between them, which JSON never has.

    What whoever unpacks it knows, too, costs next to nothing where it is among the parts. `quick`: in half
    the time, an eighth larger.
    """
    level = _QUICK if quick else _THOROUGH
    compressor = zlib.compressobj(level, zlib.DEFLATED, -11, 4, zlib.Z_DEFAULT_STRATEGY, _COMMON + known)
    return _FORMAT + compressor.compress(b"\0".join(parts)) + compressor.flush()


def unpacked(data: bytes, known: bytes = b"") -> Sequence[bytes]:
    """Raises ValueError for what cannot be understood."""
    if data[:1] != _FORMAT:
        raise ValueError(f"a record of format {data[:1]!r}")
    try:
        inflated = zlib.decompressobj(-zlib.MAX_WBITS, zdict=_COMMON + known).decompress(data[1:])
    except zlib.error as error:
        raise ValueError(f"a broken record: {error}") from error
    return inflated.split(b"\0")


def shortened(payload: bytes, op_id: str, at: int) -> bytes:
    """Without how it begins, which whoever has the operation's id and time knows."""
    return payload.removeprefix(_beginning(op_id, at))


def completed(payload: bytes, op_id: str, at: int) -> bytes:
    return _beginning(op_id, at) + payload if payload.startswith((b",", b"}")) else payload


def _beginning(op_id: str, at: int) -> bytes:
    return b'{"op_id":%b,"at":%d' % (_encoder.encode(op_id), at)
