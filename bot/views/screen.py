"""What a player sees: a message text and the buttons under it."""

import html
import math
from dataclasses import dataclass, field, replace
from functools import cache
from hashlib import blake2b
from operator import attrgetter

from aiogram.filters.callback_data import CallbackData
from aiogram.types import DisabledButton, InlineKeyboardButton, InlineKeyboardMarkup

from bot.callbacks.codes import packed
from bot.unchecked import made
from bot.views.widths import ROOM, width

Row = list[InlineKeyboardButton]
# No text has them.
_ROW, _NEXT, _NOTHING = "\x1d", "\x1e", "\x1f"


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
        look = [self.text]
        for row in self.keyboard.inline_keyboard if self.keyboard else []:
            look.append(_ROW)
            for each in row:
                look += (each.text, each.callback_data or _NOTHING)
        return blake2b(_NEXT.join(look).encode(), digest_size=12).hexdigest()

    def under(self, notice: Notice) -> "Screen":
        """With the notice above it, where no tap waits for an answer."""
        return replace(self, text=f"{html.escape(notice.text, quote=False)}\n\n{self.text}")


def have_the_same_buttons(one: InlineKeyboardMarkup | None, other: InlineKeyboardMarkup | None) -> bool:
    """As players see them. Models that came with an update equal none that we made: they know their bot."""
    if one is None or other is None:
        return one is other
    rows, others = one.inline_keyboard, other.inline_keyboard
    return len(rows) == len(others) and all(
        list(map(_look, row)) == list(map(_look, beside)) for row, beside in zip(rows, others, strict=True)
    )


_look = attrgetter("text", "callback_data", "style", "url")
PRIMARY = "primary"
SUCCESS = "success"
DANGER = "danger"
_MAX_LABEL = 60


def button(text: str, data: CallbackData, style: str | None = None) -> InlineKeyboardButton:
    return made(InlineKeyboardButton, text=shorten(text), callback_data=packed(data), style=style)


def link(text: str, url: str) -> InlineKeyboardButton:
    return made(InlineKeyboardButton, text=shorten(text), url=url)


def disabled(text: str) -> InlineKeyboardButton:
    return made(InlineKeyboardButton, text=shorten(text), disabled=_disabled())


def keyboard(rows: list[Row]) -> InlineKeyboardMarkup:
    return made(InlineKeyboardMarkup, inline_keyboard=[row for row in rows if row])


@cache
def _disabled() -> DisabledButton:
    return DisabledButton()


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
