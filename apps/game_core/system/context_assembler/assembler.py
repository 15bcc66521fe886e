"""Cold reads: one consistent snapshot a scope, stored for the module that asked."""

from collections.abc import Mapping
from typing import Protocol

from apps.game_core.system.context_assembler.contracts import Assemble, Assembled, Peek
from apps.game_core.system.core_router import CoreRouter


class ScopeReader(Protocol):
    async def read(self, char_id: int, op_ids: tuple[str, ...] = ()) -> bytes | None:
        """Everything of one scope as of one moment, as JSON; None when there is no such character."""
        ...


class SnapshotSink(Protocol):
    async def put(self, snapshot: bytes) -> str:
        """Store a snapshot for a short time and return its key."""
        ...


class ContextAssembler:
    def __init__(self, readers: Mapping[str, ScopeReader], sink: SnapshotSink) -> None:
        self._readers = readers
        self._sink = sink

    def register(self, router: CoreRouter) -> None:
        router.register(Assemble, self.assemble)
        router.register(Peek, self.peek)

    async def assemble(self, context: Assemble) -> Assembled:
        keys = {}
        for scope in context.scopes:
            snapshot = await self._readers[scope].read(context.char_id, context.op_ids)
            if snapshot is not None:
                keys[scope] = await self._sink.put(snapshot)
        return Assembled(keys)

    async def peek(self, context: Peek) -> bytes | None:
        return await self._readers[context.scope].read(context.char_id)
