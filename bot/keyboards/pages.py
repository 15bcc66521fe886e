"""Buttons that turn pages."""

from collections.abc import Callable

from aiogram.filters.callback_data import CallbackData

from bot.views.screen import Row, button, disabled
from bot.views.ui import Ui


def turning(ui: Ui, page: int, pages: int, turn_to: Callable[[int], CallbackData]) -> Row:
    """`page` counts from 0. Nothing where there is one."""
    if pages == 1:
        return []
    row = [disabled(ui.label("page", page + 1, pages))]
    if page > 0:
        row.insert(0, button(ui.label("previous"), turn_to(page - 1)))
    if page + 1 < pages:
        row.append(button(ui.label("next"), turn_to(page + 1)))
    return row
