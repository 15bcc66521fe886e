"""What is asked for in words that only the session it meets turns into an operation."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, ClassVar, Generic, TypeAlias, TypeVar

from apps.game_core.modules.inventory.inventory.limits import (
    Fingerprint,
    ItemId,
    LoadoutName,
    Mark,
    OperationId,
)
from apps.game_core.modules.inventory.inventory.operation import Operation, Result
from apps.game_core.modules.inventory.inventory.rules.dropping import DropMany, DropManyResult
from apps.game_core.modules.inventory.inventory.rules.giving import Give, GiveResult
from apps.game_core.modules.inventory.inventory.rules.junk import MarkJunk, MarkJunkResult
from apps.game_core.modules.inventory.inventory.rules.loadouts import SaveLoadout, SaveLoadoutResult
from apps.game_core.modules.inventory.inventory.rules.noting import TakeNote, TakeNoteResult
from apps.game_core.modules.inventory.inventory.rules.outfitting import WearSet, WearSetResult
from apps.game_core.modules.inventory.inventory.rules.undoing_all_else import Revert, RevertResult
from apps.game_core.modules.inventory.inventory.rules.undoing_drops import Undo, UndoResult

R_co = TypeVar("R_co", bound=Result, covariant=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask(Generic[R_co]):
    """`becomes` an operation of this kind."""

    becomes: ClassVar[type[Operation[Any]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class WearBest(Ask[WearSetResult]):
    """Put on the best set there is: the one with fingerprint `shown`, or none."""

    becomes: ClassVar[type[Operation[Any]]] = WearSet

    shown: Fingerprint


@dataclass(frozen=True, slots=True, kw_only=True)
class SaveWorn(Ask[SaveLoadoutResult]):
    """Keep what is worn as a loadout of this name."""

    becomes: ClassVar[type[Operation[Any]]] = SaveLoadout

    name: LoadoutName


@dataclass(frozen=True, slots=True, kw_only=True)
class WearLoadout(Ask[WearSetResult]):
    """Put on what of a loadout is there and can be worn."""

    becomes: ClassVar[type[Operation[Any]]] = WearSet

    loadout_id: ItemId


@dataclass(frozen=True, slots=True, kw_only=True)
class LookBack(Ask[TakeNoteResult]):
    """Be told what came and went without the player since they were told last."""

    becomes: ClassVar[type[Operation[Any]]] = TakeNote


class JunkBy(StrEnum):
    """What makes something junk: it is worse than what is worn, or one of several of its kind."""

    WORSE = "worse"
    SPARE = "spare"


@dataclass(frozen=True, slots=True, kw_only=True)
class SortOut(Ask[MarkJunkResult]):
    """Mark all in the backpack that is junk by this, but upgrades and what is locked."""

    becomes: ClassVar[type[Operation[Any]]] = MarkJunk

    by: JunkBy


@dataclass(frozen=True, slots=True, kw_only=True)
class ClearJunk(Ask[DropManyResult]):
    """Drop all that is marked as junk: what was `shown` with this fingerprint, or nothing."""

    becomes: ClassVar[type[Operation[Any]]] = DropMany

    shown: Fingerprint


@dataclass(frozen=True, slots=True, kw_only=True)
class GiveHalf(Ask[GiveResult]):
    """Give what lies on one's half, if it still confirms the table with its own mark and the other's."""

    becomes: ClassVar[type[Operation[Any]]] = Give

    trade: ItemId
    own_mark: Mark
    other_mark: Mark


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeBackDrop(Ask[UndoResult]):
    """Take back the drop with id `of`."""

    becomes: ClassVar[type[Operation[Any]]] = Undo

    of: OperationId


@dataclass(frozen=True, slots=True, kw_only=True)
class PutBack(Ask[RevertResult]):
    """Take back the operation with id `of`, which moved or used something."""

    becomes: ClassVar[type[Operation[Any]]] = Revert

    of: OperationId


R = TypeVar("R", bound=Result)
Wish: TypeAlias = Operation[R] | Ask[R]
"""What somebody wants done: an operation that nobody has stamped yet, or what becomes one."""
