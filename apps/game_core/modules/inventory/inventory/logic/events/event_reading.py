"""Ledger entries as the events that subscribers hear."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from apps.game_core.modules.inventory.event_ports import WrittenEntry
from apps.game_core.modules.inventory.events import Born, Event, Performed
from apps.game_core.modules.inventory.inventory.codec import (
    UnreadableError,
    decode_operation,
    decode_rows,
    decode_stored,
)
from apps.game_core.modules.inventory.inventory.operation import Operation
from apps.game_core.modules.inventory.inventory.operations import OPERATIONS
from apps.game_core.modules.inventory.inventory.rules.batching import Batch, BatchResult
from apps.game_core.modules.inventory.ports import LedgerEntry


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a subscriber hears; without `types` all there is."""

    types: Collection[type[Operation[Any] | Born]]

    @property
    def kinds(self) -> Collection[str] | None:
        """Kinds of entries that it may be in, None: of any."""
        return {Batch.kind, *(each.kind for each in self.types)} if self.types else None

    def of(self, written: WrittenEntry) -> tuple[Event, ...]:
        """Raises UnreadableError, also where it is not known whether it is wanted."""
        if written.entry is None:
            if written.kind not in OPERATIONS and written.kind != Born.kind:
                raise UnreadableError(written.kind)
            return ()
        events = _events_of(written.place.char_id, written.entry)
        return tuple(each for each in events if not self.types or _type_of(each) in self.types)


def _type_of(event: Event) -> type[Any]:
    return type(event.operation) if isinstance(event, Performed) else type(event)


def _events_of(char_id: int, entry: LedgerEntry) -> tuple[Event, ...]:
    """A batch as its parts. Raises UnreadableError."""
    common = (char_id, entry.version, entry.op_id, entry.at)
    if entry.kind == Born.kind:
        return (Born(*common, tuple(decode_rows(entry.payload))),)
    operation, result = decode_operation(entry.kind, entry.payload), decode_stored(entry.kind, entry.result)
    if isinstance(operation, Batch) and isinstance(result, BatchResult):
        parts = enumerate(zip(operation.operations, result.results, strict=False))
        return tuple(Performed(*common, each, answer, number) for number, (each, answer) in parts)
    return (Performed(*common, operation, result),)
