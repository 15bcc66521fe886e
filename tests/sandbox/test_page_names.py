"""Names that are long, written from right to left, or of two words, wherever the page shows them."""

import pytest
from aiohttp import ClientSession
from playwright.async_api import Locator, Page, expect

from telegram_sandbox.client import SandboxClient

from .conftest import RawBot

LONG = "Aleksandra-Wilhelmina von Hohenzollern-Sigmaringen zu Brandenburg"
RIGHT_TO_LEFT = "שרה כהן"
DIRECTION = "node => getComputedStyle(node).direction"
GAPS_AND_HEIGHTS = """rows => rows.map((row) => {
  const words = document.createRange();
  words.selectNodeContents(row.querySelector("b"));
  const face = row.querySelector(".avatar").getBoundingClientRect();
  return [words.getBoundingClientRect().left - face.right, row.getBoundingClientRect().height];
})"""


@pytest.fixture
async def group(page: Page, bot: RawBot, chat: SandboxClient) -> RawBot:
    """Alice looks at a group of hers."""
    await chat.add_user(3, RIGHT_TO_LEFT, "he")
    await chat.add_user(4, LONG, "de")
    await chat.add_user(5, "Medea", last_name="of Colchis")
    await chat.add_chat(-5, "G", [1, 3, 4, 5])
    await page.get_by_label("Chat", exact=True).select_option("-5")
    return bot


def message(page: Page, text: str) -> Locator:
    return page.locator(".message", has_text=text).last


async def test_a_notice_is_read_in_its_own_direction(page: Page, group: RawBot, chat: SandboxClient) -> None:
    await chat.set_member(-5, "left", 3)
    notice = message(page, "left the group")
    await expect(notice).to_contain_text(RIGHT_TO_LEFT)
    assert await notice.evaluate(DIRECTION) == "ltr"


async def test_a_quote_has_a_direction_of_its_own(page: Page, bot: RawBot, chat: SandboxClient) -> None:
    asked = (await bot("sendMessage", chat_id=1, text="سلام! HP 12/40 و 5 سکه")).result["message_id"]
    await chat.send(1, "here", reply_to=asked)
    quote = message(page, "here").locator(".answered")
    assert await quote.locator("b").evaluate(DIRECTION) == "ltr"
    assert await quote.locator("span").evaluate(DIRECTION) == "rtl"
    await page.locator(".message", has_text="سلام!").first.hover()
    await page.locator(".message", has_text="سلام!").first.get_by_role("button", name="Reply").click()
    assert await page.locator(".answering span").evaluate(DIRECTION) == "rtl"


async def test_a_long_name_ends_in_dots_in_a_quote(page: Page, group: RawBot, chat: SandboxClient) -> None:
    await page.set_viewport_size({"width": 360, "height": 700})
    asked = await chat.send(4, "Guten Tag", chat_id=-5)
    await chat.send(1, "Hello", chat_id=-5, reply_to=asked)
    name = message(page, "Hello").locator(".answered b")
    assert await name.evaluate("name => name.scrollWidth > name.clientWidth")
    assert await name.evaluate("name => getComputedStyle(name).textOverflow") == "ellipsis"


@pytest.mark.parametrize("width", [360, 1100])
async def test_members_names_stand_beside_their_faces(page: Page, group: RawBot, width: int) -> None:
    await page.set_viewport_size({"width": width, "height": 700})
    await page.get_by_role("button", name="Members").click()
    rows = page.locator("#members-list li")
    await expect(rows).to_have_count(6)  # the bot, and Boris who is outside
    # All at once, for the rows are made anew with every news.
    for gap, height in await rows.evaluate_all(GAPS_AND_HEIGHTS):
        assert 0 < gap < 16
        assert height < 130
    await expect(rows.filter(has_text=LONG).get_by_role("button")).to_have_count(2)


async def test_people_are_called_by_both_their_names(page: Page, group: RawBot, chat: SandboxClient) -> None:
    asked = await chat.send(5, "I am here", chat_id=-5)
    await chat.send(1, "Welcome", chat_id=-5, reply_to=asked)
    await expect(page.locator(".message .sender").first).to_have_text("Medea of Colchis")
    await expect(message(page, "Welcome").locator(".answered b")).to_have_text("Medea of Colchis")
    await page.get_by_role("button", name="Members").click()
    await expect(page.locator("#members-list")).to_contain_text("Medea of Colchis")
    await page.keyboard.press("Escape")
    await page.get_by_label("User", exact=True).select_option(label="as Medea of Colchis · en")
    await expect(page.get_by_role("region", name="Medea of Colchis in Sandbox bot")).to_be_visible()
    await page.get_by_role("button", name="Add a view").click()
    await expect(page.locator("#add-choices")).to_contain_text("Medea of Colchis")


async def test_a_shared_contact_has_both_names(page: Page, group: RawBot, http: ClientSession) -> None:
    await page.get_by_label("User", exact=True).select_option("5")
    async with http.post(f"{group.url}/sandbox/contacts", json={"user_id": 5}) as shared:
        assert shared.ok
    await expect(page.locator(".message.mine").last).to_contain_text("Medea of Colchis")


async def test_a_place_says_how_sure_it_is(page: Page, bot: RawBot) -> None:
    place = {"latitude": 42.3, "longitude": 41.6}
    await bot("sendLocation", chat_id=1, **place, horizontal_accuracy=50)
    await expect(page.locator(".message").last).to_contain_text("42.30000, 41.60000 ± 50 m")
    await bot("sendLocation", chat_id=1, **place)
    await expect(page.locator(".message").last).to_contain_text("41.60000")
    await expect(page.locator(".message").last).not_to_contain_text("±")
