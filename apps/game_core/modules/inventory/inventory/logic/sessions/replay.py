"""Operations, applied again one by one on another base."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from apps.game_core.modules.inventory.errors import CannotUndoError, OperationRefusedError, UndoObstacle
from apps.game_core.modules.inventory.inventory.applying import apply
from apps.game_core.modules.inventory.inventory.codec import decode_operation, decode_stored, encode
from apps.game_core.modules.inventory.inventory.logic.sessions.as_told import as_told, require_as_told
from apps.game_core.modules.inventory.inventory.model import InventorySession
from apps.game_core.modules.inventory.inventory.operation import Operation, with_trail
from apps.game_core.modules.inventory.inventory.operation_ids import (
    LOST,
    LOST_PREFIX,
    is_inbox,
    lost_id,
)
from apps.game_core.modules.inventory.inventory.row_changes import compared
from apps.game_core.modules.inventory.inventory.rules.batching import Batch
from apps.game_core.modules.inventory.inventory.rules.dropping import (
    DropItem,
    DropMany,
    DropResult,
    dropped_by,
)
from apps.game_core.modules.inventory.inventory.rules.loadouts import SaveLoadout
from apps.game_core.modules.inventory.inventory.rules.mending import MendItem
from apps.game_core.modules.inventory.inventory.rules.restoring import RestoreResult, covers
from apps.game_core.modules.inventory.inventory.rules.taking import TakeItem
from apps.game_core.modules.inventory.inventory.rules.undoing_all_else import Revert
from apps.game_core.modules.inventory.inventory.rules.undoing_drops import Undo
from apps.game_core.modules.inventory.inventory.rules.values import Rules
from apps.game_core.modules.inventory.inventory.trail import Trail
from apps.game_core.modules.inventory.keeping_errors import NotDoneError
from apps.game_core.modules.inventory.ports import LedgerEntry
from apps.game_core.value import replace

Restores = Mapping[str, Sequence[RestoreResult]]
"""By what is taken back, or built on, and the ledger holds: what the restores after it brought back."""

MADE_BEFORE = "MadeBefore"
_TWICE = "twice:"


@dataclass(frozen=True, slots=True)
class Loss:
    """That an operation, or so many `changes` up to a row's revision, are gone, and nobody knows them."""

    past: str
    changes: int = 1

    @property
    def op_id(self) -> str:
        return lost_id(self.past)


class Replay:
    """`newest`: the latest version that anybody has seen; `restores` has all that is undone and written."""

    def __init__(self, rules: Rules, base: InventorySession, newest: int, restores: Restores) -> None:
        self.base = base
        self.session = replace(base, trail=Trail(since=newest))
        self.newest = self.version = newest
        self.pending: list[LedgerEntry] = []
        self._restores = restores
        self._added: set[str] = set()
        self._drops: dict[str, tuple[DropResult, ...]] = {}
        self._rules = rules

    def add(self, entry: LedgerEntry) -> None:
        if entry.op_id in self._added:
            self.made_before(entry)
            return
        self._added.add(entry.op_id)
        try:
            self._apply(entry)
        except OperationRefusedError as refusal:
            self.leave_out(entry, type(refusal).__name__)

    def leave_out(self, entry: LedgerEntry, reason: str) -> None:
        # A grant is no conflict: its row in the inbox is still unread and goes on waiting.
        if not is_inbox(entry.op_id):
            self._keep(replace(entry, refused=reason))

    def made_before(self, entry: LedgerEntry) -> None:
        """What was made twice stands once; the second time is told, under an id of its own."""
        self._keep(made_twice(entry))

    def miss(self, loss: Loss, at: int) -> None:
        payload = encode({"changes": loss.changes})
        self._keep(LedgerEntry(loss.op_id, 0, LOST, at, payload, b"null", b"[]", refused=LOST))

    def _apply(self, entry: LedgerEntry) -> None:
        if entry.refused:
            self.leave_out(entry, entry.refused)
            return
        operation = self._as_told(decode_operation(entry.kind, entry.payload), entry.result)
        before = self.session
        after, result = apply(before, operation, self._rules)
        if isinstance(operation, MendItem | Batch):
            require_as_told(result, decode_stored(operation.kind, entry.result))
        self.session = with_trail(after, self.version + 1, entry.op_id)
        self._drops[entry.op_id] = dropped_by(result)
        _, image = compared(before, self.session)
        self._keep(replace(entry, payload=encode(operation), result=encode(result), before=encode(image)))

    def _as_told(self, operation: Operation[Any], result: bytes) -> Operation[Any]:
        """An operation that depends on what it met, made to do here what the player was told."""
        if isinstance(operation, Batch) and not self._is_done(operation.after):
            raise NotDoneError(str(operation.after))
        if isinstance(operation, DropItem | DropMany | TakeItem | SaveLoadout | Batch):
            return as_told(operation, decode_stored(operation.kind, result))
        if isinstance(operation, Undo):
            return self._undo_as_told(operation)
        if isinstance(operation, Revert):
            self._require_done(operation.of)
            self._require_away(operation)
        return operation

    def _require_done(self, of: str) -> None:
        """Rows may stand as an operation would have left them that never took effect in this past."""
        if not self._is_done(of):
            raise CannotUndoError(of, UndoObstacle.UNKNOWN)

    def _is_done(self, of: str | None) -> bool:
        return of is None or of in self._drops or of in self._restores

    def _undo_as_told(self, undo: Undo) -> Undo:
        self._require_done(undo.of)
        if undo.of in self._drops:
            return replace(undo, dropped=self._drops[undo.of])
        self._require_away(undo)
        return undo

    def _require_away(self, undo: Undo | Revert) -> None:
        # A pending restore of the kind would have had the undo refused before.
        if any(covers(restored, undo) for restored in self._restores.get(undo.of, ())):
            raise CannotUndoError(undo.of, UndoObstacle.CAME_BACK)

    def _keep(self, entry: LedgerEntry) -> None:
        self.version += 1
        self.pending.append(replace(entry, version=self.version, first=entry.place))


def made_twice(entry: LedgerEntry) -> LedgerEntry:
    """That what has this id now is not what its player was told."""
    return replace(entry, op_id=f"{_TWICE}{entry.op_id}", refused=MADE_BEFORE)


def op_ids_of(entries: Iterable[LedgerEntry]) -> tuple[str, ...]:
    """What the database has to be asked after: the operations, and those that were told as lost."""
    return tuple(op_id for entry in entries for op_id in {entry.op_id, entry.op_id.removeprefix(LOST_PREFIX)})


def is_found(entry: LedgerEntry, known: Collection[str]) -> bool:
    """Whether this tells the loss of an operation that is known after all."""
    return entry.kind == LOST and entry.op_id.removeprefix(LOST_PREFIX) in known


def to_try_again(entry: LedgerEntry, told: int) -> LedgerEntry:
    """What was only refused by a replay may be valid on another base, unless its player knows by `told`."""
    final = entry.kind == LOST or entry.refused == MADE_BEFORE or entry.version < told
    return entry if final else replace(entry, refused="")
