"""What the bot counts: few words, whatever anybody sends."""

import pytest
from aiogram.filters.callback_data import CallbackData
from aiogram.types import CallbackQuery, Update, User

from bot.callbacks import buttons
from bot.callbacks.buttons import Act, Do, Open, ScreenName
from bot.process.metrics import ASKED, asked_for
from tests.support.messenger import message

_KINDS = [
    each for each in vars(buttons).values() if isinstance(each, type) and issubclass(each, CallbackData)
]


def tapped(data: str | None) -> Update:
    user = User(id=1, is_bot=False, first_name="U")
    return Update(
        update_id=1, callback_query=CallbackQuery(id="1", from_user=user, chat_instance="1", data=data)
    )


@pytest.mark.parametrize("screen", ScreenName)
def test_a_tap_counts_for_the_screen_that_it_opens(screen: ScreenName) -> None:
    assert asked_for(tapped(Open(screen=screen, owner=1).pack())) == f"open_{screen.name.lower()}"


@pytest.mark.parametrize("do", Do)
def test_a_tap_counts_for_what_it_does(do: Do) -> None:
    assert asked_for(tapped(Act(do=do, owner=1, item=1, stamp="0" * 8).pack())) == f"do_{do.name.lower()}"


def test_all_kinds_of_buttons_are_counted() -> None:
    prefixes = {each.__prefix__ for each in _KINDS if hasattr(each, "__prefix__")}
    assert len(prefixes) > 5
    assert {data.partition(":")[0] for data in ASKED} == prefixes


@pytest.mark.parametrize("data", ["o:zz:1", "o", "a:", "zz", "", "x" * 64, "o:ma", None])
def test_what_is_made_up_adds_no_word(data: str | None) -> None:
    assert asked_for(tapped(data)) in {*ASKED.values(), "other"}


@pytest.mark.parametrize(
    ("text", "word"), [("/start", "command"), ("/what_ever", "command"), ("hi", "message")]
)
def test_what_is_written_counts_in_two_kinds(text: str, word: str) -> None:
    assert asked_for(message(1, text=text)) == word
