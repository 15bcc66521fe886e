"""The chat page in a real browser."""

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Page, Route, expect

from telegram_sandbox.client import Player, SandboxClient
from telegram_sandbox.config import SandboxConfig
from telegram_sandbox.server import SandboxServer
from tests.support.browser import do_without
from tools.support.patience import PATIENCE

from .conftest import RawBot, keyboard
from .test_journeys import polling


def test_without_a_browser_these_tests_skip_but_fail_in_ci() -> None:
    with pytest.raises(pytest.skip.Exception, match="apt-get install chromium"):
        do_without({})
    with pytest.raises(pytest.fail.Exception, match="apt-get install chromium"):
        do_without({"CI": "true"})


def button(page: Page, name: str) -> Any:
    return page.get_by_role("button", name=name, exact=True)


async def test_a_player_starts_taps_and_reloads(page: Page, sandbox: SandboxServer) -> None:
    async with polling(sandbox.url):
        await expect(page.locator("#status")).to_contain_text("is connected")
        await button(page, "Start").click()
        await expect(page.get_by_text("Welcome, Alice!")).to_be_visible()
        await button(page, "🧪 Buy").click()
        await expect(page.locator(".toast")).to_have_text("One potion, here you are")
        await expect(page.get_by_text("Potions sold: 1")).to_be_visible()
        await expect(page.locator(".key.busy")).to_have_count(0)
        await page.reload()
        await expect(page.get_by_text("Potions sold: 1")).to_be_visible()
        await expect(button(page, "🔒 Vault")).to_have_attribute("aria-disabled", "true")
        await button(page, "Sold 1").click()
        await expect(page.locator("#alert-text")).to_have_text("Please come again!")
        await page.keyboard.press("Enter")
        await expect(page.locator("#alert")).to_be_hidden()
        await page.get_by_label("Message", exact=True).press_sequentially("/s")
        await page.keyboard.press("ArrowDown")
        await page.keyboard.press("Enter")
        await expect(page.get_by_text("Welcome, Alice!")).to_be_visible()


async def test_hostile_text_stays_text(page: Page, bot: RawBot, player: Player) -> None:
    evil = '<img src=x onerror=alert(1)>"><script>alert(2)</script>'
    await player.send(evil)
    escaped = evil.replace("<", "&lt;")
    await bot(
        "sendMessage",
        chat_id=1,
        text=f"<b>{escaped}</b>",
        parse_mode="HTML",
        reply_markup=keyboard(callback_data=evil[:60]),
    )
    await expect(page.get_by_text(evil)).to_have_count(2)
    assert await page.locator(".text img, .text script").count() == 0


async def test_a_group_that_comes_while_the_page_reads_what_there_is(page: Page, chat: SandboxClient) -> None:
    read, go_on = asyncio.Event(), asyncio.Event()

    async def late(route: Route) -> None:
        answer = await route.fetch()
        read.set()
        await go_on.wait()
        await route.fulfill(response=answer)

    await page.route("**/sandbox/world", late)
    await page.reload()
    await asyncio.wait_for(read.wait(), PATIENCE)
    await chat.add_chat(-50, "Tavern", [1, 2])
    await page.wait_for_timeout(300)
    go_on.set()
    await button(page, "Add a view").click()

    await page.get_by_role("button", name="Tavern group · as Борис").click()


async def test_two_devices_and_a_group_side_by_side(page: Page, bot: RawBot, chat: SandboxClient) -> None:
    await chat.add_chat(-50, "Tavern", [1, 2])
    await button(page, "Add a view").click()
    await page.get_by_role("button", name="Tavern group · as Борис").click()
    await button(page, "Add a view").click()
    await page.get_by_role("button", name="Alice private chat").click()
    await expect(page.locator(".panel")).to_have_count(3)
    await bot("sendMessage", chat_id=-50, text="to all")
    await bot("sendMessage", chat_id=1, text="to Alice")
    await expect(page.locator(".text", has_text="to all")).to_have_count(1)
    await expect(page.locator(".text", has_text="to Alice")).to_have_count(2)
    await page.get_by_label("Close this view").first.click()
    await expect(page.locator(".panel")).to_have_count(2)


async def test_a_dialog_that_is_open_hears_of_a_new_group(page: Page, chat: SandboxClient) -> None:
    await button(page, "Add a view").click()
    await page.get_by_text("New group", exact=True).click()
    await page.locator("#group-members").get_by_label("Борис").uncheck()
    await chat.add_chat(-50, "Tavern", [1, 2])
    await expect(page.get_by_role("button", name="Tavern group · as Борис")).to_be_visible()
    await expect(page.locator("#group-members").get_by_label("Борис")).not_to_be_checked()


async def test_people_try_faults_and_read_calls(page: Page, bot: RawBot) -> None:
    await button(page, "Faults").click()
    await page.get_by_label("Which call").select_option("sendMessage")
    await page.get_by_label("What happens").select_option("500")
    await button(page, "Plan it").click()
    await expect(page.locator("#fault-list li")).to_contain_text("sendMessage")
    assert (await bot("sendMessage", chat_id=1, text="x")).status == 500
    await button(page, "Calls").click()
    await expect(page.get_by_label("What happens")).to_be_hidden()
    latest = page.locator("#call-list li").first
    await expect(latest).to_contain_text("Internal Server Error")
    await latest.locator("summary").click()
    await expect(latest.locator("pre").first).to_contain_text('"text": "x"')
    await expect(page.locator("#fault-list li")).to_have_count(0)


async def test_dark_and_light_and_a_phone(page: Page) -> None:
    theme = "document.documentElement.dataset.theme"
    assert await page.evaluate(theme) == "light"
    await page.get_by_label("Switch between light and dark").click()
    assert await page.evaluate(theme) == "dark"
    await page.set_viewport_size({"width": 360, "height": 700})
    width = await page.evaluate("document.documentElement.scrollWidth")
    assert width == 360


async def test_the_latest_message_stays_in_sight_when_a_phone_keyboard_opens(page: Page, bot: RawBot) -> None:
    for number in range(19):
        await bot("sendMessage", chat_id=1, text=f"line {number}\nand more")
    latest = page.locator(".text", has_text="line 18")
    await expect(latest).to_be_in_viewport()
    await page.set_viewport_size({"width": 360, "height": 400})
    await expect(latest).to_be_in_viewport()


async def test_the_page_comes_back_after_the_sandbox_did(browser: Browser, tmp_path: Path) -> None:
    config = SandboxConfig(port=0, state_file=tmp_path / "world.json")
    page = await browser.new_page()
    async with SandboxServer(config) as server, SandboxClient(server.url) as chat:
        await chat.send(1, "before")
        await page.goto(server.url)
        await expect(page.get_by_text("before")).to_be_visible()
    await expect(page.locator("#status")).to_contain_text("Trying again")
    port = int(server.url.rpartition(":")[2])
    async with SandboxServer(replace(config, port=port)) as server, SandboxClient(server.url) as chat:
        await chat.send(1, "after")
        await expect(page.get_by_text("after")).to_be_visible()
        await expect(page.get_by_text("before")).to_be_visible()
        await page.close()
