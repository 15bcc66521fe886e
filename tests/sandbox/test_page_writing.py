"""What is being written belongs to who writes it and where, and nothing of it is lost without a word."""

import asyncio

from playwright.async_api import Locator, Page, expect

from telegram_sandbox.client import SandboxClient
from tools.support.patience import PATIENCE

from .conftest import RawBot

TOO_LONG = "4097 characters. A message has 4096 at most."


def line(page: Page) -> Locator:
    return page.get_by_label("Message", exact=True)


async def become(page: Page, user_id: int) -> None:
    await page.get_by_label("User", exact=True).select_option(str(user_id))


async def test_a_draft_belongs_to_its_person(page: Page, bot: RawBot) -> None:
    await line(page).fill("I am Alice\nand so on")
    height = await line(page).evaluate("area => area.clientHeight")
    await become(page, 2)
    await expect(line(page)).to_have_value("")
    await expect(page.get_by_role("button", name="Send")).to_be_disabled()
    assert await line(page).evaluate("area => area.clientHeight") < height
    await line(page).fill("I am Boris")
    await become(page, 1)
    await expect(line(page)).to_have_value("I am Alice\nand so on")
    assert await line(page).evaluate("area => area.clientHeight") == height
    await page.get_by_role("button", name="Send").click()
    await become(page, 2)
    await line(page).press("Enter")
    texts: dict[int, str] = {}
    async with asyncio.timeout(PATIENCE):
        while len(texts) < 2:
            updates = await bot.updates(timeout=1)
            texts |= {each["message"]["from"]["id"]: each["message"]["text"] for each in updates}
    assert texts == {1: "I am Alice\nand so on", 2: "I am Boris"}
    await become(page, 1)
    await expect(line(page)).to_have_value("")


async def test_a_draft_belongs_to_its_chat_and_topic(page: Page, bot: RawBot, chat: SandboxClient) -> None:
    await chat.add_chat(-1005, "Guild", [1, 2], is_forum=True)
    await chat.topic(2, -1005, "Trade")
    await line(page).fill("/help")
    await page.get_by_label("Chat", exact=True).select_option("-1005")
    await expect(page.get_by_role("group", name="Topics")).to_be_visible()
    await line(page).fill("in General")
    await page.get_by_role("button", name="Trade").click()
    await expect(line(page)).to_have_value("")
    await page.get_by_role("button", name="General").click()
    await expect(line(page)).to_have_value("in General")
    await page.get_by_label("Chat", exact=True).select_option("1")
    await expect(line(page)).to_have_value("/help")


async def test_the_name_of_a_topic_is_not_taken_elsewhere(
    page: Page, bot: RawBot, chat: SandboxClient
) -> None:
    for chat_id in (-1005, -1006):
        await chat.add_chat(chat_id, f"Guild {chat_id}", [1], is_forum=True)
    await page.get_by_label("Chat", exact=True).select_option("-1005")
    await page.get_by_role("button", name="New topic").click()
    await page.get_by_label("Name of the topic").fill("Quests")
    await page.get_by_label("Chat", exact=True).select_option("-1006")
    await expect(page.get_by_label("Name of the topic")).to_be_hidden()
    await page.get_by_role("button", name="New topic").click()
    await expect(page.get_by_label("Name of the topic")).to_have_value("")


async def test_a_text_that_is_too_long_is_not_cut_and_says_so(page: Page, bot: RawBot) -> None:
    await line(page).fill("🗡" + "x" * 4096)
    problem = page.get_by_role("alert").filter(has_text=TOO_LONG)
    await expect(problem).to_be_visible()
    await expect(line(page)).to_have_attribute("aria-invalid", "true")
    await expect(page.get_by_role("button", name="Send")).to_be_disabled()
    await line(page).press("Enter")
    await expect(line(page)).to_have_value("🗡" + "x" * 4096)
    await line(page).press("End")
    await line(page).press("Backspace")
    await expect(problem).to_be_hidden()
    await line(page).press("Enter")
    [update] = await bot.updates(timeout=2)
    assert update["message"]["text"] == "🗡" + "x" * 4095


async def test_what_surrounds_a_text_does_not_count(page: Page, bot: RawBot) -> None:
    await line(page).fill("\n" * 100 + "x" * 4096 + " " * 100)
    await line(page).press("Enter")
    [update] = await bot.updates(timeout=2)
    assert update["message"]["text"] == "x" * 4096
