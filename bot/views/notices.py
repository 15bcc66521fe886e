"""What a tap did, in a few words: those of `deeds.txt.j2`."""

from dataclasses import dataclass
from typing import Any

from apps.game_core.modules.inventory.contracts import (
    DropManyResult,
    DropResult,
    LockResult,
    MarkJunkResult,
    Outcome,
    PieceState,
    WearSetResult,
)
from bot.views.screen import Notice, shorten
from bot.views.ui import Ui

_MOST_OF_A_NAME = 30


@dataclass(frozen=True, slots=True)
class Toast:
    """A toast in the words of this macro, which gets what was answered, and the inventory as it is now."""

    macro: str

    def __call__(self, ui: Ui, outcome: Outcome[Any]) -> Notice:
        if outcome.repeated:
            return repeated(ui)
        return Notice(ui.notice(self.macro, result=outcome.result, inventory=outcome.inventory))


@dataclass(frozen=True, slots=True)
class ToastOfDrop(Toast):
    """And which loadouts what was dropped belonged to."""

    def __call__(self, ui: Ui, outcome: Outcome[Any]) -> Notice:
        notice = Toast.__call__(self, ui, outcome)
        return notice if outcome.repeated else Notice(notice.text + _torn_loadouts(ui, outcome))


def repeated(ui: Ui) -> Notice:
    """A repeated tap is answered alike, whatever it asked for: that is done already."""
    return Notice(ui.notice("repeated"))


def locked(ui: Ui, outcome: Outcome[LockResult]) -> Notice:
    return Toast("locked" if outcome.result.item.locked else "unlocked")(ui, outcome)


def junk_marked(ui: Ui, outcome: Outcome[MarkJunkResult]) -> Notice:
    ids = outcome.result.changed
    if outcome.repeated or not ids:
        return repeated(ui)
    first = outcome.inventory.item(ids[0]).item
    words = "junk_marked" if first.junk else "junk_unmarked"
    return Notice(ui.notice(words, name=ui.item_name(first), count=len(ids)))


def loadout_worn(ui: Ui, outcome: Outcome[WearSetResult], loadout_id: int) -> Notice:
    """What stays away is to be confirmed."""
    if outcome.repeated:
        return repeated(ui)
    loadout = outcome.inventory.loadout(loadout_id)
    away = loadout.having(PieceState.GONE, PieceState.UNFIT)
    text = ui.notice(
        "loadout_worn",
        result=outcome.result,
        inventory=outcome.inventory,
        name=shorten(loadout.name, _MOST_OF_A_NAME),
        away=[ui.translator.item_name(each.name) for each in away],
    )
    return Notice(text, alert=bool(away))


def _torn_loadouts(ui: Ui, outcome: Outcome[DropResult | DropManyResult]) -> str:
    result = outcome.result
    drops = result.dropped if isinstance(result, DropManyResult) else (result,)
    gone = {drop.item.id for drop in drops if not drop.remaining_quantity}
    torn = [each.name for each in outcome.inventory.view().loadouts if each.item_ids & gone]
    return f"\n{ui.notice('loadouts_torn', names=torn)}" if torn else ""
