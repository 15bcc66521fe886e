"""All that is known of one inventory's past: what the database has, and what waits for it."""

from collections.abc import Sequence
from dataclasses import dataclass

from apps.game_core.modules.inventory.errors import CharacterNotFoundError
from apps.game_core.modules.inventory.history import History, HistoryReader
from apps.game_core.modules.inventory.ports import LedgerEntry
from apps.game_core.modules.inventory.session_store import SessionStore


@dataclass(frozen=True, slots=True)
class KnownPast:
    """Opens no session."""

    histories: HistoryReader
    store: SessionStore

    async def of(self, char_id: int) -> tuple[History, Sequence[LedgerEntry]]:
        """Redis first: what is written in between is found in the database.

        Raises CharacterNotFoundError and InventoryUnavailableError.
        """
        state = await self.store.inspect(char_id)
        history = await self.histories.read(char_id)
        if history is None:
            raise CharacterNotFoundError(char_id)
        return history, state.pending if state else ()
