"""Buttons of the junk: what is marked goes with one tap, and what could be marked with another."""

from aiogram.types import InlineKeyboardMarkup

from apps.game_core.modules.inventory.contracts import Junk
from bot.callbacks.buttons import Act, Do, Open, ScreenName
from bot.views.screen import DANGER, Row, button, keyboard
from bot.views.ui import Ui


def junk(ui: Ui, owner: int, found: Junk, stamp: str) -> InlineKeyboardMarkup:
    rows: list[Row] = []
    if found.items:
        clear = Act(do=Do.CLEAR_JUNK, owner=owner, item=found.fingerprint, stamp=stamp)
        rows.append([button(ui.label("clear_junk", len(found.items)), clear, DANGER)])
    for do, ids in ((Do.MARK_WORSE, found.worse), (Do.MARK_SPARE, found.spare)):
        if ids:
            act = Act(do=do, owner=owner, item=0, stamp=stamp)
            rows.append([button(ui.label(do.name.lower(), len(ids)), act)])
    return keyboard([*rows, [button(ui.label("back"), Open(screen=ScreenName.MAIN, owner=owner))]])
