"""Looking after inventories: what one holds and did, and how all of them are doing."""

from dataclasses import dataclass

from apps.game_core.modules.inventory.errors import CharacterNotFoundError
from apps.game_core.modules.inventory.inventory.logic.doing.operation_runner import OperationRunner
from apps.game_core.modules.inventory.inventory.logic.history.ledger_lines import LedgerLines
from apps.game_core.modules.inventory.inventory.operation_ids import inbox_id
from apps.game_core.modules.inventory.oversight import (
    Fate,
    InspectInventory,
    Inspection,
    InventoryNumbers,
    LedgerPage,
    ReadLedger,
    SessionState,
    TakeNumbers,
)
from apps.game_core.modules.inventory.oversight_ports import (
    LedgerExcerpt,
    LedgerReader,
    Quarantine,
    SessionSurvey,
)
from apps.game_core.modules.inventory.session_store import Control, SessionStore
from apps.game_core.modules.inventory.snapshot import InboxGrant
from apps.game_core.system.core_router import CoreRouter

LINES = 20


@dataclass(frozen=True, slots=True)
class OversightService:
    """Opens no session and delivers nothing. A clean session that is looked at lives on as after any look."""

    runner: OperationRunner
    store: SessionStore
    ledger: LedgerReader
    quarantine: Quarantine
    survey: SessionSurvey

    def register(self, router: CoreRouter) -> None:
        router.register(InspectInventory, self.inspect)
        router.register(ReadLedger, self.history)
        router.register(TakeNumbers, self.numbers)

    async def inspect(self, context: InspectInventory) -> Inspection:
        """Raises CharacterNotFoundError and InventoryUnavailableError, as do the others."""
        char_id = context.char_id
        excerpt = await self._excerpt(char_id)
        state = await self.store.inspect(char_id)
        session = await self.runner.sessions.get_session(char_id) if state else None
        shown = session or await self.runner.past_the_store(char_id)
        return Inspection(
            inventory=self.runner.formatted(shown),
            session=_state(state) if state else None,
            database_version=excerpt.version,
            written_at=excerpt.written_at,
            parked=char_id in await self.store.parked(),
            quarantined=await self.quarantine.count(char_id),
            waiting=self._lines().waiting(_undelivered(excerpt, state)),
        )

    async def history(self, context: ReadLedger) -> LedgerPage:
        """What waits for the database comes first, then what the database has."""
        state = await self.store.inspect(context.char_id)
        pending = tuple(reversed(state.pending)) if state else ()
        without = [entry.op_id for entry in pending]
        total = len(pending) + (await self._excerpt(context.char_id, without=without)).total
        pages = max(1, -(-total // LINES))
        page = min(max(context.page, 1), pages)
        start = (page - 1) * LINES
        first = pending[start : start + LINES]
        offset = max(0, start - len(pending))
        excerpt = await self._excerpt(
            context.char_id, offset=offset, limit=LINES - len(first), without=without
        )
        lines = self._lines()
        told = [lines.line(entry, Fate.PENDING) for entry in first]
        told += [lines.line(entry, Fate.WRITTEN) for entry in excerpt.entries]
        waiting = lines.waiting(_undelivered(excerpt, state))
        return LedgerPage(tuple(told), page, pages, total, waiting, excerpt.archived)

    async def numbers(self, _: TakeNumbers) -> InventoryNumbers:
        count = await self.survey.count()
        return InventoryNumbers(count, len(await self.store.parked()), self.runner.metrics.counts())

    def _lines(self) -> LedgerLines:
        return LedgerLines(self.runner.catalog.current)

    async def _excerpt(
        self, char_id: int, *, offset: int = 0, limit: int = 0, without: list[str] | None = None
    ) -> LedgerExcerpt:
        found = await self.ledger.excerpt(char_id, offset=offset, limit=limit, without=without or ())
        if found is None:
            raise CharacterNotFoundError(char_id)
        return found


def _undelivered(excerpt: LedgerExcerpt, state: Control | None) -> list[InboxGrant]:
    """Without what a session received that is not written yet."""
    received = {entry.op_id for entry in state.pending} if state else set()
    return [grant for grant in excerpt.waiting if inbox_id(grant.inbox_id) not in received]


def _state(control: Control) -> SessionState:
    return SessionState(control.version, control.synced_version, len(control.pending))
