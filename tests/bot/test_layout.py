"""How screens look where names, numbers and bags are not what one draws them for."""

import re
from collections.abc import Iterator

import pytest

from apps.game_core.modules.inventory.contracts import Durability
from apps.game_core.modules.items.contracts import Slot
from bot.callbacks.buttons import Act, Do
from bot.players.choices import BackpackChoice
from bot.views.screens import Screens
from bot.views.ui import Ui
from tests.support.altered import replace
from tests.support.every_admin_text import every_admin_text
from tests.support.every_screen import HERO, OWNER, dressed, everything, shipped, shipped_screens
from tools.pictures.contact_sheets.extremes import NAMES
from tools.support.bags import item

HEBREW = "\u05d9\u05e2\u05e7\u05d1"
OVERRIDDEN = f"\u202e\u2067{HEBREW}\u200f & a\u2069"
ISOLATED = f"\u2068{HEBREW}\u200f &amp; a\u2069"

LINES_OF_STATE = 4


@pytest.fixture(scope="module", params=["en", "ru"])
def ui(request: pytest.FixtureRequest) -> Ui:
    return shipped(request.param)


def with_words(ui: Ui, words: str) -> Iterator[str]:
    """The texts that show a player's own words."""
    inventory = everything()
    hero = replace(inventory.session.hero, name=words)
    named = replace(inventory, session=replace(inventory.session, hero=hero))
    yield Screens(ui, OWNER).lobby(replace(HERO, name=words)).text
    yield Screens(ui, OWNER).main(named).text
    yield Screens(ui, OWNER, BackpackChoice(search=words)).backpack(named, 0).text


def test_words_written_right_to_left_turn_nothing_else_round(ui: Ui) -> None:
    """They are isolated, and cannot break out: their own direction controls are gone."""
    for text in with_words(ui, OVERRIDDEN):
        assert ISOLATED in text
        assert not re.search("[\u202a-\u202e\u2066\u2067]", text)


def test_other_words_stay_as_they_are_so_that_they_can_be_copied(ui: Ui) -> None:
    """But for the end of a long name, where there is no room for it."""
    for words, cut in ((NAMES["plain"], 40), (NAMES["64 Cyrillic letters"], 8)):
        for text in with_words(ui, words[:40]):
            assert words[:cut] in text
            assert not re.search("[\u2066-\u2069]", text)


def test_no_line_begins_or_ends_with_a_blank(ui: Ui) -> None:
    for name, screen in shipped_screens(ui.translator.language):
        assert [line for line in screen.text.split("\n") if line != line.strip(" ")] == [], name
    for name, text in every_admin_text(ui):
        assert [line for line in text.split("\n") if line != line.strip(" ")] == [], name


def test_an_icon_is_never_left_behind_at_the_end_of_a_line(ui: Ui) -> None:
    for name, screen in shipped_screens(ui.translator.language):
        assert not re.search(r"👤 <|💰 \d|🔍 “|⚖️ [^/\n]*$", screen.text, re.MULTILINE), name


def test_the_main_screen_begins_with_what_counts_and_repeats_nothing(ui: Ui) -> None:
    """After what is told for a while: name and health stay in view on a small phone.

    What is worn stands on its slot's button only.
    """
    inventory = everything()
    screen = Screens(ui, OWNER).main(inventory)
    text, rows = screen.text.split("\n"), screen.keyboard.inline_keyboard if screen.keyboard else []

    assert [line[:1] for line in text] == ["🔧", "✨", "", "👤", "❤", "⚔", "⚖"]
    assert LINES_OF_STATE + 2 * len(rows) <= 22
    worn = [each.item for each in inventory.view().equipped if each.item]
    assert worn
    assert not [item for item in worn if ui.item_name(item) in screen.text]
    labels = [button.text for row in rows for button in row]
    assert all(any(ui.item_name(item)[:12] in label for label in labels) for item in worn)
    assert "💰" not in screen.text


