"""The chat page without a mouse: where the focus goes, what is said, and what has a name."""

from typing import Any

from playwright.async_api import Locator, Page, expect

from telegram_sandbox.client import SandboxClient
from telegram_sandbox.server import SandboxServer

from .conftest import RawBot, keyboard
from .test_journeys import polling

NAMELESS = """[...document.querySelectorAll("button, a, select, input, textarea, [tabindex]")]
  .filter((e) => e.checkVisibility())
  .filter((e) => !(e.ariaLabel || e.labels?.length || e.title || e.textContent.trim()))
  .map((e) => e.outerHTML)"""


def button(where: Page | Locator, name: str) -> Locator:
    return where.get_by_role("button", name=name, exact=True)


async def press(page: Page, key: str, times: int = 1) -> None:
    for _ in range(times):
        await page.keyboard.press(key)


async def test_a_whole_visit_by_keyboard(page: Page, sandbox: SandboxServer) -> None:
    async with polling(sandbox.url):
        await button(page, "Start").press("Enter")
        await expect(page.locator(".text", has_text="Welcome, Alice!")).to_be_visible()
        await expect(page.get_by_role("log")).to_be_focused()
        await press(page, "Tab", 2)
        await expect(button(page, "🧪 Buy")).to_be_focused()
        await press(page, "Enter")
        await expect(page.get_by_role("status").filter(has_text="One potion")).to_be_visible()
        await expect(page.locator(".text", has_text="Potions sold: 1")).to_be_visible()
        await expect(button(page, "🧪 Buy")).to_be_focused()
        await press(page, "Tab", 3)
        await expect(button(page, "Sold 1")).to_be_focused()
        await press(page, "Enter")
        await expect(button(page, "OK")).to_be_focused()
        await press(page, "Enter")
        await expect(button(page, "Sold 1")).to_be_focused()
    assert await page.evaluate(NAMELESS) == []


async def tapped(page: Page, bot: RawBot) -> dict[str, Any]:
    await button(page, "press").press("Enter")
    (update,) = await bot.updates(timeout=2)
    return {"callback_query_id": update["callback_query"]["id"]}


async def test_the_focus_stays_in_the_chat_when_its_button_goes(page: Page, bot: RawBot) -> None:
    markup = keyboard(callback_data="go")
    sent = (await bot("sendMessage", chat_id=1, text="x", reply_markup=markup)).result
    place = {"chat_id": 1, "message_id": sent["message_id"]}
    query = await tapped(page, bot)
    await expect(button(page, "press")).to_have_attribute("aria-busy", "true")
    await bot("answerCallbackQuery", **query, text="No!", show_alert=True)
    await expect(button(page, "OK")).to_be_focused()
    await bot("editMessageText", **place, text="y", reply_markup=keyboard(callback_data="other"))
    await expect(page.locator(".text", has_text="y")).to_be_visible()
    await press(page, "Escape")
    await expect(button(page, "press")).to_be_focused()
    await bot("deleteMessage", **place)
    await expect(page.get_by_role("log")).to_be_focused()


async def test_drawers_take_the_focus_and_give_it_back(page: Page) -> None:
    await button(page, "Faults").press("Enter")
    await expect(button(page, "Close faults")).to_be_focused()
    await press(page, "Tab")
    await expect(page.get_by_label("Which call")).to_be_focused()
    await press(page, "Escape")
    await expect(page.locator("#faults")).to_be_hidden()
    await expect(button(page, "Faults")).to_be_focused()


async def test_devices_of_one_user_are_told_apart(page: Page, bot: RawBot) -> None:
    await button(page, "Add a view").click()
    await page.get_by_role("button", name="Alice private chat").click()
    first = page.get_by_role("region", name="Alice in Sandbox bot", exact=True)
    second = page.get_by_role("region", name="Alice in Sandbox bot, device 2", exact=True)
    await expect(second.get_by_text("device 2")).to_be_visible()
    await first.get_by_label("Close this view").click()
    await expect(second).to_have_count(0)
    await expect(first.get_by_label("Message", exact=True)).to_be_focused()


async def test_who_reads_further_up_is_left_there_and_can_come_back(page: Page, bot: RawBot) -> None:
    for number in range(19):
        await bot("sendMessage", chat_id=1, text=f"line {number}\nand more")
    await expect(page.locator(".text", has_text="line 18")).to_be_in_viewport()
    await page.get_by_role("log").evaluate("(list) => { list.scrollTop = 0; }")
    await expect(button(page, "To the latest message")).to_be_visible()
    await bot("sendMessage", chat_id=1, text="news")
    await expect(page.locator(".text", has_text="line 0")).to_be_in_viewport()
    await button(page, "To the latest message").press("Enter")
    await expect(page.locator(".text", has_text="news")).to_be_in_viewport()
    await expect(button(page, "To the latest message")).to_be_hidden()


async def test_a_bot_that_stops_and_starts_again(
    page: Page, sandbox: SandboxServer, chat: SandboxClient
) -> None:
    async with polling(sandbox.url):
        await chat.send(1, "/start")
        await expect(button(page, "🧪 Buy")).to_be_visible()
    await button(page, "🧪 Buy").click()
    await expect(page.locator(".key.busy")).to_have_count(1)
    async with polling(sandbox.url):
        await expect(page.locator(".text", has_text="Potions sold: 1")).to_be_visible()
        await expect(page.locator(".key.busy")).to_have_count(0)
    await button(page, "🧪 Buy").click()
    await page.reload()
    async with polling(sandbox.url):
        await expect(page.locator("#status")).to_contain_text("is connected")
        await expect(page.locator(".text", has_text="Potions sold: 2")).to_be_visible()
        await expect(page.locator(".key.busy")).to_have_count(0)
