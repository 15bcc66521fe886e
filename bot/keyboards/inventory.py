"""Buttons of the main screen and of the quick slots."""

from collections.abc import Iterable

from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from apps.game_core.modules.inventory.contracts import InventoryView, ItemView, SlotView
from bot.callbacks.buttons import Act, Close, Do, Fight, Open, Screen, Train, slot_number
from bot.views.screen import DANGER, PRIMARY, SUCCESS, Row, button, disabled, in_rows, keyboard
from bot.views.ui import Ui

QUICK_SLOTS_A_ROW = 5


def main(ui: Ui, owner: int, view: InventoryView, stamp: str) -> InlineKeyboardMarkup:
    worn = [_worn(ui, owner, each, view.backpack) for each in view.equipped]
    able = any(item.wearable for item in view.backpack)
    quick = [_drink(ui, owner, index, item, stamp) for index, item in enumerate(view.quick_slots)]
    return keyboard(
        [
            *in_rows(worn, 2),
            *in_rows(quick, QUICK_SLOTS_A_ROW),
            [
                button(ui.label("backpack"), Open(screen=Screen.BACKPACK, owner=owner), PRIMARY),
                button(ui.label("quick_slots"), Open(screen=Screen.QUICK_SLOTS, owner=owner)),
            ],
            [
                *([button(ui.label("best_set"), Open(screen=Screen.BEST_SET, owner=owner))] if able else []),
                button(ui.label("training"), Fight(do=Train.START, owner=owner)),
            ],
            [
                button(ui.label("refresh"), Open(screen=Screen.MAIN, owner=owner)),
                button(ui.label("close"), Close(owner=owner), DANGER),
            ],
        ]
    )


def quick_slots(ui: Ui, owner: int, items: Iterable[ItemView | None]) -> InlineKeyboardMarkup:
    rows: list[Row] = []
    for number, item in enumerate(items, 1):
        if item is None:
            rows.append([disabled(ui.label("quick_empty", number))])
        else:
            label = ui.label("quick_numbered", number, item, ui.item_name(item))
            rows.append([button(label, Open(screen=Screen.ITEM, owner=owner, item=item.id))])
    return keyboard([*rows, [button(ui.label("back"), Open(screen=Screen.MAIN, owner=owner))]])


def _worn(ui: Ui, owner: int, each: SlotView, backpack: Iterable[ItemView]) -> InlineKeyboardButton:
    data = Open(screen=Screen.SLOT, owner=owner, amount=slot_number(each.slot))
    if each.item is not None:
        return button(ui.label("worn", each.slot), data)
    fitting = any(item.wearable and each.slot in item.slots for item in backpack)
    return button(ui.label("fill_slot" if fitting else "empty_slot", each.slot), data)


def _drink(ui: Ui, owner: int, index: int, item: ItemView | None, stamp: str) -> InlineKeyboardButton:
    if item is None:
        return disabled(ui.label("quick_none", index + 1))
    label = ui.label("quick", index + 1, item)
    if item.wasted:
        return button(label, Open(screen=Screen.CONFIRM_USE_QUICK, owner=owner, item=item.id, amount=index))
    return button(label, Act(do=Do.USE_QUICK, owner=owner, item=item.id, arg=index, stamp=stamp), SUCCESS)