@pytest.mark.parametrize("filled", [1, 2, 3, 4])
def test_quick_slots_share_a_row_however_full(ui: Ui, filled: int) -> None:
    """A row more, and the name is out of view on a small phone."""
    bare = everything()
    slots = (*(item("health_potion", 20) for _ in range(filled)), *(None,) * (4 - filled))
    inventory = replace(bare, session=replace(bare.session, quick_slots=slots))
    keyboard = Screens(ui, OWNER).main(inventory).keyboard
    rows = keyboard.inline_keyboard if keyboard else []

    potions = [sum("🧪" in button.text for button in row) for row in rows]
    assert [each for each in potions if each] == [filled]


@pytest.mark.parametrize("number", [0, 1, 2, 5])
def test_loadouts_take_no_more_than_the_room_there_is(ui: Ui, number: int) -> None:
    undo = Act(do=Do.WEAR_LOADOUT, owner=OWNER, item=1, stamp="f" * 8).undoing()
    for taken_back in (None, undo):
        screen = Screens(ui, OWNER).main(dressed(everything(), number), taken_back)
        rows = screen.keyboard.inline_keyboard if screen.keyboard else []
        assert LINES_OF_STATE + 2 * len(rows) <= 22
        assert max(map(len, rows)) <= 5
        data = [button.callback_data or "" for row in rows for button in row]
        assert sum(each.startswith(("a:wl:", "o:lt:")) for each in data) == number


def test_a_row_says_the_number_that_matters_for_its_kind(ui: Ui) -> None:
    inventory = everything()
    rows = {row.base_id: ui.row_title(row) for row in inventory.view().backpack}
    worse = next(row for row in inventory.view().backpack if row.wearable and row.verdict == "worse")

    assert "❤️+50" in rows["health_potion"]
    assert "🔥40" in rows["fireball_scroll"]
    assert "✨+5" in rows["strength_elixir"]
    assert "×3" in rows["bread"]
    assert re.search(r"▲\+[\d.,\s]+%", rows["copper_ring"])
    assert re.search(r"▼−[\d.,\s]+%", ui.row_title(worse))


def test_no_button_of_the_main_screen_is_dead(ui: Ui) -> None:
    for name, screen in shipped_screens(ui.translator.language):
        rows = screen.keyboard.inline_keyboard if screen.keyboard else []
        if name in ("main", "slot", "best_set", "quick_slots", "fill_quick_slot"):
            assert not [each.text for row in rows for each in row if each.disabled], name


def test_broken_gear_says_so_on_the_main_screen_on_its_card_and_in_its_slot(ui: Ui) -> None:
    inventory, screens = everything(), Screens(ui, OWNER)
    sword = inventory.session.equipped[Slot.MAIN_HAND]
    whole = inventory.session.equipped[Slot.CHEST]
    assert sword is not None
    assert whole is not None
    main, says = screens.main(inventory), "counts half" if ui.translator.language == "en" else "вполсилы"

    assert says in main.text
    assert main.keyboard is not None
    assert "🔧" in main.keyboard.inline_keyboard[0][0].text
    assert "🔧 0 / 80" in screens.item(inventory, sword.id, 0).text
    assert says in screens.item(inventory, sword.id, 0).text
    assert says not in screens.item(inventory, whole.id, 0).text
    assert says in screens.slot(inventory, 1).text
    mended = replace(sword, durability=Durability(1, 80))
    worn = {**inventory.session.equipped, Slot.MAIN_HAND: mended}
    session = replace(inventory.session, equipped=worn)
    assert says not in screens.main(replace(inventory, session=session)).text


@pytest.mark.parametrize(
    ("coins", "shown"),
    [(0, "0"), (10**12 - 1, "999,999,999,999"), (10**12, "1,000 bn"), (2**63 - 1, "9,223,372,036 bn")],
)
def test_the_purse_is_on_the_main_screen(ui: Ui, coins: int, shown: str) -> None:
    inventory = everything()
    paid = replace(inventory, session=replace(inventory.session, coins=coins))
    if ui.translator.language == "ru":
        shown = shown.replace(",", " ").replace("bn", "млрд")

    assert Screens(ui, OWNER).main(paid).text.replace("\u00a0", " ").endswith(f"   🪙 {shown}")
