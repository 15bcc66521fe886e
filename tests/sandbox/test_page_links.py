"""Links on the page: one to the bot that is shown leads into the chat with it, as in a messenger."""

import pytest
from playwright.async_api import Page, expect

from telegram_sandbox.client import SandboxClient
from telegram_sandbox.server import SandboxServer

from .conftest import RawBot

INN = -7


async def link_to(bot: RawBot) -> str:
    name = (await bot("getMe")).result["username"]
    return f"https://t.me/{name}?start=table_7-x"


async def heard(bot: RawBot) -> list[tuple[int, str]]:
    written = [each["message"] for each in await bot.updates(timeout=2) if "message" in each]
    return [(each["chat"]["id"], each["text"]) for each in written if "text" in each]


@pytest.mark.parametrize("where", ["text", "button"])
async def test_a_link_that_starts_the_bot_does(page: Page, bot: RawBot, where: str) -> None:
    link = await link_to(bot)
    keyboard = {"inline_keyboard": [[{"text": "Come", "url": link}]]}
    if where == "text":
        await bot("sendMessage", chat_id=1, text=link)
        await page.locator(".message a").click()
    else:
        await bot("sendMessage", chat_id=1, text="Hello", reply_markup=keyboard)
        await page.get_by_role("link", name="Come").click()

    await expect(page.locator(".message.mine").last).to_contain_text("/start table_7-x")
    assert await heard(bot) == [(1, "/start table_7-x")]
    assert len(page.context.pages) == 1


async def test_in_a_group_it_leads_into_the_chat_with_the_bot(
    page: Page, bot: RawBot, sandbox: SandboxServer
) -> None:
    async with SandboxClient(sandbox.url) as client:
        await client.add_chat(INN, "Inn", [1])
    await page.get_by_label("Chat").first.select_option(str(INN))
    await bot("sendMessage", chat_id=INN, text=await link_to(bot))

    await page.locator(".message a").click()

    await expect(page.locator(".message.mine").last).to_contain_text("/start table_7-x")
    await expect(page.get_by_label("Chat").first).to_have_value("1")
    assert await heard(bot) == [(1, "/start table_7-x")]


async def test_other_links_lead_elsewhere(page: Page, bot: RawBot) -> None:
    await expect(page.locator(".message.mine")).to_have_count(1)  # their /start
    for link in ("https://t.me/somebody_else_bot?start=x", "https://t.me/sandbox_bot", "https://t.me/"):
        await bot("sendMessage", chat_id=1, text=link)
        async with page.context.expect_page() as opened:
            await page.locator(".message a").last.click()
        await (await opened.value).close()

    await expect(page.locator(".message.mine")).to_have_count(1)
