"""Buttons of an item card and of the questions it may ask."""

from collections.abc import Iterable
from functools import partial

from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from apps.game_core.modules.inventory.contracts import BACKPACK, ItemDetails, ItemView
from apps.game_core.modules.items.contracts import Slot
from bot.callbacks.buttons import Do, Open, ScreenName, slot_number
from bot.callbacks.makers import Acts, Opens
from bot.keyboards.slot import candidates
from bot.views.screen import DANGER, PRIMARY, SUCCESS, Row, button, in_rows, keyboard
from bot.views.ui import Ui

_QUANTITIES = (1, 5, 10)


def card(
    ui: Ui,
    owner: int,
    details: ItemDetails,
    page: int,
    *,
    stamp: str,
    others: Iterable[ItemView] = (),
    chosen: Slot | None = None,
) -> InlineKeyboardMarkup:
    """`others` could be worn instead of this one. `chosen`: the slot that the item was chosen for."""
    act = Acts(owner, stamp, page)
    if details.place == BACKPACK:
        ask = partial(Open, owner=owner, item=details.item.id, page=page)
        rows = _backpack_rows(ui, details, act, ask, chosen)
        back = Open(screen=ScreenName.BACKPACK, owner=owner, page=page)
        if chosen is not None:
            back = Opens(owner).slot(slot_number(chosen))
    elif details.slot_index is not None:
        from_quick = act.quick_slot(Do.FROM_QUICK, details.item.id, details.slot_index)
        take_out = button(ui.label("from_quick"), from_quick)
        drink = _use_quick(ui, details.item, details.slot_index, act)
        rows = [[drink, take_out] if details.usable else [take_out]]
        back = Open(screen=ScreenName.QUICK_SLOTS, owner=owner)
    else:
        number = slot_number(Slot(details.place))
        take_off = act.slot(Do.UNEQUIP, details.item.id, number)
        rows = [[button(ui.label("unequip"), take_off, PRIMARY)]]
        rows += candidates(ui, owner, others, number)
        back = Opens(owner).slot(number)
    return keyboard([*rows, [button(ui.label("back"), back)]])


def slots(ui: Ui, owner: int, details: ItemDetails, page: int, stamp: str) -> InlineKeyboardMarkup:
    act = Acts(owner, stamp, page)
    choices = [
        button(ui.label("equip_to", slot), act.slot(Do.EQUIP, details.item.id, slot_number(slot)), PRIMARY)
        for slot in details.valid_slots
    ]
    return keyboard([*in_rows(choices, 2), [_back_to_card(ui, owner, details.item, page)]])


def quick_slots(ui: Ui, owner: int, details: ItemDetails, page: int, stamp: str) -> InlineKeyboardMarkup:
    act = Acts(owner, stamp, page)
    rows: list[Row] = []
    for index, item in enumerate(details.quick_slots):
        put_there = act.quick_slot(Do.TO_QUICK, details.item.id, index)
        if item is None:
            rows.append([button(ui.label("quick_empty", index + 1), put_there, PRIMARY)])
        else:
            label = ui.fitted("quick_numbered", ui.item_name(item), index + 1, item)
            rows.append([button(label, put_there)])
    return keyboard([*rows, [_back_to_card(ui, owner, details.item, page)]])


