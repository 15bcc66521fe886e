"""Writing replies on the page: by pointer and by keyboard, chosen, seen, taken back, sent."""

from typing import Literal

import pytest
from playwright.async_api import Locator, Page, expect

from telegram_sandbox.client import SandboxClient

from .conftest import RawBot

LONG = "Elf <b>or</b> orc? " + "long " * 60


@pytest.fixture
def bar(page: Page) -> Locator:
    return page.locator(".answering")


async def asks(bot: RawBot, text: str, **more: object) -> int:
    return int((await bot("sendMessage", chat_id=1, text=text, **more)).result["message_id"])


async def reply_button(page: Page, message_id: int) -> Locator:
    message = page.locator(f'.message[data-id="{message_id}"]')
    await message.hover()
    return message.get_by_role("button", name="Reply")


async def heard(bot: RawBot) -> tuple[str, int | None]:
    [update] = await bot.updates(timeout=2)
    answered = update["message"].get("reply_to_message")
    return update["message"]["text"], answered and answered["message_id"]


@pytest.mark.parametrize(("width", "scheme"), [(1100, "dark"), (360, "light")])
async def test_a_reply_is_written_by_pointer(
    page: Page, bot: RawBot, bar: Locator, scheme: Literal["light", "dark"], width: int
) -> None:
    await page.emulate_media(color_scheme=scheme)
    await page.set_viewport_size({"width": width, "height": 780})
    asked = await asks(bot, LONG)
    await asks(bot, "Take your time")
    await (await reply_button(page, asked)).click()
    await expect(bar).to_contain_text("Sandbox botElf <b>or</b> orc?")
    line = page.get_by_label("Message", exact=True)
    await expect(line).to_be_focused()
    assert await page.evaluate("document.documentElement.scrollWidth") == width
    box = await bar.bounding_box()
    assert box
    assert box["height"] < 70
    await line.fill("orc")
    await line.press("Enter")
    assert await heard(bot) == ("orc", asked)
    await expect(page.locator(".message.mine .answered").last).to_contain_text("Sandbox botElf")
    await expect(bar).to_be_hidden()
    await line.fill("or elf")
    await line.press("Enter")
    await expect(page.locator(".message.mine").last).to_contain_text("or elf")
    assert [message.get("reply_to_message") for message in await own(bot)][-1] is None


async def own(bot: RawBot) -> list[dict[str, object]]:
    return [update["message"] for update in await bot.updates(timeout=2)]


async def test_a_reply_is_written_by_keyboard(page: Page, bot: RawBot, bar: Locator) -> None:
    first, second = await asks(bot, "first"), await asks(bot, "second")
    await expect(page.locator(".message", has_text="second")).to_be_visible()
    line = page.get_by_label("Message", exact=True)
    await line.focus()
    await page.keyboard.press("Control+ArrowUp")
    await expect(bar).to_contain_text("second")
    await page.keyboard.press("Control+ArrowUp")
    await expect(bar).to_contain_text("first")
    await expect(page.locator(".chosen")).to_have_attribute("data-id", str(first))
    for _ in range(3):
        await page.keyboard.press("Control+ArrowUp")
    await expect(bar).to_contain_text("Alice/start")
    for _ in range(2):
        await page.keyboard.press("Control+ArrowDown")
    await expect(bar).to_contain_text("second")
    await page.keyboard.press("Control+ArrowDown")
    await expect(bar).to_be_hidden()
    await page.keyboard.press("Control+ArrowUp")
    await page.keyboard.type("yes")
    await page.keyboard.press("Enter")
    assert await heard(bot) == ("yes", second)
    await expect(line).to_be_focused()


@pytest.mark.parametrize("by", ["Escape", "button"])
async def test_a_reply_is_taken_back(page: Page, bot: RawBot, bar: Locator, by: str) -> None:
    await (await reply_button(page, await asks(bot, "Elf or orc?"))).click()
    await page.keyboard.type("neither")
    if by == "Escape":
        await page.keyboard.press("Escape")
    else:
        await page.get_by_role("button", name="Cancel the reply").click()
    await expect(bar).to_be_hidden()
    await expect(page.locator(".chosen")).to_have_count(0)
    await expect(page.get_by_label("Message", exact=True)).to_be_focused()
    await page.keyboard.press("Enter")
    assert await heard(bot) == ("neither", None)


async def test_the_line_above_follows_its_message(page: Page, bot: RawBot, bar: Locator) -> None:
    asked = await asks(bot, "Elf?")
    await (await reply_button(page, asked)).click()
    await bot("editMessageText", chat_id=1, message_id=asked, text="Orc?")
    await expect(bar).to_contain_text("Orc?")
    await expect(page.locator(".chosen")).to_have_count(1)
    await bot("deleteMessage", chat_id=1, message_id=asked)
    await expect(bar).to_be_hidden()


async def test_a_reply_that_the_bot_asks_for_is_begun(page: Page, bot: RawBot, bar: Locator) -> None:
    asked = await asks(bot, "Your name?", reply_markup={"force_reply": True})
    await expect(bar).to_contain_text("Your name?")
    await page.reload()
    await expect(bar).to_contain_text("Your name?")
    line = page.get_by_label("Message", exact=True)
    await line.fill("Circe")
    await line.press("Enter")
    assert await heard(bot) == ("Circe", asked)
    await expect(bar).to_be_hidden()


@pytest.mark.parametrize("by", ["reply", "mention", "user name"])
async def test_in_a_group_only_the_one_who_is_meant_is_asked(
    page: Page, bot: RawBot, chat: SandboxClient, bar: Locator, by: str
) -> None:
    await chat.add_chat(-5, "G", [1, 2])
    await chat.add_user(1, "Alice", username="Alice_W")
    await page.get_by_label("Chat").select_option("-5")
    for user_id, shown in ((2, False), (1, True)):
        theirs = await chat.send(user_id, "/name", chat_id=-5)
        name = {
            "reply": str(user_id),
            "mention": f'<a href="tg://user?id={user_id}">{user_id}</a>',
            "user name": {1: "1 @alice_w", 2: "2 @boris"}[user_id],
        }[by]
        await bot(
            "sendMessage",
            chat_id=-5,
            text=f"Your name, {name}?",
            parse_mode="HTML",
            reply_markup={"force_reply": True, "selective": True},
            **({"reply_parameters": {"message_id": theirs}} if by == "reply" else {}),
        )
        await expect(page.locator(".message").last).to_contain_text(f"Your name, {user_id}")
        await expect(bar).to_be_visible(visible=shown)
