"""What became of operations that a player was told of, and that a session does not reach."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from apps.game_core.modules.inventory.inventory.codec import UnreadableError, decode_operation
from apps.game_core.modules.inventory.inventory.logic.sessions.replay import made_twice
from apps.game_core.modules.inventory.ports import LedgerEntry, UnitOfWorkFactory
from apps.game_core.modules.inventory.session_store import Control
from apps.game_core.modules.inventory.snapshot import LedgerMark

Known: TypeAlias = Mapping[str, LedgerEntry | LedgerMark]
"""By operation id: what waits for the database, or a mark of what that holds."""


@dataclass(frozen=True, slots=True)
class ToldFates:
    """The database is asked only if that is needed."""

    unit_of_work: UnitOfWorkFactory

    async def known(self, state: Control, op_ids: Sequence[str]) -> Known:
        pending = {entry.op_id: entry for entry in state.pending}
        asked = [op_id for op_id in op_ids if op_id not in pending]
        if not asked:
            return pending
        async with self.unit_of_work() as unit:
            return {**await unit.inventories.known(state.char_id, asked), **pending}

    async def others(self, state: Control, told: Iterable[LedgerEntry], known: Known) -> list[LedgerEntry]:
        """Of what was told: what has left its id to something else, as it is told, once."""
        others = []
        for entry in told:
            fate = await self._of_another(state.char_id, entry, known.get(entry.op_id))
            if fate is not None and not _is_same(fate, entry):
                others.append(made_twice(entry))
        return [each for each in others if not await self._is_told(state.char_id, each.op_id, known)]

    async def _of_another(
        self, char_id: int, told: LedgerEntry, found: LedgerEntry | LedgerMark | None
    ) -> LedgerEntry | None:
        """What has the id now, if that may be something else."""
        if found is None or told.refused or not _may_be_another(found, told):
            return None
        return found if isinstance(found, LedgerEntry) else await self._fate(char_id, told.op_id)

    async def _is_told(self, char_id: int, op_id: str, known: Known) -> bool:
        return op_id in known or await self._fate(char_id, op_id) is not None

    async def _fate(self, char_id: int, op_id: str) -> LedgerEntry | None:
        async with self.unit_of_work() as unit:
            return await unit.inventories.fate(char_id, op_id)


def _may_be_another(found: LedgerEntry | LedgerMark, told: LedgerEntry) -> bool:
    """Conflicts are told, and of what is in a file nobody can say more."""
    if isinstance(found, LedgerEntry) and found.refused:
        return False
    return found.at is not None and (found.at, found.kind) != (told.at, told.kind)


def _is_same(fate: LedgerEntry, told: LedgerEntry) -> bool:
    """Whether both are one wish, whenever it was made."""
    if fate.refused or fate.kind != told.kind:
        return bool(fate.refused)
    try:
        wish = decode_operation(told.kind, told.payload)
        return wish.asks_for_the_same_as(decode_operation(fate.kind, fate.payload))
    except UnreadableError:
        return True
