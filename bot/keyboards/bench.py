"""Buttons of the bench: a tap mends."""

from collections.abc import Sequence

from aiogram.types import InlineKeyboardMarkup

from apps.game_core.modules.inventory.contracts import Damaged
from bot.callbacks.buttons import Do, Open, ScreenName
from bot.callbacks.makers import Acts
from bot.views.screen import button, keyboard
from bot.views.ui import Ui

MOST = 7
"""Pieces that are shown at once."""


def bench(ui: Ui, owner: int, damaged: Sequence[Damaged], stamp: str) -> InlineKeyboardMarkup:
    act = Acts(owner, stamp)
    rows = [
        [button(ui.fitted("mend", ui.item_name(each.item), each), act.item(Do.MEND, each.item.id))]
        for each in damaged[:MOST]
        if each.able
    ]
    return keyboard(
        [
            *rows,
            [
                button(ui.label("back"), Open(screen=ScreenName.LOBBY, owner=owner)),
                button(ui.label("inventory"), Open(screen=ScreenName.MAIN, owner=owner)),
            ],
        ]
    )
