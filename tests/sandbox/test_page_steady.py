"""What has not changed stays the same element when the page draws anew: no click is lost, no reader moved."""

import pytest
from playwright.async_api import Locator, Page, expect

from telegram_sandbox.client import SandboxClient

from .conftest import RawBot

MARK = "nodes => nodes.forEach((node, place) => { node.marked = place; })"
MARKED = "nodes => nodes.map((node) => node.marked ?? null)"


async def stays(page: Page, bot: RawBot, *watched: Locator) -> None:
    """The elements are the same after everything was read and drawn again."""
    for each in watched:
        await expect(each.first).to_be_attached()
    counts = [await each.count() for each in watched]
    for each in watched:
        await each.evaluate_all(MARK)
    async with page.expect_response("**/sandbox/calls?since=*"):
        await bot("deleteWebhook")  # the page reads all anew
    await page.evaluate("new Promise((done) => setTimeout(done, 100))")
    for each, count in zip(watched, counts, strict=True):
        assert await each.evaluate_all(MARKED) == list(range(count))


async def test_messages_and_what_they_answer_stay(page: Page, bot: RawBot, chat: SandboxClient) -> None:
    asked = (await bot("sendMessage", chat_id=1, text="Elf or orc?")).result["message_id"]
    await chat.send(1, "orc", reply_to=asked)
    await expect(page.locator(".answered")).to_be_visible()
    await page.get_by_label("Message", exact=True).press("Control+ArrowUp")
    await stays(
        page, bot, page.locator(".message, .message *"), page.locator(".answering *"), page.locator(".day")
    )


async def test_an_empty_chat_stays(page: Page, bot: RawBot, chat: SandboxClient) -> None:
    await chat.add_user(3, "Circe")
    await page.get_by_label("User", exact=True).select_option("3")
    await stays(page, bot, page.locator(".empty, .empty *"))


async def test_names_and_topics_to_choose_from_stay(page: Page, bot: RawBot, chat: SandboxClient) -> None:
    await chat.add_chat(-1005, "Guild", [1, 2], is_forum=True)
    await chat.topic(2, -1005, "Trade")
    await page.get_by_label("Chat", exact=True).select_option("-1005")
    await page.get_by_role("button", name="Members").click()
    await stays(
        page, bot, page.locator(".panel-head *"), page.locator(".chip"), page.locator("#members-list *")
    )
    await page.keyboard.press("Escape")
    await page.get_by_role("button", name="Add a view").click()
    await stays(page, bot, page.locator("#add-choices *, #group-members *"))


async def test_what_changed_is_drawn_anew(page: Page, bot: RawBot, chat: SandboxClient) -> None:
    asked = (await bot("sendMessage", chat_id=1, text="Elf?")).result["message_id"]
    await chat.send(1, "no", reply_to=asked)
    await expect(page.locator(".answered")).to_have_text("Sandbox botElf?")
    await page.get_by_label("User", exact=True).select_option("2")
    await bot("editMessageText", chat_id=1, message_id=asked, text="Orc?")
    await page.get_by_label("User", exact=True).select_option("1")
    await expect(page.locator(".answered")).to_have_text("Sandbox botOrc?")
    await expect(page.locator(".message .text", has_text="Orc?")).to_have_count(1)


async def test_at_the_end_of_a_short_chat_no_button_leads_there(page: Page, bot: RawBot) -> None:
    for number in range(19):
        await bot("sendMessage", chat_id=1, text=f"line {number}\nand more")
    await expect(page.locator(".text", has_text="line 18")).to_be_in_viewport()
    await page.get_by_role("log").evaluate("(list) => { list.scrollTop = 0; }")
    latest = page.get_by_role("button", name="To the latest message")
    await expect(latest).to_be_visible()
    await page.get_by_label("User", exact=True).select_option("2")
    await expect(page.locator(".message")).to_have_count(1)
    await expect(latest).to_be_hidden()
    await page.set_viewport_size({"width": 1100, "height": 500})
    await expect(latest).to_be_hidden()


@pytest.mark.parametrize("news", ["typing", "reading anew"])
async def test_who_reads_further_up_is_not_carried_away(page: Page, bot: RawBot, news: str) -> None:
    for number in range(19):
        await bot("sendMessage", chat_id=1, text=f"line {number}\nand more")
    await expect(page.locator(".text", has_text="line 18")).to_be_in_viewport()
    await page.get_by_role("log").evaluate("(list) => { list.scrollTop = 0; }")
    await expect(page.get_by_role("button", name="To the latest message")).to_be_visible()
    if news == "typing":
        await bot("sendChatAction", chat_id=1, action="typing")
        await expect(page.locator(".typing")).to_be_attached()
    else:
        await stays(page, bot, page.locator(".message"))
    await expect(page.locator(".text", has_text="line 0")).to_be_in_viewport()
