"""Buttons of the main screen."""

from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from apps.game_core.modules.inventory.contracts import InventoryView, SlotView
from bot.callbacks.buttons import Act, Close, Fight, Open, Screen, Train, slot_number
from bot.keyboards.loadouts import at_hand as at_hand_loadouts
from bot.keyboards.quick_slots import at_hand
from bot.views.screen import DANGER, PRIMARY, SUCCESS, Row, button, in_rows, keyboard
from bot.views.ui import Ui

_TOOLS_A_ROW = 4


def main(
    ui: Ui, owner: int, view: InventoryView, stamp: str, *, undo: Act | None = None
) -> InlineKeyboardMarkup:
    """Who has something to take back does not fight before the next look."""
    fight = button(ui.label("fight"), Fight(do=Train.START, owner=owner))
    able = any(each.fitting for each in view.equipped)
    best = [button(ui.label("best_set"), Open(screen=Screen.BEST_SET, owner=owner))] if able else []
    return keyboard(
        [
            *in_rows([_worn(ui, owner, each) for each in view.equipped], 2),
            *at_hand(ui, owner, view, stamp),
            [button(ui.label("backpack"), Open(screen=Screen.BACKPACK, owner=owner), PRIMARY), *best],
            *_tools(ui, owner, view, stamp),
            [
                button(ui.label("refresh"), Open(screen=Screen.MAIN, owner=owner)),
                button(ui.label("undo"), undo, SUCCESS) if undo else fight,
                button(ui.label("close"), Close(owner=owner), DANGER),
            ],
        ]
    )


def _tools(ui: Ui, owner: int, view: InventoryView, stamp: str) -> list[Row]:
    """Loadouts, junk. Beside others they make do with their icons."""
    dressed = any(each.item for each in view.equipped)
    number = len(view.loadouts) + bool(dressed or view.loadouts) + bool(view.backpack)
    beside = min(number, _TOOLS_A_ROW)
    short = bool(view.loadouts)
    tools = at_hand_loadouts(ui, owner, view.loadouts, stamp, beside=beside)
    if dressed or view.loadouts:
        tools.append(button(ui.label("loadouts", short), Open(screen=Screen.LOADOUTS, owner=owner)))
    if view.backpack:
        tools.append(button(ui.label("junk_heap", view.junk, short), Open(screen=Screen.JUNK, owner=owner)))
    return in_rows(tools, _TOOLS_A_ROW)


def _worn(ui: Ui, owner: int, each: SlotView) -> InlineKeyboardButton:
    data = Open(screen=Screen.SLOT, owner=owner, amount=slot_number(each.slot))
    if each.item is not None:
        label = ui.fitted("worn", ui.item_name(each.item), each.slot, each.better, beside=2)
        return button(label, data)
    return button(ui.label("fill_slot" if each.fitting else "empty_slot", each.slot), data)
