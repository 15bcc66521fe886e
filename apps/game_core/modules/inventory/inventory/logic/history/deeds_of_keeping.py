"""What marks, loadouts and notes did, by the ledger entry alone."""

from dataclasses import replace

from apps.game_core.modules.inventory.inventory.keeping import ForgetLoadout, MarkJunk, SaveLoadout, TakeNote
from apps.game_core.modules.inventory.inventory.logic.history.deed import Deed
from apps.game_core.modules.inventory.inventory.model import BACKPACK
from apps.game_core.modules.inventory.inventory.results import (
    ForgetLoadoutResult,
    MarkJunkResult,
    SaveLoadoutResult,
    TakeNoteResult,
)


def mark_junk(deed: Deed, operation: MarkJunk, result: MarkJunkResult) -> None:
    deed.claim(set(result.changed) <= set(operation.item_ids), "it marked what was not asked for")
    deed.claim(set(result.changed) == deed.before.keys(), "it marked other items than it met")
    for item_id, stood in deed.before.items():
        right = stood.place == BACKPACK and stood.item.junk is not operation.marked
        deed.claim(
            right and not (operation.marked and stood.item.locked), f"item {item_id} was not to be marked"
        )
        deed.put(replace(stood.item, junk=operation.marked), BACKPACK, stood.position)


def save_loadout(deed: Deed, operation: SaveLoadout, result: SaveLoadoutResult) -> None:
    saved = result.loadout
    new_id = result.replaced.id if result.replaced else operation.new_id
    asked = (new_id, operation.name, operation.pieces)
    deed.claim(asked == (saved.id, saved.name, saved.pieces), "another loadout was saved than was asked for")


def forget_loadout(deed: Deed, operation: ForgetLoadout, result: ForgetLoadoutResult) -> None:
    same_one = operation.loadout_id == result.loadout.id
    deed.claim(same_one, "another loadout was forgotten than was asked for")


def take_note(deed: Deed, operation: TakeNote, result: TakeNoteResult) -> None:
    asked = (operation.came, operation.went, operation.waiting)
    deed.claim(asked == (result.came, result.went, result.waiting), "it told something else")
