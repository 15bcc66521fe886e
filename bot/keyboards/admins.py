"""Buttons under what admins are told: the commands that come next, to be tapped instead of typed."""

from aiogram.types import InlineKeyboardMarkup

from apps.game_core.modules.admins.contracts import (
    Compared,
    Inspected,
    Previewed,
    Recalled,
    Recounted,
    Traced,
)
from apps.game_core.modules.admins.errors import (
    NoSuchItemError,
    PlanOutdatedError,
    PlayerAmbiguousError,
)
from apps.game_core.modules.characters.contracts import Character
from bot.admins.arguments import place_of, with_word
from bot.keyboards.lives import lives, relatives, things_of, things_then
from bot.keyboards.orders import orders
from bot.views.screen import PRIMARY, Row, keyboard
from bot.views.ui import Ui

_AGO = ("1h", "1d", "7d")
_MOST_OWNERS = 5


def restore_plan(ui: Ui, owner: int, previewed: Previewed) -> InlineKeyboardMarkup:
    plan = previewed.plan
    if not (plan.items and plan.code):
        return keyboard([])
    line = f"restore #{previewed.character.id} @{plan.to} {plan.code}"
    return keyboard([orders([(ui.label("bring_back"), line)], owner, PRIMARY)])


def history(ui: Ui, owner: int, recounted: Recounted) -> InlineKeyboardMarkup:
    ledger, line = recounted.ledger, f"history #{recounted.character.id}"
    newer = [(ui.label("newer"), f"{line} {ledger.page - 1}")] if ledger.page > 1 else []
    older = [(ui.label("older"), f"{line} {ledger.page + 1}")] if ledger.page < ledger.pages else []
    pages = orders([*newer, *older], owner)
    return keyboard([row for row in (pages, _earlier(ui, owner, recounted.character)) if row])


def inspected(ui: Ui, owner: int, answer: Inspected, page: int) -> InlineKeyboardMarkup:
    character, view = answer.character, answer.inspection.inventory.view()
    things = lives(ui, owner, things_of(view), whose=character, line=f"inspect #{character.id}", page=page)
    return keyboard([*things, _earlier(ui, owner, character)])


def recalled(ui: Ui, owner: int, answer: Recalled, page: int) -> InlineKeyboardMarkup:
    character, then = answer.character, f"#{answer.character.id} @{answer.past.at}"
    things = lives(ui, owner, things_then(answer.past), whose=character, line=f"at {then}", page=page)
    since = orders([(ui.label("changed_since"), f"diff {then}")], owner)
    return keyboard([*things, since, _earlier(ui, owner, character)])


def compared(ui: Ui, owner: int, answer: Compared) -> InlineKeyboardMarkup:
    """What came is in the one, what went in the other, each thing with its life."""
    line, between = f"at #{answer.character.id}", answer.difference
    then = (ui.label("as_it_was_then"), f"{line} @{between.since}")
    later = (ui.label("as_it_became"), f"{line} @{between.until}")
    return keyboard([[each] for each in orders([then, later], owner)])


def traced(ui: Ui, owner: int, answer: Traced) -> InlineKeyboardMarkup:
    """Who it waits for, then those who had it, the last one first; then stacks that it has to do with."""
    awaited = (answer.life.awaited.char_id,) if answer.life.awaited else ()
    had = [answer.characters[char_id] for char_id in dict.fromkeys((*awaited, *reversed(answer.life.owners)))]
    lines = [(ui.fitted("player_choice", each.name, each.id), f"inspect #{each.id}") for each in had]
    owners = [[each] for each in orders(lines[:_MOST_OWNERS], owner)]
    return keyboard([*owners, *relatives(ui, owner, answer.life)])


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
    return keyboard([[each] for each in orders(meant, owner)])


def _earlier(ui: Ui, owner: int, character: Character) -> Row:
    """Looks at the inventory as it stood."""
    return orders([(ui.label("ago", word), f"at #{character.id} {word}") for word in _AGO], owner)
