"""Buttons that say a command of an admin's, as it could be typed."""

from collections.abc import Iterable

from aiogram.types import InlineKeyboardButton

from bot.callbacks.buttons import Order
from bot.views.screen import Row, button


def orders(lines: Iterable[tuple[str, str]], owner: int, style: str | None = None) -> Row:
    """Labels and commands; without those that are too long for a button: they have to be typed."""
    return [each for label, line in lines if (each := _order(label, owner, line, style))]


def _order(label: str, owner: int, line: str, style: str | None) -> InlineKeyboardButton | None:
    try:
        return button(label, Order(owner=owner, line=line), style)
    except ValueError:
        return None
