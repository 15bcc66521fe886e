"""Every button of every screen in headless Chromium, as narrow as a small phone: no label wraps."""

import json
from collections.abc import AsyncIterator, Iterator
from itertools import product

import pytest
from aiogram.types import InlineKeyboardMarkup
from playwright.async_api import Page

from apps.game_core.modules.inventory.contracts import MAX_COINS, Verdict
from apps.game_core.modules.inventory.inventory.gift import Gift
from apps.game_core.modules.inventory.inventory.logic.inventory_formatter import InventoryFormatter
from apps.game_core.modules.inventory.inventory.logic.showing.formatted_inventory import FormattedInventory
from apps.game_core.modules.inventory.inventory.model import Buff, Vitals
from apps.game_core.modules.inventory.inventory.rules.values import MAX_QUICK_SLOTS
from apps.game_core.modules.items.contracts import Slot, Stat
from bot.callbacks.buttons import Do
from bot.callbacks.makers import Acts
from bot.players.choices import BackpackChoice
from bot.views.screen import Screen
from bot.views.screens import Screens
from bot.views.ui import Ui
from telegram_sandbox.client import SandboxClient
from telegram_sandbox.config import SandboxConfig
from telegram_sandbox.server import SandboxServer
from tests.support.altered import replace
from tests.support.browser import Tab, out_of_view
from tests.support.every_admin_text import every_admin_keyboard
from tests.support.every_screen import OWNER, every_fight, everything, shipped, shipped_screens
from tools.pictures.contact_sheets.extremes import EVERYTHING, GEAR
from tools.support.bags import NOW, bag, item, rules

NARROW = 360
NAMES = ("12345", "12345 of the Northern Marches and Isles", "12345" + "Ы" * 59)
WORN = ("iron_sword", "iron_shield", "leather_helmet", "leather_armor", "leather_pants", "leather_boots")
_SHOWN = """async ([html, rows]) => {
  const { bubble } = await import("/static/bubble.js");
  const keyboard = rows.map((labels) => labels.map((text) => ({ text, callback_data: "x" })));
  const from = { id: 1, name: "Bot", is_bot: true };
  const message = {
    message_id: 1, chat_id: 1, from, date: 0, html, edits: 0, reply_markup: { inline_keyboard: keyboard },
  };
  const list = document.querySelector(".messages");
  list.replaceChildren(bubble(message, { mine: false }, { isBusy: () => false }));
  await document.fonts.ready;
  list.scrollTop = list.scrollHeight;
}"""
_WRAPPED = """() => {
  const lines = (key) => {
    const range = document.createRange();
    range.selectNodeContents(key);
    const tops = [...range.getClientRects()].map((each) => each.bottom);
    return Math.max(...tops) - Math.min(...tops) > 12;
  };
  const wrapped = [...document.querySelectorAll(".messages .key")].filter(lines);
  return wrapped.map((key) => `${key.parentElement.children.length}: ${key.textContent}`);
}"""


@pytest.fixture(scope="module")
async def page(tab: Tab) -> AsyncIterator[Page]:
    """A chat on a small phone."""
    async with SandboxServer(SandboxConfig(port=0)) as sandbox, SandboxClient(sandbox.url) as client:
        await client.add_user(11, "Alice")
        async with tab.at(sandbox.url) as opened:
            await opened.set_viewport_size({"width": NARROW, "height": 640})
            await opened.locator(".messages").wait_for()
            yield opened


def keyboards(ui: Ui) -> Iterator[InlineKeyboardMarkup]:
    for _, screen in shipped_screens(ui.translator.language):
        if screen.keyboard:
            yield screen.keyboard
    yield from every_admin_keyboard(ui)
    yield from crowded(ui)


def crowded(ui: Ui) -> Iterator[InlineKeyboardMarkup]:
    """What shares a row, all at once: better things for all that is worn, quick slots, a search."""
    worn = {slot: item(base_id) for slot, base_id in GEAR[EVERYTHING].worn.items()}
    for number in range(1, MAX_QUICK_SLOTS + 1):
        quick = {index: item("health_potion", 20) for index in range(number)}
        ore = item("iron_ore", 99)
        session = bag(
            ore, *map(item, rules().catalog.entries), worn=worn, level=60, strength=99, max_slots=200
        )
        slots = tuple(map(quick.get, range(MAX_QUICK_SLOTS)))
        inventory = FormattedInventory(
            replace(session, quick_slots=slots, rev="f" * 8), InventoryFormatter(rules(), NOW)
        )
        words = ui.item_name(inventory.view().backpack[0])
        screens = Screens(ui, OWNER, BackpackChoice(search=words))
        undo = Acts(OWNER, "f" * 8).quantity(Do.UNDO, 2**62, 3)
        shown = [
            screens.main(inventory),
            screens.backpack(inventory, 0),
            screens.backpack(inventory, 0, undo),
            screens.pick_split(inventory, ore.id, 0),
            screens.pick_drop(inventory, ore.id, 0),
        ]
        shown += [screens.fight(view) for view in every_fight(inventory)]
        yield from (each.keyboard for each in shown if each.keyboard)


