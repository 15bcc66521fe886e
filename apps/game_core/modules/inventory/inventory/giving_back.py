"""Operations that take back what others did, or bring back what was lost."""

from dataclasses import dataclass
from typing import ClassVar

from apps.game_core.modules.inventory.inventory.model import Buff, Item, PlacedItem
from apps.game_core.modules.inventory.inventory.operation import Operation
from apps.game_core.modules.inventory.inventory.results import (
    DropResult,
    RestoreResult,
    RevertResult,
    UndoResult,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Undo(Operation[UndoResult]):
    """Takes back operation `of`, a drop made at `dropped_at`: all that went, or nothing.

    `new_ids`, one for each of `dropped`, are for pieces whose stack is full now. Its own id is made of the
    other's (`undo_id`), so that nothing is taken back twice.
    """

    kind: ClassVar[str] = "undo"

    of: str
    dropped: tuple[DropResult, ...]
    dropped_at: int
    new_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Revert(Operation[RevertResult]):
    """Takes back operation `of`, made at `done_at`, which moved or used something: all of it, or nothing.

    `before` are the rows that it touched as they were, `after` as it left them. It changed hit points by
    `changed`, `started` buffs and `ended` others. Its own id is made of the other's (`undo_id`).
    """

    kind: ClassVar[str] = "revert"

    of: str
    done_at: int
    before: tuple[PlacedItem, ...]
    after: tuple[PlacedItem, ...]
    changed: int = 0
    started: tuple[Buff, ...] = ()
    ended: tuple[Buff, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Restore(Operation[RestoreResult]):
    """Brings back what of `stood` is gone: stacks as they were at `to` (Unix seconds).

    `new_ids`, one for each of `stood`, are for pieces whose stack is elsewhere, or full, by now.
    """

    kind: ClassVar[str] = "restore"

    to: int
    stood: tuple[Item, ...]
    new_ids: tuple[int, ...]
