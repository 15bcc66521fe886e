"""Moving old entries out of the ledger: into a file, read back from there, and only then out of the table."""

import time
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from apps.game_core.adapters.ledger_files import ArchiveWriter, Segment, checked, new_path
from apps.game_core.adapters.postgres.histories import PostgresHistories
from apps.game_core.adapters.postgres.ledger_archiving import ChangedMeanwhileError, LedgerArchiving
from apps.game_core.modules.inventory.errors import DatabaseBusyError, DatabaseRefusedError
from apps.game_core.modules.inventory.inventory.logic.history.archiving import (
    NotExplainedError,
    Portion,
    portion,
)

_AT_ONCE = 100
"""Characters that are looked at together."""
_A_CHUNK, _A_FILE = 2_000, 500_000
"""Entries, at least: a file ends with whoever comes to so many."""


@dataclass(slots=True)
class Archived:
    """`left` says of characters why nothing of theirs, or no more, was archived."""

    entries: int = 0
    characters: int = 0
    files: list[Path] = field(default_factory=list)
    left: dict[int, str] = field(default_factory=dict)


@dataclass(slots=True)
class LedgerArchiver:
    """`before` in Unix seconds: younger entries stay. `upto` is the last character that was looked at."""

    histories: PostgresHistories
    ledger: LedgerArchiving
    folder: Path
    before: float
    clock: Callable[[], float] = time.time
    done: Archived = field(default_factory=Archived)
    upto: int = 0
    _file: ArchiveWriter | None = None
    _chunk: list[Portion] = field(default_factory=list)
    _chunks: list[list[Portion]] = field(default_factory=list)

    async def run(self) -> AsyncIterator[int]:
        """Yields how far it is, by the ids of characters. What was stopped goes on where it was."""
        try:
            while char_ids := await self.histories.char_ids(self.upto, _AT_ONCE):
                async for each in self._due(char_ids):
                    await self._add(each)
                self.upto = char_ids[-1]
                yield self.upto
            await self._finish()
        finally:
            if self._file is not None:
                self._file.discard()

    async def _due(self, char_ids: Sequence[int]) -> AsyncIterator[Portion]:
        due = await self.ledger.due(char_ids, self.before)
        if not due:
            return
        async for history in self.histories.read_all(min(due) - 1, max(due)):
            char_id, checkpoint = history.snapshot.char_id, history.checkpoint
            upto = due.get(char_id, -1)
            # Whoever archives at the same time may have come further since.
            if upto > (checkpoint.version if checkpoint else -1):
                try:
                    found = portion(history, upto, int(self.clock()))
                except NotExplainedError as error:
                    self.done.left[char_id] = str(error)
                else:
                    yield found

    async def _add(self, each: Portion) -> None:
        self._chunk.append(each)
        if sum(len(one.entries) for one in self._chunk) >= _A_CHUNK:
            self._end_chunk()
        if self._file is not None and self._file.entries >= _A_FILE:
            await self._finish()

    def _end_chunk(self) -> None:
        if self._file is None:
            self._file = ArchiveWriter(new_path(self.folder))
        self._file.add([_segment(each) for each in self._chunk])
        self._chunks.append([replace(each, entries=()) for each in self._chunk])
        self._chunk = []

    async def _finish(self) -> None:
        """What is in the file goes out of the table, as the file gives it back."""
        if self._chunk:
            self._end_chunk()
        if self._file is None:
            return
        self._file.close()
        file, chunks = checked(self._file.path), self._chunks
        self._file, self._chunks = None, []
        self.done.files.append(file.path)
        for place, portions in zip(file.chunks, chunks, strict=True):
            await self._replace(portions, file.segments(place))

    async def _replace(self, portions: Sequence[Portion], read: Sequence[Segment]) -> None:
        try:
            await self.ledger.replace(portions, read)
        except (ChangedMeanwhileError, DatabaseBusyError, DatabaseRefusedError) as error:
            if len(portions) == 1:
                self.done.left[portions[0].char_id] = f"it changed meanwhile ({type(error).__name__})"
                return
            for one, segment in zip(portions, read, strict=True):
                await self._replace([one], [segment])
        else:
            self.done.characters += len(portions)
            self.done.entries += sum(len(each.entries) for each in read)


def _segment(each: Portion) -> Segment:
    return Segment(each.char_id, each.before, each.entries)
