"""Buttons of one slot: what could be worn there, what is, and the slots beside it."""

from collections.abc import Iterable

from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from apps.game_core.modules.inventory.contracts import BestSet, ItemView, SlotView, Verdict
from apps.game_core.modules.items.contracts import Slot
from bot.callbacks.buttons import Do, Open, ScreenName, slot_number
from bot.callbacks.makers import Acts, Opens
from bot.views.screen import PRIMARY, Row, button, keyboard
from bot.views.ui import Ui

_SLOTS = tuple(Slot)


def slot(
    ui: Ui, owner: int, worn: SlotView, fitting: tuple[ItemView, ...], *, stamp: str
) -> InlineKeyboardMarkup:
    """The best is put on at once where it is an improvement; of all others the card comes first."""
    number = slot_number(worn.slot)
    rows: list[Row] = []
    if fitting and _improves(fitting[0], worn):
        act = Acts(owner, stamp).slot(Do.EQUIP_CHOSEN, fitting[0].id, number)
        rows.append([button(ui.row_title(fitting[0], "wear_this"), act, PRIMARY)])
        fitting = fitting[1:]
    rows += candidates(ui, owner, fitting, number)
    if worn.item is not None:
        card = Open(screen=ScreenName.ITEM, owner=owner, item=worn.item.id)
        take_off = Acts(owner, stamp).slot(Do.UNEQUIP, worn.item.id, number)
        rows.append([button(ui.label("unequip"), take_off), button(ui.label("worn_card"), card)])
    return keyboard([*rows, _beside(ui, owner, worn.slot)])


def best_set(ui: Ui, owner: int, best: BestSet, stamp: str) -> InlineKeyboardMarkup:
    back = button(ui.label("back"), Open(screen=ScreenName.MAIN, owner=owner))
    if not best.items:
        return keyboard([[back]])
    act = Acts(owner, stamp).shown(Do.WEAR_BEST, best.fingerprint)
    return keyboard([[button(ui.label("wear_all", len(best.items)), act, PRIMARY)], [back]])


def candidates(ui: Ui, owner: int, fitting: Iterable[ItemView], number: int) -> list[Row]:
    """The cards of things for the slot of this number."""
    open_ = Opens(owner)
    return [[button(ui.row_title(item), open_.card_for_slot(item.id, number))] for item in fitting]


def _improves(best: ItemView, worn: SlotView) -> bool:
    """An empty slot is better filled with what makes no difference; with what does harm it is not."""
    if best.verdict is Verdict.EQUAL:
        return worn.item is None and not worn.blocked
    return best.verdict is Verdict.BETTER


def _beside(ui: Ui, owner: int, slot: Slot) -> Row:
    def turn(label: str, to: Slot) -> InlineKeyboardButton:
        return button(ui.label(label, to), Opens(owner).slot(slot_number(to)))

    at = _SLOTS.index(slot)
    back = button(ui.label("back"), Open(screen=ScreenName.MAIN, owner=owner))
    return [turn("slot_before", _SLOTS[at - 1]), back, turn("slot_after", _SLOTS[(at + 1) % len(_SLOTS)])]
