"""What buttons carry: at most 64 bytes each, nothing but what we wrote."""

from itertools import product

import pytest
from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardButton

from bot.callbacks.buttons import (
    Act,
    Choose,
    Close,
    Do,
    Erase,
    Facet,
    Fight,
    Mark,
    Marking,
    Open,
    Order,
    ScreenName,
    Speak,
    Train,
    numbered_slot,
)
from bot.callbacks.codes import packed
from bot.views.screen import PRIMARY, button
from tests.support.every_screen import every_view

MOST = 2**63 - 1
WIDEST = {"owner": MOST, "item": MOST, "page": 10**6, "amount": 10_000}
EVERY_KIND = (
    *(Open(screen=screen, **WIDEST) for screen in ScreenName),
    *(Act(do=do, owner=MOST, item=MOST, stamp="f" * 8, arg=10_000, page=10**6) for do in Do),
    *(Mark(how=how, owner=MOST, item=MOST, page=10**6) for how in Marking),
    *(Choose(facet=facet, owner=MOST) for facet in Facet if facet is not Facet.VIEW),
    *(
        Choose.model_construct(facet=facet, owner=MOST, value="consumable")
        for facet in (Facet.TYPE, Facet.SORT)
    ),
    *(Choose(facet=Facet.VIEW, owner=MOST, value=view.code) for view in every_view()),
    Choose(facet=Facet.KEEP, owner=MOST, value="1"),
    *(Fight(do=do, owner=MOST, fight="f" * 12, turn=10**6, item=MOST, arg=9) for do in Train),
    # As a user of the messenger is numbered, and a character.
    Order(owner=2**52, line=f"restore #{MOST} @{10**10} a1b2c3"),
    Order(owner=2**52, line=f"history #{MOST} 10000"),
    Speak(owner=MOST, language="zh_Hant"),
    Close(owner=MOST, leave=True),
    Erase(owner=MOST, character=MOST),
)


def test_every_kind_of_button_is_tried() -> None:
    ours = {kind for kind in CallbackData.__subclasses__() if kind.__module__.startswith("bot.")}
    assert {type(data) for data in EVERY_KIND} == ours


@pytest.mark.parametrize("data", EVERY_KIND, ids=repr)
def test_the_widest_button_fits(data: CallbackData) -> None:
    assert len(data.pack().encode()) <= 64


NARROWEST = (
    Open(screen=ScreenName.MAIN, owner=0),
    Close(owner=1),
    Fight(do=Train.LEAVE, owner=35),
    Mark(how=Marking.NONE, owner=36),
    Choose(facet=Facet.WEARABLE, owner=1, value="1"),
    Act(do=Do.DROP, owner=1, item=2, stamp="f" * 8).undoing(),
    Act(do=Do.LOCK, owner=1, item=2, stamp="Az-_" * 4),
)


@pytest.mark.parametrize("data", [*EVERY_KIND, *NARROWEST], ids=repr)
def test_a_button_says_what_the_library_makes_of_it(data: CallbackData) -> None:
    assert packed(data) == data.pack()
    assert button("Word", data) == InlineKeyboardButton(text="Word", callback_data=data.pack(), style=None)
    shown = button("W" * 99, data, PRIMARY).model_dump(exclude_none=True)
    assert shown == {"text": "W" * 59 + "…", "callback_data": data.pack(), "style": PRIMARY}


@pytest.mark.parametrize(
    "data",
    [
        Choose.model_construct(facet=Facet.SORT, owner=1, value="a:b"),
        Choose.model_construct(facet=Facet.SORT, owner=1, value="я" * 40),
        Act.model_construct(do=Do.DROP, owner=-1, item=1, stamp="f" * 8, arg=0, page=0),
    ],
    ids=["a separator", "too long", "below zero"],
)
def test_what_the_library_refuses_is_refused(data: CallbackData) -> None:
    for pack in (packed, type(data).pack):
        with pytest.raises(ValueError, match=r".*"):
            pack(data)


@pytest.mark.parametrize("data", [data for data in EVERY_KIND if type(data) is not Choose], ids=repr)
def test_what_was_packed_is_what_is_unpacked(data: CallbackData) -> None:
    assert type(data).unpack(data.pack()) == data


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (Open, "o:ma:-1:0:0:0"),
        (Open, "o:ma:1:0:0"),
        (Open, "o:??:1:0:0:0"),
        (Open, "o:ma:1:0:0:" + "z" * 40),
        (Act, "a:dr:1:1:XYZXYZXY:0:0"),
        (Act, "a:dr:1:1::0:0"),
        (Act, "a:dr:1:٣:00000000:0:0"),
        (Choose, "c:t:1:spaceship"),
        (Choose, "c:w:1:consumable"),
        (Choose, "c:q:1:sword"),
        (Choose, "c:v:1:"),
        (Choose, "c:v:1:weapon-rare-1-verdict"),
        (Choose, "c:v:1:weapon-rare-1-verdict-type-x"),
        (Choose, "c:v:1:rare-weapon-1-verdict-type"),
        (Choose, "c:k:1:2"),
        (Mark, "m:x:1:1:0"),
        (Speak, "l:1:../../etc"),
        (Speak, "l:1:{0.__class__}"),
        (Close, "x:1:perhaps"),
    ],
)
def test_what_we_never_wrote_is_refused(kind: type[CallbackData], text: str) -> None:
    with pytest.raises((ValueError, TypeError)):
        kind.unpack(text)


def test_arguments_tell_operations_apart() -> None:
    keys = {
        Act(do=do, owner=1, item=item, stamp=stamp, arg=arg).op_id
        for do, item, stamp, arg in product(Do, (1, 2), ("00000000", "00000001"), (0, 1))
    }
    assert len(keys) == len(Do) * 8


@pytest.mark.parametrize("number", [0, 9, 10**6])
def test_a_number_that_no_slot_has(number: int) -> None:
    assert numbered_slot(number) is None
