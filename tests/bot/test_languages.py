"""Every screen in every language: nothing left out, nothing too long, numbers in the language's own style."""

import inspect
import re
from functools import cache

import pytest

from apps.game_core.modules.inventory import errors
from apps.game_core.modules.inventory.contracts import DropManyResult, DropResult, Outcome
from apps.game_core.modules.items.loader import default_catalog_dir, load_catalog
from apps.game_core.modules.trade.contracts import TableFullError, TradeError
from bot.handlers.admins import COMMANDS
from bot.i18n import Translations
from bot.views.merchant_screens import MerchantScreens
from bot.views.notices import Toast
from bot.views.refusals import refusal
from bot.views.screen import Screen
from bot.views.screens import Screens
from bot.views.trading import TradeScreens
from bot.views.ui import TEMPLATES, Ui, Uis
from telegram_sandbox.rules import botapi_rules
from tests.support.every_screen import (
    every_notice,
    every_refusal,
    every_screen,
    everything,
    shipped,
    shipped_screens,
)
from tests.support.every_table import every_trade_refusal
from tools.catalogs.files import pseudo_catalog, template_of
from tools.support.bags import item

LANGUAGES = ("en", "ru")
INNERMOST = re.compile(r"⟦[^⟦⟧]*⟧")
# Commands and links are the same in every language, and × is a letter to nobody.
NOT_A_TEXT = re.compile(
    rf"/(?:start|inventory|trade|help|logout|delete_me|{'|'.join(COMMANDS)})\b|https://\S+|&\w+;|&#\d+;|<[^>]+>"
)
# All that lies on a table is named, and what sets it apart, however much it is: somebody confirms it.
MOST_LETTERS = {"table": 2_800}
WIDEST_IN_A_ROW = {1: 60, 2: 20, 3: 12, 4: 9, 5: 7}


ui = shipped


@cache
def pseudo() -> Ui:
    template = template_of(TEMPLATES, load_catalog(default_catalog_dir()))
    return Uis(Translations({"en": pseudo_catalog(template)})).of("en")


def left_out(text: str) -> str:
    """The letters that did not come out of a catalog. A name that was cut has lost its end."""
    text = NOT_A_TEXT.sub("", text.replace("…", "⟧") if text.count("⟦") > text.count("⟧") else text)
    while INNERMOST.search(text):
        text = INNERMOST.sub("", text)
    return "".join(letter for letter in text if letter.isalpha())


def visible(label: str) -> int:
    """How wide a label is, in letters; an emoji takes the room of two."""
    return sum(2 if ord(letter) > 0x2100 else 1 for letter in label if letter != "\ufe0f")


def buttons(screen: Screen) -> list[tuple[int, str]]:
    """Labels with how many buttons share the row."""
    rows = screen.keyboard.inline_keyboard if screen.keyboard else []
    return [(len(row), each.text) for row in rows for each in row]


def test_every_screen_is_walked() -> None:
    drawn = {name for name, _ in shipped_screens("en")}
    rooms = (("", Screens), ("", TradeScreens), ("merchant.", MerchantScreens))
    codex = {"codex", "codex_chapter", "codex_kind"}
    methods = {
        f"{room}{name}"
        for room, screens in rooms
        for name, _ in inspect.getmembers(screens, inspect.isfunction)
        if name[0] != "_"
    }

    assert drawn == methods - {"marked", "found", "merchant.query"} | codex


def leaves(kind: type) -> set[type]:
    subclasses: list[type] = kind.__subclasses__()
    below = [leaf for each in subclasses for leaf in leaves(each)]
    return set(below) or {kind}


def test_every_refusal_is_tried() -> None:
    shops = leaves(errors.InventoryUnavailableError)
    ours = {kind for kind in leaves(errors.InventoryError) if kind.__module__ == errors.__name__}
    assert ours - shops <= {type(error) for error in every_refusal()}


def test_every_refusal_of_a_table_is_tried() -> None:
    assert leaves(TradeError) == {type(error) for error in every_trade_refusal()}


@pytest.mark.parametrize(
    ("language", "most", "expected"),
    [
        ("en", 1, "No more than 1 thing lies on one side. Take something away first."),
        ("en", 10, "No more than 10 things lie on one side. Take something away first."),
        ("ru", 1, "На одной стороне лежит не больше 1 вещи. Сначала что-нибудь уберите."),
        ("ru", 12, "На одной стороне лежит не больше 12 вещей. Сначала что-нибудь уберите."),
    ],
)
def test_a_full_table_counts_in_the_language_s_own_way(language: str, most: int, expected: str) -> None:
    assert refusal(ui(language), TableFullError(most)).text == expected


def test_a_pseudo_language_shows_every_text_that_was_left_out() -> None:
    for name, screen in every_screen(pseudo()):
        assert left_out(screen.text) == "", name
        assert [text for _, text in buttons(screen) if left_out(text)] == [], name
    for notice in every_notice(pseudo()):
        assert left_out(notice.text) == "" or len(notice.text) == 200, notice.text


def test_a_text_that_was_left_out_would_be_seen() -> None:
    assert left_out("⟦Ļéft ⟦Šwörð⟧⟧ 5 <b>kg</b>") == "kg"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_screen_is_within_the_messengers_limits(language: str) -> None:
    for name, screen in shipped_screens(language):
        shown = botapi_rules.message_text(screen.text, "HTML")
        assert len(shown.text) <= MOST_LETTERS.get(name, 900), name
        assert shown.text.count("\n") <= 24, name
        rows = screen.keyboard.inline_keyboard if screen.keyboard else []
        assert len(rows) <= 12, name
        assert all(0 < len(row) <= 8 for row in rows), name
        assert all(len((each.callback_data or "").encode()) <= 64 for row in rows for each in row), name


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_label_is_cut(language: str) -> None:
    labels = {label for _, screen in shipped_screens(language) for label in buttons(screen)}

    assert [(row, label) for row, label in labels if visible(label) > WIDEST_IN_A_ROW[row]] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_notice_fits_a_toast_uncut(language: str) -> None:
    for notice in every_notice(ui(language)):
        assert 0 < len(notice.text) < 200, notice.text


@pytest.mark.parametrize(
    ("language", "count", "expected"),
    [
        ("en", 1, "🗑 Dropped 1 thing"),
        ("en", 5, "🗑 Dropped 5 things"),
        ("ru", 1, "🗑 Выброшена 1 вещь"),
        ("ru", 3, "🗑 Выброшены 3 вещи"),
        ("ru", 5, "🗑 Выброшено 5 вещей"),
        ("ru", 11, "🗑 Выброшено 11 вещей"),
        ("ru", 21, "🗑 Выброшена 21 вещь"),
        ("ru", 22, "🗑 Выброшены 22 вещи"),
    ],
)
def test_plural_forms(language: str, count: int, expected: str) -> None:
    dropped = (DropResult(item("bread"), 1, 0),) * count
    notice = Toast("dropped_many")(ui(language), Outcome(DropManyResult(dropped), everything()))
    assert notice.text == expected


@pytest.mark.parametrize(
    ("language", "number", "weight"), [("en", "12,000", "3.4"), ("ru", "12\xa0000", "3,4")]
)
def test_numbers_and_weights_follow_the_language(language: str, number: str, weight: str) -> None:
    cards = " ".join(screen.text for name, screen in shipped_screens(language) if name == "item")

    assert number in cards
    assert f"⚖️\xa0{weight}\xa0" in cards
