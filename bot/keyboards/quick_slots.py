"""Buttons of the quick slots."""

from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from apps.game_core.modules.inventory.contracts import InventoryView, ItemView
from bot.callbacks.buttons import Do, Open, ScreenName
from bot.callbacks.makers import Acts, Opens
from bot.views.screen import PRIMARY, SUCCESS, Row, button, in_roomy_rows, keyboard
from bot.views.ui import Ui

_MOST = 10


def at_hand(ui: Ui, owner: int, view: InventoryView, stamp: str) -> list[Row]:
    """What is in them, used with a tap; the first empty one, if there is something for it; all of them.

    Their numbers go where all of it would not fit into one row.
    """
    rows = in_roomy_rows(_at_hand(ui, owner, view, stamp, short=False))
    return rows if len(rows) <= 1 else in_roomy_rows(_at_hand(ui, owner, view, stamp, short=True))


def _at_hand(ui: Ui, owner: int, view: InventoryView, stamp: str, *, short: bool) -> Row:
    items = list(enumerate(view.quick_slots))
    buttons = [
        _drink(ui, owner, index, item, stamp, short=short) for index, item in items if item is not None
    ]
    free = next((index for index, item in items if item is None), None)
    if free is not None and view.consumables:
        data = Opens(owner).fill_quick_slot(free)
        buttons.append(button(ui.label("quick_fill", free + 1, short), data))
    if any(view.quick_slots):
        buttons.append(button(ui.label("quick_all"), Open(screen=ScreenName.QUICK_SLOTS, owner=owner)))
    return buttons


def quick_slots(ui: Ui, owner: int, view: InventoryView) -> InlineKeyboardMarkup:
    rows: list[Row] = []
    for index, item in enumerate(view.quick_slots):
        if item is not None:
            label = ui.fitted("quick_numbered", ui.item_name(item), index + 1, item)
            rows.append([button(label, Open(screen=ScreenName.ITEM, owner=owner, item=item.id))])
        elif view.consumables:
            data = Opens(owner).fill_quick_slot(index)
            rows.append([button(ui.label("quick_fill", index + 1), data)])
    return keyboard([*rows, [button(ui.label("back"), Open(screen=ScreenName.MAIN, owner=owner))]])


def fill(ui: Ui, owner: int, view: InventoryView, index: int, stamp: str) -> InlineKeyboardMarkup:
    act = Acts(owner, stamp)
    rows: list[Row] = [
        [button(ui.row_title(item), act.quick_slot(Do.TO_QUICK, item.id, index), PRIMARY)]
        for item in view.consumables[:_MOST]
    ]
    return keyboard([*rows, [button(ui.label("back"), Open(screen=ScreenName.QUICK_SLOTS, owner=owner))]])


def _drink(
    ui: Ui, owner: int, index: int, item: ItemView, stamp: str, *, short: bool
) -> InlineKeyboardButton:
    label = ui.label("quick", index + 1, item, short)
    if item.wasted:
        return button(label, Opens(owner).confirm_use_quick(item.id, index))
    return button(label, Acts(owner, stamp).quick_slot(Do.USE_QUICK, item.id, index), SUCCESS)
