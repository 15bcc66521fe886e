"""Buttons of the main screen."""

from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from apps.game_core.modules.inventory.contracts import InventoryView, SlotView
from bot.callbacks.buttons import Act, Close, Do, Fight, Open, ScreenName, Train, slot_number
from bot.callbacks.makers import Acts, Opens
from bot.keyboards.loadouts import at_hand as loadouts_at_hand
from bot.keyboards.quick_slots import at_hand
from bot.views.screen import DANGER, PRIMARY, SUCCESS, Row, button, in_rows, keyboard
from bot.views.ui import Ui


def main(
    ui: Ui, owner: int, view: InventoryView, stamp: str, *, undo: Act | None = None
) -> InlineKeyboardMarkup:
    """Who has something to take back does not fight before the next look."""
    able = any(each.fitting for each in view.equipped)
    best = [button(ui.label("best_set"), Open(screen=ScreenName.BEST_SET, owner=owner))] if able else []
    return keyboard(
        [
            *in_rows([_worn(ui, owner, each) for each in view.equipped], 2),
            *at_hand(ui, owner, view, stamp),
            [button(ui.label("backpack"), Open(screen=ScreenName.BACKPACK, owner=owner), PRIMARY), *best],
            *_last_rows(ui, owner, view, stamp, undo),
        ]
    )


def _last_rows(ui: Ui, owner: int, view: InventoryView, stamp: str, undo: Act | None) -> list[Row]:
    """Never more than two. Several loadouts leave the rest a row of icons, or of what undoes."""
    crowded = len(view.loadouts) > 1
    short = bool(view.loadouts)
    tools = _tools(ui, owner, view, stamp, short=short)
    beside = len(view.loadouts) + (0 if crowded else len(tools))
    worn = loadouts_at_hand(ui, owner, view.loadouts, stamp, beside=beside)
    icons = crowded and undo is None
    fight = button(ui.label("fight", icons), Fight(do=Train.START, owner=owner))
    close = button(ui.label("close", icons), Close(owner=owner), DANGER)
    if icons:
        return [worn, [*tools, fight, close]]
    refresh = button(ui.label("refresh"), Open(screen=ScreenName.MAIN, owner=owner))
    last = [refresh, button(ui.label("undo"), undo, SUCCESS) if undo else fight, close]
    return [worn if crowded else [*worn, *tools], last]


def news(ui: Ui, owner: int) -> InlineKeyboardMarkup:
    return keyboard(
        [
            [
                button(ui.label("back"), Open(screen=ScreenName.MAIN, owner=owner)),
                button(ui.label("backpack"), Open(screen=ScreenName.BACKPACK, owner=owner), PRIMARY),
            ]
        ]
    )


def _tools(ui: Ui, owner: int, view: InventoryView, stamp: str, *, short: bool) -> Row:
    """What there is to do with loadouts, junk, news."""
    tools: Row = []
    if view.loadouts or any(each.item for each in view.equipped):
        tools.append(button(ui.label("loadouts", short), Open(screen=ScreenName.LOADOUTS, owner=owner)))
    if view.backpack:
        tools.append(
            button(ui.label("junk_heap", view.junk, short), Open(screen=ScreenName.JUNK, owner=owner))
        )
    look_back = Acts(owner, stamp).all(Do.LOOK_BACK)
    return [*tools, button(ui.label("news", short), look_back)]


def _worn(ui: Ui, owner: int, each: SlotView) -> InlineKeyboardButton:
    data = Opens(owner).slot(slot_number(each.slot))
    if each.item is not None:
        label = ui.fitted("worn", ui.item_name(each.item), each.slot, each.better, each.item.broken, beside=2)
        return button(label, data)
    return button(ui.label("fill_slot" if each.fitting else "empty_slot", each.slot), data)
