"""Worn things under a name. Which of them are there, and can be worn, is seen when somebody wears them."""

from collections.abc import Iterable, Mapping, Sequence
from typing import ClassVar

from apps.game_core.modules.inventory.inventory.limits import ItemId, LoadoutName
from apps.game_core.modules.inventory.inventory.loadout import MAX_LOADOUTS, Loadout, Piece
from apps.game_core.modules.inventory.inventory.model import InventorySession, Item, PlacedItem
from apps.game_core.modules.inventory.inventory.operation import Operation, Result
from apps.game_core.modules.inventory.inventory.rules.deed import Deed
from apps.game_core.modules.inventory.inventory.rules.definition import Definition
from apps.game_core.modules.inventory.inventory.rules.told import Pieces, Told
from apps.game_core.modules.inventory.inventory.rules.values import Rules
from apps.game_core.modules.inventory.inventory.rules.wearing import SLOTS
from apps.game_core.modules.inventory.keeping_errors import (
    LoadoutNotFoundError,
    NothingWornError,
    TooManyLoadoutsError,
)
from apps.game_core.modules.items.contracts import Slot
from apps.game_core.value import field, replace


class SaveLoadoutResult(Result):
    """`replaced` had the name before."""

    loadout: Loadout
    replaced: Loadout | None


class ForgetLoadoutResult(Result):
    loadout: Loadout


class SaveLoadout(Operation[SaveLoadoutResult], kw_only=True):
    """Keeps what is worn under a name, in place of what had that name. `new_id` is for a new one.

    `pieces`: what the player was told was kept, whatever is worn where it is done again.
    """

    kind: ClassVar[str] = "save_loadout"

    name: LoadoutName
    new_id: int = 0
    pieces: Mapping[Slot, Piece] = field(default_factory=dict)


class ForgetLoadout(Operation[ForgetLoadoutResult], kw_only=True):
    """The name goes; the things stay."""

    kind: ClassVar[str] = "forget_loadout"

    loadout_id: ItemId


def save(
    session: InventorySession, operation: SaveLoadout, _: Rules
) -> tuple[InventorySession, SaveLoadoutResult]:
    pieces = operation.pieces or _worn((slot, item) for slot, item in session.equipped.items() if item)
    if not pieces:
        raise NothingWornError
    old = named(session, operation.name)
    others = [each for each in session.loadouts if each is not old]
    if len(others) >= MAX_LOADOUTS:
        raise TooManyLoadoutsError(MAX_LOADOUTS)
    loadout = Loadout(old.id if old else operation.new_id, operation.name, pieces)
    return _with(session, *others, loadout), SaveLoadoutResult(loadout, old)


def forget(
    session: InventorySession, operation: ForgetLoadout, _: Rules
) -> tuple[InventorySession, ForgetLoadoutResult]:
    loadout = found(session, operation.loadout_id)
    others = [each for each in session.loadouts if each is not loadout]
    return _with(session, *others), ForgetLoadoutResult(loadout)


def found(session: InventorySession, loadout_id: int) -> Loadout:
    """Raises LoadoutNotFoundError."""
    loadout = next((each for each in session.loadouts if each.id == loadout_id), None)
    if loadout is None:
        raise LoadoutNotFoundError(loadout_id)
    return loadout


def named(session: InventorySession, name: str) -> Loadout | None:
    """Whether a name is written in big letters or small ones, it is the same."""
    return next((each for each in session.loadouts if each.name.casefold() == name.casefold()), None)


def _worn(items: Iterable[tuple[Slot, Item]]) -> Mapping[Slot, Piece]:
    return {slot: Piece(item.id, item.base_id) for slot, item in items}


def _with(session: InventorySession, *loadouts: Loadout) -> InventorySession:
    return replace(session, loadouts=tuple(sorted(loadouts, key=lambda each: each.id)))


def _save_deed(deed: Deed, operation: SaveLoadout, result: SaveLoadoutResult) -> None:
    saved = result.loadout
    new_id = result.replaced.id if result.replaced else operation.new_id
    worn = _worn((Slot(row.place), row.item) for row in deed.rows.values() if row.place in SLOTS)
    asked = (new_id, operation.name, operation.pieces or worn)
    deed.claim(asked == (saved.id, saved.name, saved.pieces), "another loadout was saved than was asked for")


def _forget_deed(deed: Deed, operation: ForgetLoadout, result: ForgetLoadoutResult) -> None:
    same_one = operation.loadout_id == result.loadout.id
    deed.claim(same_one, "another loadout was forgotten than was asked for")


def _told(result: SaveLoadoutResult | ForgetLoadoutResult, _: Sequence[PlacedItem]) -> Told:
    loadout = result.loadout
    worn = tuple(Pieces(piece.base_id, 1) for piece in loadout.pieces.values())
    return Told(items=worn, name=loadout.name)


SAVE_LOADOUT = Definition(operation=SaveLoadout, rule=save, deed=_save_deed, told=_told)
FORGET_LOADOUT = Definition(operation=ForgetLoadout, rule=forget, deed=_forget_deed, told=_told)