def split_amounts(ui: Ui, owner: int, item: ItemView, page: int, stamp: str) -> InlineKeyboardMarkup:
    act = Acts(owner, stamp, page)
    most = item.quantity - 1

    def choose(label: str, quantity: int) -> InlineKeyboardButton:
        return button(label, act.quantity(Do.SPLIT, item.id, quantity))

    choices = [choose(ui.label("quantity", each), each) for each in _QUANTITIES if each <= most]
    if (half := item.quantity // 2) not in _QUANTITIES:
        choices.append(choose(ui.label("half", half), half))
    return keyboard([*in_rows(choices, 3), [_back_to_card(ui, owner, item, page)]])


def drop_amounts(ui: Ui, owner: int, item: ItemView, page: int) -> InlineKeyboardMarkup:
    def choose(label: str, quantity: int) -> InlineKeyboardButton:
        return button(label, Opens(owner).confirm_drop(item.id, quantity, page))

    choices = [choose(ui.label("quantity", each), each) for each in _QUANTITIES if each < item.quantity]
    if (half := item.quantity // 2) not in _QUANTITIES:
        choices.append(choose(ui.label("half", half), half))
    choices.append(choose(ui.label("all", item.quantity), item.quantity))
    return keyboard([*in_rows(choices, 3), [_back_to_card(ui, owner, item, page)]])


def confirm_drop(
    ui: Ui, owner: int, item: ItemView, page: int, *, quantity: int, stamp: str
) -> InlineKeyboardMarkup:
    act = Acts(owner, stamp, page).quantity(Do.DROP, item.id, quantity)
    keep = button(
        ui.label("keep"), Open(screen=ScreenName.ITEM, owner=owner, item=item.id, page=page), SUCCESS
    )
    return keyboard([[button(ui.label("drop_yes", quantity), act, DANGER), keep]])


def confirm_use(ui: Ui, owner: int, item: ItemView, page: int, stamp: str) -> InlineKeyboardMarkup:
    act = Acts(owner, stamp, page).item(Do.USE, item.id)
    keep = button(
        ui.label("keep"), Open(screen=ScreenName.ITEM, owner=owner, item=item.id, page=page), SUCCESS
    )
    return keyboard([[button(ui.label("use_anyway"), act), keep]])


def confirm_use_quick(ui: Ui, owner: int, item: ItemView, index: int, stamp: str) -> InlineKeyboardMarkup:
    act = Acts(owner, stamp).quick_slot(Do.USE_QUICK, item.id, index)
    keep = button(ui.label("keep"), Open(screen=ScreenName.MAIN, owner=owner), SUCCESS)
    return keyboard([[button(ui.label("use_anyway"), act), keep]])


def _backpack_rows(
    ui: Ui, details: ItemDetails, act: Acts, ask: "partial[Open]", chosen: Slot | None
) -> list[Row]:
    item = details.item
    first: Row = []
    if item.equippable:
        first += _equip(ui, details, act, ask, chosen)
    if details.usable and item.wasted:
        first.append(button(ui.label("use"), ask(screen=ScreenName.CONFIRM_USE)))
    elif details.usable:
        first.append(button(ui.label("use"), act.item(Do.USE, item.id), SUCCESS))
    if item.consumable:
        first.append(button(ui.label("to_quick"), ask(screen=ScreenName.PICK_QUICK_SLOT)))
    second: Row = []
    if item.quantity > 1:
        second.append(button(ui.label("split"), ask(screen=ScreenName.PICK_SPLIT)))
    if details.merges_into is not None:
        second.append(button(ui.label("merge"), act.merge(Do.MERGE, item.id, details.merges_into)))
    return [first, second, *_marks_and_drop(ui, item, act, ask)]


def _marks_and_drop(ui: Ui, item: ItemView, act: Acts, ask: "partial[Open]") -> list[Row]:
    """What is a favourite is no junk, and the other way round."""

    def mark(do: Do) -> InlineKeyboardButton:
        return button(ui.label(do.name.lower()), act.item(do, item.id))

    if item.locked:
        return [[mark(Do.UNLOCK)]]
    if item.is_quest:
        return [[mark(Do.LOCK)]]
    marks = [mark(Do.UNJUNK)] if item.junk else [mark(Do.LOCK), mark(Do.JUNK)]
    return [marks, _drops(ui, item, act, ask)]


def _equip(ui: Ui, details: ItemDetails, act: Acts, ask: "partial[Open]", chosen: Slot | None) -> Row:
    """Into the slot that the card compares with; where there is a choice, that too."""
    if not details.item.wearable or details.comparison is None:
        return []
    do = Do.EQUIP if chosen is None else Do.EQUIP_CHOSEN
    equip = act.slot(do, details.item.id, slot_number(details.comparison.slot))
    wear = button(ui.label("equip"), equip, PRIMARY)
    if len(details.valid_slots) == 1 or chosen is not None:
        return [wear]
    return [wear, button(ui.label("other_slot"), ask(screen=ScreenName.PICK_SLOT))]


def _use_quick(ui: Ui, item: ItemView, index: int, act: Acts) -> InlineKeyboardButton:
    if not item.wasted:
        return button(ui.label("use"), act.quick_slot(Do.USE_QUICK, item.id, index), SUCCESS)
    return button(ui.label("use"), Opens(act.owner).confirm_use_quick(item.id, index))


def _drops(ui: Ui, item: ItemView, act: Acts, ask: "partial[Open]") -> Row:
    """A stack goes with one tap, since one more brings it back; some of it after a question."""
    if item.quantity == 1:
        return [button(ui.label("drop"), Opens(act.owner).confirm_drop(item.id, 1, act.page), DANGER)]
    some = button(ui.label("drop"), ask(screen=ScreenName.PICK_DROP))
    whole = act.quantity(Do.DROP, item.id, item.quantity)
    return [some, button(ui.label("drop_stack", item.quantity), whole, DANGER)]


def _back_to_card(ui: Ui, owner: int, item: ItemView, page: int) -> InlineKeyboardButton:
    return button(ui.label("back"), Open(screen=ScreenName.ITEM, owner=owner, item=item.id, page=page))
