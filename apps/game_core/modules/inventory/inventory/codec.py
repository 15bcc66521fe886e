"""Operations and results as JSON, for the control hash and the ledger."""

from collections.abc import Sequence
from functools import partial
from typing import Any, TypeVar, cast

import msgspec

from apps.game_core.modules.inventory.inventory.model import PlacedItem
from apps.game_core.modules.inventory.inventory.operation import Operation, Result
from apps.game_core.modules.inventory.inventory.operations import OPERATIONS
from apps.game_core.modules.inventory.inventory.rules.batching import Batch, BatchResult, Part, Step
from apps.game_core.modules.inventory.ports import AppliedOperation, LedgerEntry
from apps.game_core.value import replace

R = TypeVar("R", bound=Result)


# At the end of an object each, one after the other; within a text their quotes would be escaped.
_LEFT_OUT = (
    b',"junk":false}',
    b',"durability":null}',
    b',"announced":false}',
    b',"earned":0,"paid":0}',
    b',"roll":{"rarity":null,"affixes":{},"bound":false}}',
    b',"after":null}',
    b',"expected":null}',
)


def encode(value: object) -> bytes:
    """Of what is not junk, announced, rolled and so on it says what earlier releases said: nothing."""
    [encoded] = _encoded(value)
    return encoded


def _encoded(*values: object) -> list[bytes]:
    """Together, with NUL between them, which JSON never has."""
    encoded = b"\0".join(map(_encoder.encode, values))
    for default in _LEFT_OUT:
        encoded = encoded.replace(default, b"}")
    return encoded.split(b"\0")


def ledger_entry(applied: AppliedOperation, version: int) -> LedgerEntry:
    """The row that the ledger gets of an operation."""
    operation = applied.operation
    asked, answered, before = _encoded(operation, applied.result, applied.before)
    return LedgerEntry(operation.op_id, version, operation.kind, operation.at, asked, answered, before)


class UnreadableError(ValueError):
    """Stored by another version of the game, which knew other operations."""


def decode_operation(kind: str, payload: bytes) -> Operation[Any]:
    """Raises UnreadableError."""
    try:
        operation: Operation[Any] = _decode(payload, type=OPERATIONS[kind])
    except (KeyError, msgspec.MsgspecError) as error:
        raise UnreadableError(kind) from error
    return operation


def decode_stored(kind: str, result: bytes) -> Result:
    """The result of an operation of this kind. Raises UnreadableError."""
    try:
        return cast("Result", _decode(result, type=OPERATIONS[kind].result_type))
    except (KeyError, msgspec.MsgspecError) as error:
        raise UnreadableError(kind) from error


def decode_result(kind: type[Operation[R]], result: bytes) -> R:
    return cast("R", _decode(result, type=kind.result_type))


def decode_rows(before: bytes) -> Sequence[PlacedItem]:
    """Raises UnreadableError."""
    try:
        return msgspec.json.decode(before, type=tuple[PlacedItem, ...])
    except msgspec.MsgspecError as error:
        raise UnreadableError from error


def singly(entry: LedgerEntry) -> Sequence[LedgerEntry]:
    """A batch as the entries that its parts would have made; any other as it is. Raises UnreadableError."""
    if entry.kind != Batch.kind:
        return (entry,)
    operation, result = decode_operation(entry.kind, entry.payload), decode_stored(entry.kind, entry.result)
    if not isinstance(operation, Batch) or not isinstance(result, BatchResult):
        raise UnreadableError(entry.kind)
    pairs = zip(operation.operations, result.steps, strict=False)
    return [
        replace(
            entry,
            kind=each.kind,
            payload=encode(each),
            result=encode(step.result),
            before=encode(step.before),
        )
        for each, step in pairs
    ]


def singly_as_far_as_known(entry: LedgerEntry) -> Sequence[LedgerEntry]:
    """The same, where what another release has made stays one."""
    try:
        return singly(entry)
    except UnreadableError:
        return (entry,)


def _plain(value: object) -> object:
    """What says of which kind it is."""
    match value:
        case Part(operation=operation):
            return {"kind": operation.kind, "asked": operation}
        case Step(kind=kind, result=result, before=before):
            return {"kind": kind, "answered": result, "before": before}
    raise TypeError(type(value))


def _made(kind: type, stored: Any) -> object:
    """What `_plain` made plain. Raises ValidationError, and KeyError for a kind that nobody knows."""
    of = OPERATIONS[stored["kind"]]
    if kind is Part:
        return Part(msgspec.convert(stored["asked"], type=of, str_keys=True))
    answered: Result = msgspec.convert(stored["answered"], type=of.result_type, str_keys=True)
    return Step(of.kind, answered, msgspec.convert(stored["before"], type=tuple[PlacedItem, ...]))


_encoder = msgspec.json.Encoder(enc_hook=_plain)
_decode = partial(msgspec.json.decode, dec_hook=_made)
