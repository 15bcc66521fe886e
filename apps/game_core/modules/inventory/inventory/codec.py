"""Operations and results as JSON, for the control hash and the ledger."""

from collections.abc import Sequence
from typing import Any, TypeVar, cast

import msgspec

from apps.game_core.modules.inventory.inventory.model import PlacedItem
from apps.game_core.modules.inventory.inventory.operation import Operation, Result
from apps.game_core.modules.inventory.inventory.operations import OPERATIONS
from apps.game_core.modules.inventory.ports import AppliedOperation, LedgerEntry

R = TypeVar("R", bound=Result)


# Within a text their quotes would be escaped.
_NO_JUNK, _NOT_ANNOUNCED = b',"junk":false}', b',"announced":false}'


def encode(value: object) -> bytes:
    """Of items that are no junk and of gifts that are news it says what earlier releases said: nothing."""
    return msgspec.json.encode(value).replace(_NO_JUNK, b"}").replace(_NOT_ANNOUNCED, b"}")


def ledger_entry(applied: AppliedOperation, version: int) -> LedgerEntry:
    """The row that the ledger gets of an operation."""
    operation = applied.operation
    parts = (encode(operation), encode(applied.result), encode(applied.before))
    return LedgerEntry(operation.op_id, version, operation.kind, operation.at, *parts)


class UnreadableError(ValueError):
    """Stored by another version of the game, which knew other operations."""


def decode_operation(kind: str, payload: bytes) -> Operation[Any]:
    """Raises UnreadableError."""
    try:
        operation: Operation[Any] = msgspec.json.decode(payload, type=OPERATIONS[kind])
    except (KeyError, msgspec.MsgspecError) as error:
        raise UnreadableError(kind) from error
    return operation


def decode_stored(kind: str, result: bytes) -> Result:
    """The result of an operation of this kind. Raises UnreadableError."""
    try:
        return cast("Result", msgspec.json.decode(result, type=OPERATIONS[kind].result_type))
    except (KeyError, msgspec.MsgspecError) as error:
        raise UnreadableError(kind) from error


def decode_result(kind: type[Operation[R]], result: bytes) -> R:
    return cast("R", msgspec.json.decode(result, type=kind.result_type))


def decode_rows(before: bytes) -> Sequence[PlacedItem]:
    """Raises UnreadableError."""
    try:
        return msgspec.json.decode(before, type=tuple[PlacedItem, ...])
    except msgspec.MsgspecError as error:
        raise UnreadableError from error
