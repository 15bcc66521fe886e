"""The inventory bot itself, played by mouse and finger in a real browser."""

import asyncio
import re
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, Locator, Page, ViewportSize, expect
from redis.asyncio import Redis
from sqlalchemy.ext.asyncio import AsyncEngine

from apps.game_core.settings import CoreSettings
from bot.incoming.polling import Polling
from bot.running import open_process
from telegram_sandbox.client import SandboxClient
from telegram_sandbox.config import FloodModel, SandboxConfig
from telegram_sandbox.server import SandboxServer
from tests.support.browser import out_of_view

from .shop_bot import TOKEN

PHONE: ViewportSize = {"width": 390, "height": 780}


@pytest.fixture
def sandbox_config() -> SandboxConfig:
    return SandboxConfig(port=0, flood=FloodModel(enabled=False))


@pytest.fixture(autouse=True)
async def served(
    sandbox: SandboxServer, settings: CoreSettings, database: AsyncEngine, redis: Redis
) -> AsyncIterator[None]:
    async with open_process(settings, TOKEN, sandbox.url) as process:
        polling = Polling(process.bot, process.dispatcher)
        running = asyncio.create_task(polling.run())
        yield
        polling.stop()
        await running


def panel(page: Page, number: int = 0) -> Locator:
    return page.locator(".panel").nth(number)


async def tap(where: Locator | Page, label: str) -> None:
    """Taps the first button whose label has `label` in it, in the last message that has one."""
    menu = where.locator(".message.keyed").last
    await menu.get_by_role("button", name=label).first.click()


async def shows(where: Locator | Page, text: str | re.Pattern[str]) -> None:
    await expect(where.locator(".message.keyed .text").last).to_contain_text(text)


async def newcomer(page: Page) -> None:
    """Start, wear a sword, drink a potion, close."""
    await page.get_by_role("button", name="Start", exact=True).click()
    await shows(page, "Welcome, adventurer!")
    await tap(page, "Inventory")
    await shows(page, "level 1")
    await tap(page, "Backpack")
    await tap(page, "Iron Sword")
    await tap(page, "Wear")
    await expect(page.locator(".toast", has_text="Iron Sword")).to_be_visible()
    await expect(page.get_by_role("button", name="⚔️ Iron Sword").last).to_be_visible()
    await tap(page, "Backpack")
    await tap(page, "Health Potion")
    await tap(page, "Use")
    await expect(page.locator(".toast", has_text="+")).to_be_visible()
    await shows(page, "×4")
    await tap(page, "Back")
    await shows(page, "Backpack")
    await tap(page, "Back")
    await shows(page, "level 1")
    await tap(page, "Close")
    await shows(page, "the tavern hums")
    await expect(page.locator(".key.busy")).to_have_count(0)


async def test_a_newcomer_starts_wears_drinks_and_closes(page: Page) -> None:
    await newcomer(page)


async def test_a_newcomer_in_the_dark_with_a_phone(browser: Browser, sandbox: SandboxServer) -> None:
    context = await browser.new_context(
        viewport=PHONE, color_scheme="dark", is_mobile=True, has_touch=True, device_scale_factor=2
    )
    page = await context.new_page()
    await page.goto(sandbox.url)
    assert await page.evaluate("document.documentElement.dataset.theme") == "dark"
    await newcomer(page)
    assert await page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    keys = await page.locator(".message.keyed").last.locator(".key").all()
    for key in keys:
        box = await key.bounding_box()
        assert box
        assert box["height"] >= 36
        assert 0 <= box["x"] <= box["x"] + box["width"] <= PHONE["width"]
    await context.close()


async def test_name_and_health_are_in_view_on_a_small_phone_in_both_languages(page: Page) -> None:
    await page.set_viewport_size({"width": 360, "height": 640})
    menu = page.locator(".message.keyed").last
    await page.get_by_role("button", name="Start", exact=True).click()
    await tap(page, "Inventory")
    await shows(page, "level 1")
    assert await out_of_view(menu, ("Alice", "level 1", "70 / 100")) == []
    await tap(page, "Close")
    await tap(page, "Language")
    await tap(page, "Русский")
    await tap(page, "Инвентарь")
    await shows(page, "уровень 1")
    assert await out_of_view(menu, ("Alice", "уровень 1", "70 / 100")) == []


async def test_two_devices_of_one_player_show_and_move_the_same_menu(page: Page) -> None:
    await page.get_by_role("button", name="Add a view", exact=True).click()
    await page.get_by_role("button", name="Alice private chat").click()
    one, two = panel(page), panel(page, 1)
    await one.get_by_role("button", name="Start", exact=True).click()
    for device in (one, two):
        await shows(device, "Welcome, adventurer!")
    await tap(two, "Inventory")
    for device in (one, two):
        await shows(device, "level 1")
    await tap(one, "Backpack")
    await tap(two, "Iron Sword")
    wear = [device.get_by_role("button", name="Wear").first for device in (one, two)]
    for button in wear:
        await expect(button).to_be_visible()
    await asyncio.gather(*(button.dispatch_event("click") for button in wear))
    for device in (one, two):
        await expect(device.get_by_role("button", name="⚔️ Iron Sword").last).to_be_visible()
    await expect(page.locator(".key.busy")).to_have_count(0)


async def test_a_bystander_in_a_group_is_told_whose_menu_it_is(page: Page, chat: SandboxClient) -> None:
    await chat.add_chat(-50, "Tavern", [1, 2])
    for user_id in (1, 2):
        await chat.send(user_id, "/start")
    await page.reload()  # the dialog lists what the page knows when it opens
    for name in ("Alice", "Борис"):
        await page.get_by_role("button", name="Add a view", exact=True).click()
        await page.get_by_role("button", name=f"Tavern group · as {name}").click()
    alice, boris = panel(page, 1), panel(page, 2)
    await alice.get_by_label("Message", exact=True).fill("/inventory")
    await alice.get_by_label("Message", exact=True).press("Enter")
    await shows(boris, "Alice")
    before = await boris.locator(".message.keyed .text").last.inner_text()
    await tap(boris, "Backpack")
    await expect(page.locator("#alert-text")).to_contain_text("/inventory")
    await page.keyboard.press("Enter")
    assert await boris.locator(".message.keyed .text").last.inner_text() == before
