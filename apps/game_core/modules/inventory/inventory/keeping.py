"""What a player keeps in mind of the inventory, as operations: no item comes or goes by them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from apps.game_core.modules.inventory.inventory.limits import ItemId, ItemIds, LoadoutName
from apps.game_core.modules.inventory.inventory.loadout import Piece
from apps.game_core.modules.inventory.inventory.model import Gift
from apps.game_core.modules.inventory.inventory.operation import Operation
from apps.game_core.modules.inventory.inventory.results import (
    ForgetLoadoutResult,
    MarkJunkResult,
    SaveLoadoutResult,
    TakeNoteResult,
)
from apps.game_core.modules.items.contracts import Slot


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkJunk(Operation[MarkJunkResult]):
    """Marks what of these may be dropped, or takes the marks away."""

    kind: ClassVar[str] = "mark_junk"
    reverts: ClassVar[bool] = True

    item_ids: ItemIds
    marked: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class SaveLoadout(Operation[SaveLoadoutResult]):
    """Keeps these `pieces` under a name, in place of what had that name. `new_id` is for a new one."""

    kind: ClassVar[str] = "save_loadout"

    name: LoadoutName
    new_id: int = 0
    pieces: Mapping[Slot, Piece] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ForgetLoadout(Operation[ForgetLoadoutResult]):
    """The name goes; the things stay."""

    kind: ClassVar[str] = "forget_loadout"

    loadout_id: ItemId


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeNote(Operation[TakeNoteResult]):
    """The player was told this; it is not told again."""

    kind: ClassVar[str] = "take_note"

    came: tuple[Gift, ...] = ()
    went: tuple[Gift, ...] = ()
    waiting: tuple[Gift, ...] = ()
