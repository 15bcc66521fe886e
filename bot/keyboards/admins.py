"""Buttons under what admins are told: the commands that come next, to be tapped instead of typed."""

from collections.abc import Iterable

from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from apps.game_core.modules.admins.contracts import Previewed, Recounted
from apps.game_core.modules.admins.errors import (
    NoSuchItemError,
    PlanOutdatedError,
    PlayerAmbiguousError,
)
from bot.admins.arguments import with_word
from bot.callbacks.buttons import Order
from bot.views.screen import PRIMARY, Row, button, keyboard
from bot.views.ui import Ui


def restore_plan(ui: Ui, owner: int, previewed: Previewed) -> InlineKeyboardMarkup:
    plan = previewed.plan
    if not (plan.items and plan.code):
        return keyboard([])
    line = f"restore #{previewed.character.id} @{plan.to} {plan.code}"
    return keyboard([_orders([(ui.label("bring_back"), line)], owner, PRIMARY)])


def history(ui: Ui, owner: int, recounted: Recounted) -> InlineKeyboardMarkup:
    ledger, line = recounted.ledger, f"history #{recounted.character.id}"
    newer = [(ui.label("newer"), f"{line} {ledger.page - 1}")] if ledger.page > 1 else []
    older = [(ui.label("older"), f"{line} {ledger.page + 1}")] if ledger.page < ledger.pages else []
    return keyboard([_orders([*newer, *older], owner)])


def refused(ui: Ui, owner: int, error: Exception, command: str, typed: str) -> InlineKeyboardMarkup:
    """What the admin may have meant: the same command with another word."""
    match error:
        case PlanOutdatedError(now=previewed):
            return restore_plan(ui, owner, previewed)
        case PlayerAmbiguousError(candidates=candidates):
            found = [(ui.fitted("player_choice", each.name, each.id), f"#{each.id}") for each in candidates]
            place = 0
        case NoSuchItemError(similar=similar):
            found = [(ui.fitted("item_id", base_id), base_id) for base_id in similar]
            place = 1
        case _:
            return keyboard([])
    meant = [(label, with_word(command, typed, place, word)) for label, word in found]
    return keyboard([[each] for each in _orders(meant, owner)])


def _orders(lines: Iterable[tuple[str, str]], owner: int, style: str | None = None) -> Row:
    """Without those that are too long for a button: they have to be typed."""
    return [each for label, line in lines if (each := _order(label, owner, line, style))]


def _order(label: str, owner: int, line: str, style: str | None) -> InlineKeyboardButton | None:
    try:
        return button(label, Order(owner=owner, line=line), style)
    except ValueError:
        return None
