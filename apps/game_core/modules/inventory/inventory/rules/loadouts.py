"""Worn things under a name. Which of them are there, and can be worn, is seen when somebody wears them."""

from dataclasses import replace

from apps.game_core.modules.inventory.inventory.keeping import ForgetLoadout, SaveLoadout
from apps.game_core.modules.inventory.inventory.loadout import MAX_LOADOUTS, Loadout
from apps.game_core.modules.inventory.inventory.model import InventorySession
from apps.game_core.modules.inventory.inventory.results import ForgetLoadoutResult, SaveLoadoutResult
from apps.game_core.modules.inventory.inventory.rules.values import Rules
from apps.game_core.modules.inventory.keeping_errors import (
    LoadoutNotFoundError,
    NothingWornError,
    TooManyLoadoutsError,
)


def save(
    session: InventorySession, operation: SaveLoadout, _: Rules
) -> tuple[InventorySession, SaveLoadoutResult]:
    if not operation.pieces:
        raise NothingWornError
    old = named(session, operation.name)
    others = [each for each in session.loadouts if each is not old]
    if len(others) >= MAX_LOADOUTS:
        raise TooManyLoadoutsError(MAX_LOADOUTS)
    loadout = Loadout(old.id if old else operation.new_id, operation.name, operation.pieces)
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


def _with(session: InventorySession, *loadouts: Loadout) -> InventorySession:
    return replace(session, loadouts=tuple(sorted(loadouts, key=lambda each: each.id)))
