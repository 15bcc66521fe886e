"""Answers what took effect under which ids: what waits for the database, and what it has."""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from operator import attrgetter

from apps.game_core.modules.inventory.done import Done, FindDone, LookAtDone
from apps.game_core.modules.inventory.input_checks import identity, integer, text
from apps.game_core.modules.inventory.inventory.codec import UnreadableError, decode_operation, decode_stored
from apps.game_core.modules.inventory.inventory.limits import MAX_AT_ONCE, Within
from apps.game_core.modules.inventory.oversight_ports import DoneReader
from apps.game_core.modules.inventory.ports import LedgerEntry
from apps.game_core.modules.inventory.session_store import SessionStore
from apps.game_core.system.core_router import CoreRouter

_LIMIT = Within(1, MAX_AT_ONCE)


@dataclass(frozen=True, slots=True)
class DoneService:
    """Raises InventoryUnavailableError and InvalidInputError."""

    store: SessionStore
    ledger: DoneReader

    def register(self, router: CoreRouter) -> None:
        router.register(LookAtDone, self.look)
        router.register(FindDone, self.find)

    async def look(self, context: LookAtDone) -> tuple[Done, ...]:
        """Redis first: what is written in between is found in the database."""
        char_id, prefix = identity("char_id", context.char_id), text("prefix", context.prefix)
        limit = integer(_LIMIT, "limit", context.limit)
        state = await self.store.inspect(char_id)
        pending = [entry for entry in state.pending if entry.op_id.startswith(prefix)] if state else []
        written = await self.ledger.newest(char_id, prefix, limit)
        every = {entry.op_id: entry for entry in (*pending, *written) if not entry.refused}
        newest = sorted(every.values(), key=attrgetter("version"), reverse=True)
        return tuple(_readable(newest[:limit]))

    async def find(self, context: FindDone) -> Done | None:
        char_id, op_id = identity("char_id", context.char_id), text("op_id", context.op_id)
        state = await self.store.inspect(char_id)
        pending = [entry for entry in state.pending if entry.op_id == op_id] if state else []
        written = await self.ledger.one(char_id, op_id)
        every = (entry for entry in (written, *pending) if entry and not entry.refused)
        return next(_readable(every), None)


def _readable(entries: Iterable[LedgerEntry]) -> Iterator[Done]:
    for entry in entries:
        with suppress(UnreadableError):
            operation = decode_operation(entry.kind, entry.payload)
            result = decode_stored(entry.kind, entry.result)
            yield Done(entry.op_id, entry.version, entry.at, operation, result)