def hostile(ui: Ui) -> Iterator[list[str]]:
    """Names of nothing but one letter, beside all that a row can say."""
    row = replace(everything().view().backpack[0], known=False, quantity=99, locked=True, is_new=True)
    row = replace(row, slots=(Slot.HEAD,), wearable=True, verdict=Verdict.BETTER, gain=12.34)
    for letter in "ШmW漢💍iЖ":
        named = replace(row, base_id=letter * 64)
        for within in ("", "marked_row", "unmarked_row", "wear_this"):
            yield [ui.row_title(named, within)]
        worn = ui.fitted("worn", ui.item_name(named), Slot.HEAD, True, True, beside=2)
        yield [worn, worn]
        for beside in range(1, 6):
            yield [ui.fitted("loadout", letter * 64, "👕" if beside < 5 else "", beside=beside)] * beside
        yield [ui.fitted("quick_numbered", ui.item_name(named), 10, named)]


def rows() -> list[list[str]]:
    """The labels of each row, in both languages, each row once."""
    every = (each for code in ("en", "ru") for each in keyboards(shipped(code)))
    found = {tuple(button.text for button in row) for each in every for row in each.inline_keyboard}
    odd = [row for code in ("en", "ru") for row in hostile(shipped(code))]
    return [*sorted(map(list, found)), *odd]


async def wrapped_labels(page: Page, every: list[list[str]]) -> list[str]:
    await page.evaluate(_SHOWN, ["x" * 200, every])
    found: list[str] = await page.evaluate(_WRAPPED)
    return found


async def test_no_label_wraps_on_a_small_phone(page: Page) -> None:
    every = rows()
    assert len(every) > 400

    wrapped = await wrapped_labels(page, every)

    assert wrapped == [], json.dumps(wrapped, ensure_ascii=False, indent=0)


def full_mains(ui: Ui) -> Iterator[Screen]:
    """Main screens of somebody who wears all there is to wear, with little and much else to tell."""
    worn = {slot: item(kind) for slot, kind in zip(Slot, (*WORN, "copper_ring", "copper_ring"), strict=True)}
    quick = {at: item(kind, 3) for at, kind in enumerate(("health_potion", "bread", "fireball_scroll"))}
    for name, buffs, gifts in product(NAMES, (0, 5), (0, 9)):
        session = bag(item("bread", 2), worn=worn, quick=quick, level=60, strength=99, hp=100, max_slots=1020)
        changed = replace(
            session,
            hero=replace(session.hero, name=name, experience=265),
            vitals=Vitals(100, tuple(Buff(stat, 25, NOW + 100) for stat in list(Stat)[:buffs])),
            gifts=(Gift("health_potion", 3),) * gifts,
            coins=MAX_COINS,
            rev="f" * 8,
        )
        yield Screens(ui, 1).main(FormattedInventory(changed, InventoryFormatter(rules(), NOW)))


@pytest.mark.parametrize("language", ["en", "ru"])
async def test_name_and_health_are_in_view_on_every_main_screen(page: Page, language: str) -> None:
    ui = shipped(language)
    mains = [screen for name, screen in shipped_screens(language) if name == "main"]
    assert len(mains) > 3

    for screen in (*mains, *full_mains(ui)):
        assert screen.keyboard
        labels = [[button.text for button in row] for row in screen.keyboard.inline_keyboard]
        await page.evaluate(_SHOWN, [screen.text, labels])
        assert await out_of_view(page.locator(".message"), ["12345", "100 / "]) == [], screen.text


async def test_a_label_that_wraps_is_seen(page: Page) -> None:
    long, words = "x" * 60, "several words that do not fit beside others"

    wrapped = await wrapped_labels(page, [["short"], [long], [words, "short", "short"], ["⚔️ 🛡", "🧪 ×4"]])

    assert wrapped == [f"1: {long}", f"3: {words}"]
