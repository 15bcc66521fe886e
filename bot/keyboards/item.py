"""Buttons of an item card and of the questions it may ask."""

from collections.abc import Iterable
from functools import partial

from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from apps.game_core.modules.inventory.contracts import BACKPACK, ItemDetails, ItemView
from apps.game_core.modules.items.contracts import Slot
from bot.callbacks.buttons import Act, Do, Open, ScreenName, slot_number
from bot.keyboards.slot import candidates
from bot.views.screen import DANGER, PRIMARY, SUCCESS, Row, button, in_rows, keyboard
from bot.views.ui import Ui

_AMOUNTS = (1, 5, 10)


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
    act = partial(Act, owner=owner, item=details.item.id, page=page, stamp=stamp)
    if details.place == BACKPACK:
        ask = partial(Open, owner=owner, item=details.item.id, page=page)
        rows = _backpack_rows(ui, details, act, ask, chosen)
        back = Open(screen=ScreenName.BACKPACK, owner=owner, page=page)
        if chosen is not None:
            back = Open(screen=ScreenName.SLOT, owner=owner, amount=slot_number(chosen))
    elif details.slot_index is not None:
        take_out = button(ui.label("from_quick"), act(do=Do.FROM_QUICK, arg=details.slot_index))
        drink = _use_quick(ui, details.item, details.slot_index, act)
        rows = [[drink, take_out] if details.usable else [take_out]]
        back = Open(screen=ScreenName.QUICK_SLOTS, owner=owner)
    else:
        number = slot_number(Slot(details.place))
        rows = [[button(ui.label("unequip"), act(do=Do.UNEQUIP, arg=number), PRIMARY)]]
        rows += candidates(ui, owner, others, number)
        back = Open(screen=ScreenName.SLOT, owner=owner, amount=number)
    return keyboard([*rows, [button(ui.label("back"), back)]])


def slots(ui: Ui, owner: int, details: ItemDetails, page: int, stamp: str) -> InlineKeyboardMarkup:
    act = partial(Act, do=Do.EQUIP, owner=owner, item=details.item.id, page=page, stamp=stamp)
    choices = [
        button(ui.label("equip_to", slot), act(arg=slot_number(slot)), PRIMARY)
        for slot in details.valid_slots
    ]
    return keyboard([*in_rows(choices, 2), [_back_to_card(ui, owner, details.item, page)]])


def quick_slots(ui: Ui, owner: int, details: ItemDetails, page: int, stamp: str) -> InlineKeyboardMarkup:
    act = partial(Act, do=Do.TO_QUICK, owner=owner, item=details.item.id, page=page, stamp=stamp)
    rows: list[Row] = []
    for index, item in enumerate(details.quick_slots):
        if item is None:
            rows.append([button(ui.label("quick_empty", index + 1), act(arg=index), PRIMARY)])
        else:
            label = ui.fitted("quick_numbered", ui.item_name(item), index + 1, item)
            rows.append([button(label, act(arg=index))])
    return keyboard([*rows, [_back_to_card(ui, owner, details.item, page)]])


