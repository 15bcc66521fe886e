"""Buttons of loadouts: to wear one with a tap, to save and to forget one."""

from collections.abc import Sequence

from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from apps.game_core.modules.inventory.contracts import MAX_LOADOUTS, LoadoutTitle, LoadoutView, PieceState
from bot.callbacks.buttons import Do, Open, ScreenName
from bot.callbacks.makers import Acts, Opens
from bot.views.screen import DANGER, PRIMARY, SUCCESS, Row, button, in_rows, keyboard
from bot.views.ui import Ui

PROPOSED = range(1, MAX_LOADOUTS + 1)
_WITH_ICON = 4


def at_hand(
    ui: Ui, owner: int, loadouts: Sequence[LoadoutTitle], stamp: str, *, beside: int
) -> list[InlineKeyboardButton]:
    """One a loadout, among so many buttons in a row: it is worn with a tap, or looked at when it is."""
    return [_at_hand(ui, owner, each, stamp, beside) for each in loadouts]


def _at_hand(ui: Ui, owner: int, each: LoadoutTitle, stamp: str, beside: int) -> InlineKeyboardButton:
    icon = "✓" if each.worn else "👕"
    label = ui.fitted("loadout", each.name, icon if beside <= _WITH_ICON else "", beside=beside)
    if each.worn:
        return button(label, Opens(owner).loadout(ScreenName.LOADOUT, each.id), SUCCESS)
    return button(label, Acts(owner, stamp).loadout(Do.WEAR_LOADOUT, each.id))


def loadouts(ui: Ui, owner: int, found: Sequence[LoadoutView], *, able: bool) -> InlineKeyboardMarkup:
    """`able`: something is worn that could be saved."""
    rows: list[Row] = [
        [
            button(
                ui.fitted("loadout", each.name, "👕"),
                Opens(owner).loadout(ScreenName.LOADOUT, each.id),
            )
        ]
        for each in found
    ]
    if able and len(found) < MAX_LOADOUTS:
        rows.append(
            [button(ui.label("save_worn"), Open(screen=ScreenName.NAME_LOADOUT, owner=owner), PRIMARY)]
        )
    return keyboard([*rows, [button(ui.label("back"), Open(screen=ScreenName.MAIN, owner=owner))]])


def loadout(ui: Ui, owner: int, each: LoadoutView, stamp: str, *, able: bool) -> InlineKeyboardMarkup:
    rows: list[Row] = []
    if ready := each.having(PieceState.READY):
        wear = Acts(owner, stamp).loadout(Do.WEAR_LOADOUT, each.id)
        rows.append([button(ui.label("wear_all", len(ready)), wear, PRIMARY)])
    if able:
        save = Acts(owner, stamp).loadout(Do.SAVE_LOADOUT, each.id)
        rows.append([button(ui.label("save_over"), save)])
    forget = Opens(owner).loadout(ScreenName.FORGET_LOADOUT, each.id)
    back = button(ui.label("back"), Open(screen=ScreenName.LOADOUTS, owner=owner))
    return keyboard([*rows, [back, button(ui.label("forget_loadout"), forget, DANGER)]])


def naming(ui: Ui, owner: int, free: Sequence[int], stamp: str) -> InlineKeyboardMarkup:
    """`free` are the numbers of names that the game proposes and no loadout has."""

    def propose(number: int) -> InlineKeyboardButton:
        act = Acts(owner, stamp).new_loadout(Do.SAVE_LOADOUT, number)
        return button(ui.label("loadout_name", number), act)

    cancel = button(ui.label("cancel"), Open(screen=ScreenName.LOADOUTS, owner=owner))
    return keyboard([*in_rows([propose(number) for number in free], 2), [cancel]])


def forgetting(ui: Ui, owner: int, each: LoadoutView, stamp: str) -> InlineKeyboardMarkup:
    act = Acts(owner, stamp).loadout(Do.FORGET_LOADOUT, each.id)
    keep = button(ui.label("keep"), Opens(owner).loadout(ScreenName.LOADOUT, each.id), SUCCESS)
    return keyboard([[button(ui.label("forget_yes"), act, DANGER), keep]])
