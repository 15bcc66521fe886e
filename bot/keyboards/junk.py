"""Buttons of the junk: what is marked goes with one tap, and what could be marked with another."""

from aiogram.types import InlineKeyboardMarkup

from apps.game_core.modules.inventory.contracts import Junk
from bot.callbacks.buttons import Do, Open, ScreenName
from bot.callbacks.makers import Acts
from bot.views.screen import DANGER, Row, button, keyboard
from bot.views.ui import Ui


def junk(ui: Ui, owner: int, found: Junk, stamp: str) -> InlineKeyboardMarkup:
    act = Acts(owner, stamp)
    rows: list[Row] = []
    if found.items:
        clear = act.shown(Do.CLEAR_JUNK, found.fingerprint)
        rows.append([button(ui.label("clear_junk", len(found.items)), clear, DANGER)])
    for do, ids in ((Do.MARK_WORSE, found.worse), (Do.MARK_SPARE, found.spare)):
        if ids:
            rows.append([button(ui.label(do.name.lower(), len(ids)), act.all(do))])
    return keyboard([*rows, [button(ui.label("back"), Open(screen=ScreenName.MAIN, owner=owner))]])
