"""Buttons under what admins are told: the commands that come next, to be tapped instead of typed."""

from collections.abc import Iterable

from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from apps.game_core.modules.admins.contracts import Compared, Previewed, Recalled, Recounted, Traced
from apps.game_core.modules.admins.errors import (
    NoSuchItemError,
    PlanOutdatedError,
    PlayerAmbiguousError,
)
from apps.game_core.modules.characters.contracts import Character
from bot.admins.arguments import place_of, with_word
from bot.callbacks.buttons import Order
from bot.views.screen import PRIMARY, Row, button, keyboard
from bot.views.ui import Ui

_AGO = ("1h", "1d", "7d")
_MOST_OWNERS = 5


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
    pages = _orders([*newer, *older], owner)
    return keyboard([row for row in (pages, _earlier(ui, owner, recounted.character)) if row])


def looked_at(ui: Ui, owner: int, character: Character) -> InlineKeyboardMarkup:
    return keyboard([_earlier(ui, owner, character)])


def recalled(ui: Ui, owner: int, answer: Recalled) -> InlineKeyboardMarkup:
    since = f"diff #{answer.character.id} @{answer.past.at}"
    return keyboard(
        [_orders([(ui.label("changed_since"), since)], owner), _earlier(ui, owner, answer.character)]
    )


def compared(ui: Ui, owner: int, answer: Compared) -> InlineKeyboardMarkup:
    then = f"at #{answer.character.id} @{answer.difference.since}"
    return keyboard([_orders([(ui.label("as_it_was_then"), then)], owner)])


def traced(ui: Ui, owner: int, answer: Traced) -> InlineKeyboardMarkup:
    """Who it waits for, then those who had it, the last one first."""
    awaited = (answer.life.awaited.char_id,) if answer.life.awaited else ()
    had = [answer.characters[char_id] for char_id in dict.fromkeys((*awaited, *reversed(answer.life.owners)))]
    lines = [(ui.fitted("player_choice", each.name, each.id), f"inspect #{each.id}") for each in had]
    return keyboard([[each] for each in _orders(lines[:_MOST_OWNERS], owner)])


def refused(ui: Ui, owner: int, error: Exception, command: str, typed: str) -> InlineKeyboardMarkup:
    """What the admin may have meant: the same command with another word."""
    match error:
        case PlanOutdatedError(now=previewed):
            return restore_plan(ui, owner, previewed)
        case PlayerAmbiguousError(candidates=candidates):
            found = [(ui.fitted("player_choice", each.name, each.id), f"#{each.id}") for each in candidates]
            place = place_of(typed, error.player)
        case NoSuchItemError(similar=similar):
            found = [(ui.fitted("item_id", base_id), base_id) for base_id in similar]
            place = 1
        case _:
            return keyboard([])
    meant = [(label, with_word(command, typed, place, word)) for label, word in found]
    return keyboard([[each] for each in _orders(meant, owner)])


def _earlier(ui: Ui, owner: int, character: Character) -> Row:
    """Looks at the inventory as it stood."""
    return _orders([(ui.label("ago", word), f"at #{character.id} {word}") for word in _AGO], owner)


def _orders(lines: Iterable[tuple[str, str]], owner: int, style: str | None = None) -> Row:
    """Without those that are too long for a button: they have to be typed."""
    return [each for label, line in lines if (each := _order(label, owner, line, style))]


def _order(label: str, owner: int, line: str, style: str | None) -> InlineKeyboardButton | None:
    try:
        return button(label, Order(owner=owner, line=line), style)
    except ValueError:
        return None