def split_amounts(ui: Ui, owner: int, item: ItemView, page: int, stamp: str) -> InlineKeyboardMarkup:
    act = partial(Act, do=Do.SPLIT, owner=owner, item=item.id, page=page, stamp=stamp)
    most = item.quantity - 1
    choices = [button(ui.label("quantity", amount), act(arg=amount)) for amount in _AMOUNTS if amount <= most]
    if (half := item.quantity // 2) not in _AMOUNTS:
        choices.append(button(ui.label("half", half), act(arg=half)))
    return keyboard([choices, [_back_to_card(ui, owner, item, page)]])


def drop_amounts(ui: Ui, owner: int, item: ItemView, page: int) -> InlineKeyboardMarkup:
    def choose(label: str, amount: int) -> InlineKeyboardButton:
        return button(label, confirm_drop_data(owner, item, page, amount))

    choices = [choose(ui.label("quantity", amount), amount) for amount in _AMOUNTS if amount < item.quantity]
    if (half := item.quantity // 2) not in _AMOUNTS:
        choices.append(choose(ui.label("half", half), half))
    choices.append(choose(ui.label("all", item.quantity), item.quantity))
    return keyboard([*in_rows(choices, 3), [_back_to_card(ui, owner, item, page)]])


def confirm_drop(
    ui: Ui, owner: int, item: ItemView, page: int, *, amount: int, stamp: str
) -> InlineKeyboardMarkup:
    act = Act(do=Do.DROP, owner=owner, item=item.id, page=page, arg=amount, stamp=stamp)
    keep = button(
        ui.label("keep"), Open(screen=ScreenName.ITEM, owner=owner, item=item.id, page=page), SUCCESS
    )
    return keyboard([[button(ui.label("drop_yes", amount), act, DANGER), keep]])


def confirm_use(ui: Ui, owner: int, item: ItemView, page: int, stamp: str) -> InlineKeyboardMarkup:
    act = Act(do=Do.USE, owner=owner, item=item.id, page=page, stamp=stamp)
    keep = button(
        ui.label("keep"), Open(screen=ScreenName.ITEM, owner=owner, item=item.id, page=page), SUCCESS
    )
    return keyboard([[button(ui.label("use_anyway"), act), keep]])


def confirm_use_quick(ui: Ui, owner: int, item: ItemView, index: int, stamp: str) -> InlineKeyboardMarkup:
    act = Act(do=Do.USE_QUICK, owner=owner, item=item.id, arg=index, stamp=stamp)
    keep = button(ui.label("keep"), Open(screen=ScreenName.MAIN, owner=owner), SUCCESS)
    return keyboard([[button(ui.label("use_anyway"), act), keep]])


def confirm_drop_data(owner: int, item: ItemView, page: int, amount: int) -> Open:
    return Open(screen=ScreenName.CONFIRM_DROP, owner=owner, item=item.id, page=page, amount=amount)


def _backpack_rows(
    ui: Ui, details: ItemDetails, act: "partial[Act]", ask: "partial[Open]", chosen: Slot | None
) -> list[Row]:
    item = details.item
    first: Row = []
    if item.equippable:
        first += _equip(ui, details, act, ask, chosen)
    if details.usable and item.wasted:
        first.append(button(ui.label("use"), ask(screen=ScreenName.CONFIRM_USE)))
    elif details.usable:
        first.append(button(ui.label("use"), act(do=Do.USE), SUCCESS))
    if item.consumable:
        first.append(button(ui.label("to_quick"), ask(screen=ScreenName.PICK_QUICK_SLOT)))
    second: Row = []
    if item.quantity > 1:
        second.append(button(ui.label("split"), ask(screen=ScreenName.PICK_SPLIT)))
    if details.merges_into is not None:
        second.append(button(ui.label("merge"), act(do=Do.MERGE, arg=details.merges_into)))
    return [first, second, *_marks_and_drop(ui, item, act, ask)]


def _marks_and_drop(ui: Ui, item: ItemView, act: "partial[Act]", ask: "partial[Open]") -> list[Row]:
    """What is a favourite is no junk, and the other way round."""

    def mark(do: Do) -> InlineKeyboardButton:
        return button(ui.label(do.name.lower()), act(do=do))

    if item.locked:
        return [[mark(Do.UNLOCK)]]
    if item.is_quest:
        return [[mark(Do.LOCK)]]
    marks = [mark(Do.UNJUNK)] if item.junk else [mark(Do.LOCK), mark(Do.JUNK)]
    return [marks, _drops(ui, item, act, ask)]


def _equip(
    ui: Ui, details: ItemDetails, act: "partial[Act]", ask: "partial[Open]", chosen: Slot | None
) -> Row:
    """Into the slot that the card compares with; where there is a choice, that too."""
    if not details.item.wearable or details.comparison is None:
        return []
    do = Do.EQUIP if chosen is None else Do.EQUIP_CHOSEN
    wear = button(ui.label("equip"), act(do=do, arg=slot_number(details.comparison.slot)), PRIMARY)
    if len(details.valid_slots) == 1 or chosen is not None:
        return [wear]
    return [wear, button(ui.label("other_slot"), ask(screen=ScreenName.PICK_SLOT))]


def _use_quick(ui: Ui, item: ItemView, index: int, act: "partial[Act]") -> InlineKeyboardButton:
    if not item.wasted:
        return button(ui.label("use"), act(do=Do.USE_QUICK, arg=index), SUCCESS)
    owner = act.keywords["owner"]
    ask = Open(screen=ScreenName.CONFIRM_USE_QUICK, owner=owner, item=item.id, amount=index)
    return button(ui.label("use"), ask)


def _drops(ui: Ui, item: ItemView, act: "partial[Act]", ask: "partial[Open]") -> Row:
    """A stack goes with one tap, since one more brings it back; some of it after a question."""
    if item.quantity == 1:
        return [button(ui.label("drop"), ask(screen=ScreenName.CONFIRM_DROP, amount=1), DANGER)]
    some = button(ui.label("drop"), ask(screen=ScreenName.PICK_DROP))
    return [some, button(ui.label("drop_stack", item.quantity), act(do=Do.DROP, arg=item.quantity), DANGER)]


def _back_to_card(ui: Ui, owner: int, item: ItemView, page: int) -> InlineKeyboardButton:
    return button(ui.label("back"), Open(screen=ScreenName.ITEM, owner=owner, item=item.id, page=page))
