"""What readers of the ledger say once files tell what the database begins too late for."""

from collections.abc import AsyncIterator, Collection, Sequence
from dataclasses import dataclass, replace

from sqlalchemy.ext.asyncio import AsyncEngine

from apps.game_core.adapters.ledger_archive import LedgerArchive, MissingFileError
from apps.game_core.adapters.postgres.histories import PostgresHistories, beginning
from apps.game_core.adapters.postgres.ledger import PostgresLedger
from apps.game_core.modules.inventory.history import History, HistoryReader
from apps.game_core.modules.inventory.oversight_ports import LedgerExcerpt, Made
from apps.game_core.modules.inventory.ports import LedgerEntry


@dataclass(frozen=True, slots=True)
class ArchivedHistories:
    """Implements `HistoryReader`: from births on, wherever files reach back so far."""

    histories: PostgresHistories
    archive: LedgerArchive

    async def char_ids(self, after: int, limit: int, upto: int | None = None) -> Sequence[int]:
        return await self.histories.char_ids(after, limit, upto)

    async def read(self, char_id: int) -> History | None:
        history = await self.histories.read(char_id)
        return history and self._whole(history)

    async def read_all(self, after: int, upto: int) -> AsyncIterator[History]:
        async for history in self.histories.read_all(after, upto):
            yield self._whole(history)

    async def read_these(self, char_ids: Collection[int]) -> AsyncIterator[History]:
        async for history in self.histories.read_these(char_ids):
            yield self._whole(history)

    def _whole(self, history: History) -> History:
        checkpoint, doubts = history.checkpoint, list(history.unreadable)
        if checkpoint is None:
            return history
        try:
            entries = self.archive.entries(history.snapshot.char_id, checkpoint.digest)
        except MissingFileError:
            doubts.append(f"no file has what is archived, up to version {checkpoint.version}")
            return replace(history, unreadable=tuple(doubts))
        begun = beginning(doubts, entries)
        return replace(
            history,
            **begun,
            ledger=(*(each for each in entries if each is not begun["birth"]), *history.ledger),
            edits=(*checkpoint.edits, *history.edits),
            delivered={**checkpoint.delivered, **history.delivered},
            unreadable=tuple(doubts),
            checkpoint=None,
        )


class ArchivedLedger(PostgresLedger):
    """Implements the same, from births on."""

    def __init__(self, engine: AsyncEngine, histories: ArchivedHistories) -> None:
        super().__init__(engine)
        self._histories = histories

    async def made(self, char_id: int) -> Sequence[Made]:
        entries = await self._entries(char_id)
        return [Made(each.op_id, each.version, each.at) for each in entries] or await super().made(char_id)

    async def since(self, char_id: int, version: int) -> Sequence[LedgerEntry]:
        entries = [each for each in await self._entries(char_id) if each.version >= max(1, version)]
        return entries or await super().since(char_id, version)

    async def excerpt(
        self, char_id: int, *, offset: int = 0, limit: int = 0, without: Collection[str] = ()
    ) -> LedgerExcerpt | None:
        """Those in files come last, which is their order but for refusals of long ago."""
        found = await super().excerpt(char_id, offset=offset, limit=limit, without=without)
        if found is None or found.archived is None or not (entries := await self._entries(char_id)):
            return found
        upto = found.archived.version
        filed = [each for each in reversed(entries) if each.version <= upto and each.op_id not in without]
        start = max(0, offset - found.total)
        more = filed[start : start + limit - len(found.entries)]
        total, told = found.total + len(filed), (*found.entries, *more)
        return replace(found, total=total, entries=told, archived=None)

    async def _entries(self, char_id: int) -> Sequence[LedgerEntry]:
        """From the birth on; none where there is no birth."""
        history = await self._histories.read(char_id)
        return (history.birth, *history.ledger) if history and history.birth else ()


def pasts(engine: AsyncEngine, archive: LedgerArchive | None) -> tuple[HistoryReader, PostgresLedger]:
    """Who tells the past of inventories, and of one."""
    histories = PostgresHistories(engine)
    if archive is None:
        return histories, PostgresLedger(engine)
    whole = ArchivedHistories(histories, archive)
    return whole, ArchivedLedger(engine, whole)
