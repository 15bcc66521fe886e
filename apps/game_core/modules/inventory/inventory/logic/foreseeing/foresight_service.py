"""Answers what item files would do before they are loaded: nothing is opened, delivered or changed."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from apps.game_core.modules.inventory.foresight import (
    Elsewhere,
    FindOwners,
    Foresee,
    Foresight,
    Owner,
    OwnersReader,
)
from apps.game_core.modules.inventory.input_checks import identity
from apps.game_core.modules.inventory.inventory.logic.doing.operation_runner import OperationRunner
from apps.game_core.modules.inventory.inventory.logic.foreseeing.absent import (
    given_foreseen,
    left_waiting,
    waiting_foreseen,
)
from apps.game_core.modules.inventory.inventory.logic.foreseeing.comparison import RulesCompared
from apps.game_core.modules.inventory.inventory.logic.foreseeing.foresight import foreseen
from apps.game_core.modules.inventory.inventory.logic.sessions.elsewhere import in_trades, unreceived
from apps.game_core.modules.inventory.inventory.logic.sessions.traded import gives_of
from apps.game_core.modules.inventory.inventory.model import InventorySession
from apps.game_core.modules.inventory.inventory.rules.values import Rules
from apps.game_core.modules.inventory.ports import LedgerEntry
from apps.game_core.modules.inventory.session_store import SessionStore
from apps.game_core.modules.inventory.snapshot import InboxGrant
from apps.game_core.modules.items.contracts import Catalog
from apps.game_core.system.core_router import CoreRouter


@dataclass(frozen=True, slots=True)
class _Loaded:
    """Implements `CatalogProvider`."""

    current: Catalog


@dataclass(frozen=True, slots=True)
class ForesightService:
    runner: OperationRunner
    store: SessionStore
    reader: OwnersReader

    def register(self, router: CoreRouter) -> None:
        router.register(FindOwners, self.owners)
        router.register(Foresee, self.foresee)

    async def owners(self, context: FindOwners) -> tuple[Owner, ...]:
        """Redis first: what is written in between is found in the database."""
        unwritten = await self.store.dirty()
        return tuple(await self.reader.owners(context.base_ids, unwritten))

    async def foresee(self, context: Foresee) -> Foresight:
        """The session before the database: what goes in between is found there, under the same id."""
        char_id = identity("char_id", context.char_id)
        state = await self.store.inspect(char_id)
        pending = state.pending if state else ()
        session = await self.runner.sessions.get_session(char_id) if state else None
        shown = session or await self.runner.past_the_store(char_id)
        elsewhere = await self.reader.elsewhere(char_id, [each.trade for each in gives_of(pending)])
        now = Rules(self.runner.catalog.current)
        compared = RulesCompared(now, Rules(context.catalog), int(self.runner.clock.now()))
        return self._foreseen(shown, elsewhere, pending, compared)

    def _foreseen(
        self,
        session: InventorySession,
        elsewhere: Elsewhere,
        pending: Sequence[LedgerEntry],
        compared: RulesCompared,
    ) -> Foresight:
        found, there = foreseen(session, compared), {placed.item.id for placed in session.placed()}
        inbox = unreceived(elsewhere, pending)
        now, then = (self._left_waiting(session, inbox, rules) for rules in (compared.now, compared.then))
        absent = (
            *given_foreseen(in_trades(elsewhere, pending), compared),
            *waiting_foreseen(inbox, then - now, compared),
        )
        return replace(
            found, pieces=(*found.pieces, *(piece for piece in absent if piece.item_id not in there))
        )

    def _left_waiting(self, session: InventorySession, inbox: Sequence[InboxGrant], rules: Rules) -> set[int]:
        additions = replace(self.runner.additions, catalog=_Loaded(rules.catalog))
        return left_waiting(session, inbox, rules, additions)
