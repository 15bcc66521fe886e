"""Topics in a private chat, where the bot has them."""

import pytest
from playwright.async_api import Page, expect

from telegram_sandbox.config import SandboxConfig

from .conftest import RawBot
from .test_page_topics import chip, said, write


@pytest.fixture
def sandbox_config() -> SandboxConfig:
    return SandboxConfig(port=0, private_topics=True)


async def test_a_private_chat_has_topics_and_what_is_outside_them(page: Page, bot: RawBot) -> None:
    await expect(said(page, "/start")).to_be_visible()
    quests = (await bot("createForumTopic", chat_id=1, name="Quests")).result["message_thread_id"]
    await expect(chip(page, "Quests")).to_be_visible()
    await bot("sendMessage", chat_id=1, message_thread_id=quests, text="A dragon!")
    await expect(chip(page, "new Quests")).to_be_visible()
    await chip(page, "Quests").click()
    await expect(said(page, "A dragon!")).to_be_visible()
    await expect(page.get_by_role("button", name="Close this topic")).to_have_count(0)
    await write(page, "where?")
    await page.get_by_role("button", name="New topic").click()
    await page.get_by_label("Name of the topic").fill("Mine")
    await page.keyboard.press("Enter")
    await expect(chip(page, "Mine")).to_have_attribute("aria-pressed", "true")
    await write(page, "alone")
    await chip(page, "All else").click()
    await expect(chip(page, "All else")).to_have_attribute("aria-pressed", "true")
    await write(page, "outside")
    written = [update["message"] for update in await bot.updates() if "text" in update["message"]]
    assert [message["text"] for message in written] == ["where?", "alone", "outside"]
    threads = [message.get("message_thread_id") for message in written]
    assert threads[0] == quests
    assert threads[1] not in {quests, None}
    assert threads[2] is None
