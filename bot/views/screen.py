"""What a player sees: a message text and the buttons under it."""

import html
import math
from dataclasses import dataclass, field, replace
from functools import cache
from hashlib import blake2b

from aiogram.filters.callback_data import CallbackData
from aiogram.types import DisabledButton, InlineKeyboardButton, InlineKeyboardMarkup

from bot.callbacks.codes import packed
from bot.views.widths import ROOM, width

Row = list[InlineKeyboardButton]


@dataclass(frozen=True, slots=True)
class Notice:
    """A few plain words in answer to a tap; an alert must be confirmed by the player."""

    text: str
    alert: bool = False


@dataclass(frozen=True, slots=True)
class Screen:
    """`text` is HTML; `version` is that of the inventory it shows, 0 for a screen that shows none.

    `table`: the trade that it shows, so that it is drawn anew when the other changes something; 0: none.
    """

    text: str
    keyboard: InlineKeyboardMarkup | None = None
    version: int = field(default=0, compare=False)
    table: int = field(default=0, compare=False)

    @property
    def fingerprint(self) -> str:
        """Equal for screens that look the same, in every process."""
        rows = self.keyboard.inline_keyboard if self.keyboard else []
        look = (self.text, [[(each.text, each.callback_data) for each in row] for row in rows])
        return blake2b(repr(look).encode(), digest_size=12).hexdigest()

    def under(self, notice: Notice) -> "Screen":
        """With the notice above it, where no tap waits for an answer."""
        return replace(self, text=f"{html.escape(notice.text, quote=False)}\n\n{self.text}")


PRIMARY = "primary"
SUCCESS = "success"
DANGER = "danger"
_MAX_LABEL = 60


def button(text: str, data: CallbackData, style: str | None = None) -> InlineKeyboardButton:
    """Not validated: what is put in is what we made."""
    return _blank().model_copy(update={"text": shorten(text), "callback_data": packed(data), "style": style})


def link(text: str, url: str) -> InlineKeyboardButton:
    return InlineKeyboardButton(text=shorten(text), url=url)


@cache
def _blank() -> InlineKeyboardButton:
    return InlineKeyboardButton(text="", callback_data="", style=None)


@cache
def _blank_disabled() -> InlineKeyboardButton:
    return InlineKeyboardButton(text="", disabled=DisabledButton())


def disabled(text: str) -> InlineKeyboardButton:
    return _blank_disabled().model_copy(update={"text": shorten(text)})


def keyboard(rows: list[Row]) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup(inline_keyboard=[row for row in rows if row])


def in_rows(buttons: Row, beside: int) -> list[Row]:
    return [buttons[start : start + beside] for start in range(0, len(buttons), beside)]


def in_roomy_rows(buttons: Row) -> list[Row]:
    """As few rows as leave room for each label, all about as long."""
    for rows in range(1, len(buttons) + 1):
        beside = math.ceil(len(buttons) / rows)
        if max(width(each.text) for each in buttons) <= ROOM.get(beside, 0):
            return in_rows(buttons, beside)
    return in_rows(buttons, 1)


def shorten(text: str, most: int = _MAX_LABEL) -> str:
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"
