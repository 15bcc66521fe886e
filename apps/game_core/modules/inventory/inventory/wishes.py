"""What is asked for in words that only the session it meets turns into an operation."""

from enum import StrEnum
from typing import Any, ClassVar, Generic, TypeAlias, TypeVar

from apps.game_core.modules.inventory.inventory.limits import (
    Fingerprint,
    ItemId,
    Mark,
    OperationId,
)
from apps.game_core.modules.inventory.inventory.operation import Operation, Result
from apps.game_core.modules.inventory.inventory.rules.dropping import DropMany, DropManyResult
from apps.game_core.modules.inventory.inventory.rules.giving import Give, GiveResult
from apps.game_core.modules.inventory.inventory.rules.junk import MarkJunk, MarkJunkResult
from apps.game_core.modules.inventory.inventory.rules.noting import TakeNote, TakeNoteResult
from apps.game_core.modules.inventory.inventory.rules.outfitting import WearSet, WearSetResult
from apps.game_core.modules.inventory.inventory.rules.undoing_all_else import Revert, RevertResult
from apps.game_core.modules.inventory.inventory.rules.undoing_drops import Undo, UndoResult
from apps.game_core.value import Value

R_co = TypeVar("R_co", bound=Result, covariant=True)


class Ask(Value, Generic[R_co], kw_only=True):
    """`becomes` an operation of this kind."""

    becomes: ClassVar[type[Operation[Any]]]


class WearBest(Ask[WearSetResult], kw_only=True):
    """Put on the best set there is: the one with fingerprint `shown`, or none."""

    becomes: ClassVar[type[Operation[Any]]] = WearSet

    shown: Fingerprint


class WearLoadout(Ask[WearSetResult], kw_only=True):
    """Put on what of a loadout is there and can be worn."""

    becomes: ClassVar[type[Operation[Any]]] = WearSet

    loadout_id: ItemId


class LookBack(Ask[TakeNoteResult], kw_only=True):
    """Be told what came and went without the player since they were told last."""

    becomes: ClassVar[type[Operation[Any]]] = TakeNote


class JunkBy(StrEnum):
    """What makes something junk: it is worse than what is worn, or one of several of its kind."""

    WORSE = "worse"
    SPARE = "spare"


class SortOut(Ask[MarkJunkResult], kw_only=True):
    """Mark all in the backpack that is junk by this, but upgrades and what is locked."""

    becomes: ClassVar[type[Operation[Any]]] = MarkJunk

    by: JunkBy


class ClearJunk(Ask[DropManyResult], kw_only=True):
    """Drop all that is marked as junk: what was `shown` with this fingerprint, or nothing."""

    becomes: ClassVar[type[Operation[Any]]] = DropMany

    shown: Fingerprint


class GiveHalf(Ask[GiveResult], kw_only=True):
    """Give what lies on one's half, if it still confirms the table with its own mark and the other's."""

    becomes: ClassVar[type[Operation[Any]]] = Give

    trade: ItemId
    own_mark: Mark
    other_mark: Mark


class TakeBackDrop(Ask[UndoResult], kw_only=True):
    """Take back the drop with id `of`."""

    becomes: ClassVar[type[Operation[Any]]] = Undo

    of: OperationId


class PutBack(Ask[RevertResult], kw_only=True):
    """Take back the operation with id `of`, which moved or used something, or a batch that also drops."""

    becomes: ClassVar[type[Operation[Any]]] = Revert

    of: OperationId


R = TypeVar("R", bound=Result)
Wish: TypeAlias = Operation[R] | Ask[R]
"""What somebody wants done: an operation that nobody has stamped yet, or what becomes one."""
