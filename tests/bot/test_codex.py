"""The codex, tapped: its cover, a chapter, a card, and buttons of another time."""

from aiogram.types import InlineKeyboardMarkup

from apps.game_core.modules.codex.codex_service import codex_of, number_of
from apps.game_core.modules.items.contracts import ItemType
from bot.callbacks.buttons import Open, ScreenName, chapter_number
from bot.callbacks.makers import Opens
from bot.handlers import codex
from bot.i18n import Translations
from bot.players.states import Lobby
from bot.views.screens import Screens
from bot.views.ui import Uis
from tests.bot.conftest import USER, Played, Stage
from tools.support.bags import rules

OPENS = Opens(USER)
WEAPONS = chapter_number(ItemType.WEAPON)


async def cover(stage: Stage) -> Played:
    return await stage.tap(codex.open_cover, Open(screen=ScreenName.CODEX, owner=USER), state=Lobby.idle)


async def chapter(stage: Stage, number: int, page: int = 0) -> Played:
    return await stage.tap(codex.open_chapter, OPENS.chapter(number, page), state=Lobby.idle)


async def kind(stage: Stage, base_id: str) -> Played:
    return await stage.tap(codex.open_kind, OPENS.kind(number_of(base_id), 1), state=Lobby.idle)


async def test_the_cover_says_how_much_is_found_of_all_and_of_each_chapter(stage: Stage) -> None:
    await stage.core.gateway.add_item(stage.char_id, "dragon_blade", 1)

    shown = await cover(stage)

    assert "15 of 80 found ▓░░░░░░░░░" in shown.text
    assert "Found last: 🐉\u00a0Dragon Blade, " in shown.text
    assert shown.labels[0] == "⚔️ Weapons · 3 of 21"
    assert shown.labels[-2:] == ["📜 Quest items · 1 of 5", "⬅️ Back"]
    assert shown.state == Lobby.idle.state


async def test_what_is_found_has_a_name_and_the_rest_is_a_shadow(stage: Stage) -> None:
    shown = await chapter(stage, WEAPONS)

    assert shown.text == "📖 <b>⚔️ Weapons</b> · page 1 of 3\n2 of 21 found ▓░░░░░░░░░"
    assert shown.labels[:3] == ["⚪️ ❔ ???", "⚪️ 🗡️ Iron Sword", "🟢 ❔ ???"]
    assert len(shown.labels) == 7 + 3, "a third of them, and how to go on"
    assert isinstance(shown.shown.reply_markup, InlineKeyboardMarkup)
    assert [len(row) for row in shown.shown.reply_markup.inline_keyboard] == [2, 2, 2, 1, 2, 1]
    assert shown.labels[-3:] == ["1 / 3", "▶️", "⬅️ Back"]
    last = await chapter(stage, WEAPONS, 99)
    assert "page 3 of 3" in last.text
    assert (await chapter(stage, 99)).text == (await cover(stage)).text


async def test_a_card_tells_of_the_kind_and_leads_back_to_its_page(stage: Stage) -> None:
    shown = await kind(stage, "hunting_bow")

    assert shown.text.startswith("⚪️ 🏹 <b>Hunting Bow</b>\n<i>Common · Weapon</i>\n\n")
    assert "Power: <b>9</b> ± 3\nAccuracy: <b>84%</b>" in shown.text
    assert "🔧 60\n💰" in shown.text
    assert isinstance(shown.shown.reply_markup, InlineKeyboardMarkup)
    [[back]] = shown.shown.reply_markup.inline_keyboard
    assert back.callback_data == OPENS.chapter(WEAPONS, 1).pack()


async def test_a_kind_that_nobody_has_found_is_not_told_of(stage: Stage) -> None:
    for base_id in ("dragon_blade", "no_such_kind"):
        shown = await kind(stage, base_id)

        assert shown.answer.text == "This button is out of date. Here is how things stand."
        assert shown.text == (await cover(stage)).text


def test_whoever_has_it_all_is_told_so() -> None:
    screens = Screens(Uis(Translations({})).of("en"), USER)
    whole = codex_of(rules().catalog, dict.fromkeys(rules().catalog.entries, 1))

    shown = screens.codex.cover(whole)

    assert "🏆 There is nothing in this world that you have not held." in shown.text
    assert shown.keyboard
    assert shown.keyboard.inline_keyboard[0][0].text == "⚔️ Weapons · 21 of 21 🏅"
