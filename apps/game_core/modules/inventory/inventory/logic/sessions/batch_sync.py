"""Many dirty sessions in one transaction; one that cannot be written holds up nobody else."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

import structlog

from apps.game_core.modules.inventory.errors import (
    CharacterNotFoundError,
    DatabaseBusyError,
    DatabaseDownError,
    DatabaseRefusedError,
    SessionStoreDownError,
)
from apps.game_core.modules.inventory.inventory.logic.sessions.session_sync import SessionSync
from apps.game_core.modules.inventory.inventory.logic.sessions.write_plan import inventory_data, to_row
from apps.game_core.modules.inventory.keeping_errors import RowUnreadableError
from apps.game_core.modules.inventory.metrics import InventoryMetrics, SyncFailure
from apps.game_core.modules.inventory.ports import (
    DatabaseRow,
    InventoryData,
    Mismatch,
    UnitOfWorkFactory,
    Written,
)
from apps.game_core.modules.inventory.session_store import (
    Acknowledgement,
    Claim,
    Control,
    Orphan,
    SessionStore,
)
from apps.game_core.system.protocols import IdMaker

log = structlog.get_logger(__name__)


_TURNS = 3
_REBASES = 4
"""At once: each asks the database for a snapshot, and others need connections, too."""


@dataclass(slots=True)
class _Turn:
    """How many sessions had something to write, which are to be tried again, and which by themselves."""

    dirty: int = 0
    again: list[int] = field(default_factory=list)
    alone: list[int] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class BatchSync:
    store: SessionStore
    unit_of_work: UnitOfWorkFactory
    sync: SessionSync
    ids: IdMaker
    metrics: InventoryMetrics

    async def write(self, char_ids: Sequence[int], *, only_due: bool) -> int:
        """Write these sessions; returns how many had something to write and were written.

        Raises:
            DatabaseDownError: nothing was claimed when the database was away from the start.
            SessionStoreDownError: what the database took is recognised later by its token.

        """
        turn = await self._turn(char_ids, only_due=only_due)
        dirty, alone = turn.dirty, turn.alone
        for _ in range(_TURNS - 1):
            if turn.again:
                turn = await self._turn(turn.again, only_due=False)
                alone += turn.alone
        alone += turn.again
        return dirty - len(alone) + sum([await self._alone(char_id) for char_id in alone])

    async def _turn(self, char_ids: Sequence[int], *, only_due: bool) -> _Turn:
        async with self.unit_of_work():
            claimed = await self.store.claim(char_ids, self.ids.token(), only_due=only_due)
        claims = [each for each in claimed if isinstance(each, Claim)]
        outcomes = await self._together(claims)
        if done := [claim for claim in claims if isinstance(outcomes.get(claim.control.char_id), Written)]:
            await self.store.acknowledge([Acknowledgement(claim, to_row(claim)) for claim in done])
        turn = _Turn(len(claimed))
        rows = {char_id: each.row for char_id, each in outcomes.items() if isinstance(each, Mismatch)}
        turn.alone += [claim.control.char_id for claim in claims if claim.control.char_id not in outcomes]
        turn.alone += [char_id for char_id, row in rows.items() if row is None]
        lost = [each.control for each in claimed if isinstance(each, Orphan)]
        await self._bring_forward(turn, {char_id: row for char_id, row in rows.items() if row}, lost)
        return turn

    async def _together(self, claims: Sequence[Claim]) -> dict[int, Written | Mismatch]:
        """What the database said, by character; of those that spoil it for the others it says nothing."""
        writes = dict(_legible(claims))
        if not writes:
            return {}
        try:
            async with self.unit_of_work() as unit:
                outcomes = await unit.inventories.update_inventories(writes)
                await unit.commit()
        except (DatabaseRefusedError, DatabaseBusyError) as error:
            log.warning("batch not written, trying its halves", sessions=len(claims), error=repr(error))
            return await self._in_halves(claims)
        except DatabaseDownError:
            raise
        except Exception:
            log.exception("batch not understood, trying its halves", sessions=len(claims))
            return await self._in_halves(claims)
        for claim in claims:
            outcome = outcomes.get(claim.control.char_id)
            if isinstance(outcome, Written):
                self.sync.written(claim, outcome)
        return dict(outcomes)

    async def _in_halves(self, claims: Sequence[Claim]) -> dict[int, Written | Mismatch]:
        half = len(claims) // 2
        halves = (claims[:half], claims[half:]) if half else ()
        return {key: value for each in halves for key, value in (await self._together(each)).items()}

    async def _bring_forward(
        self, turn: _Turn, rows: Mapping[int, DatabaseRow], lost: Sequence[Control]
    ) -> None:
        """Sessions whose fence did not hold or whose document is gone: most can be written after that."""
        turn.again += [*rows, *(state.char_id for state in lost)]
        overtaken = await self.sync.overtaken(rows) if rows else []
        rebases = [(state, True) for state in lost] + [(state, False) for state in overtaken]
        for start in range(0, len(rebases), _REBASES):
            some = rebases[start : start + _REBASES]
            work = (self.sync.rebase.rebase(state, anew=anew) for state, anew in some)
            ends = await asyncio.gather(*work, return_exceptions=True)
            for (state, _), end in zip(some, ends, strict=True):
                if isinstance(end, BaseException):
                    log.warning("session not rebased", char_id=state.char_id, error=repr(end))
                    turn.again.remove(state.char_id)
                    turn.alone.append(state.char_id)

    async def _alone(self, char_id: int) -> bool:
        try:
            return (await self.sync.sync(char_id)).changes_saved
        except (DatabaseDownError, SessionStoreDownError):
            raise
        except CharacterNotFoundError:
            # Deleted by a process that died before it could delete this, too.
            log.info("session of a deleted character discarded", char_id=char_id)
            await self.store.discard(char_id)
            return False
        except Exception as error:
            log.warning("session not written", char_id=char_id, error=repr(error))
            self.metrics.sync_failed(SyncFailure.SESSION)
            if await self.store.fail(char_id):
                log.exception("session parked: it cannot be written", char_id=char_id)
            return False


def _legible(claims: Sequence[Claim]) -> Iterator[tuple[int, InventoryData]]:
    for claim in claims:
        with suppress(RowUnreadableError):
            yield claim.control.char_id, inventory_data(claim)
