"""Buttons and keyboards that nobody validates are what aiogram would make, and looks are told apart."""

from itertools import combinations

from aiogram.types import DisabledButton, InlineKeyboardButton, InlineKeyboardMarkup

from bot.callbacks.buttons import Open, ScreenName
from bot.views.screen import PRIMARY, Screen, button, disabled, keyboard, link

OPEN = Open(screen=ScreenName.MAIN, owner=1)


def test_what_we_make_is_what_aiogram_makes() -> None:
    made = keyboard([[button("a", OPEN, PRIMARY), disabled("b")], [], [link("c", "https://e.org")]])

    assert made == InlineKeyboardMarkup(
        inline_keyboard=[
            [
                InlineKeyboardButton(text="a", callback_data=OPEN.pack(), style=PRIMARY),
                InlineKeyboardButton(text="b", disabled=DisabledButton()),
            ],
            [InlineKeyboardButton(text="c", url="https://e.org")],
        ]
    )


def test_screens_that_look_different_have_different_fingerprints() -> None:
    a, b = button("a", OPEN), disabled("a")
    keyboards = [None, keyboard([[a]]), keyboard([[b]]), keyboard([[a, b]]), keyboard([[a], [b]])]
    screens = [Screen(text, each) for text in ("", "a") for each in keyboards]

    for one, other in combinations(screens, 2):
        assert one.fingerprint != other.fingerprint
