"""Topics and members on the page: seen, chosen, begun, closed, joined and left."""

import pytest
from playwright.async_api import Locator, Page, expect

from telegram_sandbox.client import SandboxClient

from .conftest import RawBot, settled

FORUM = -10070
LINES_OF_RANK_AND_BUTTONS = """
row => [row.querySelector("small").getClientRects().length,
        new Set([...row.querySelectorAll("button")].map(each => each.getBoundingClientRect().top)).size]
"""


@pytest.fixture
async def forum(page: Page, bot: RawBot, chat: SandboxClient) -> RawBot:
    """Alice looks at General of her forum, where Boris has begun Trade and the bot is an administrator."""
    await chat.add_user(3, "Circe")
    await chat.add_chat(FORUM, "Guild", [1, 2], is_forum=True)
    await chat.set_member(FORUM, "administrator")
    await chat.topic(2, FORUM, "Trade")
    await settled(bot)
    await page.get_by_label("Chat", exact=True).select_option(str(FORUM))
    return bot


def chip(page: Page, name: str) -> Locator:
    return page.get_by_role("group", name="Topics").get_by_role("button", name=name)


def said(page: Page, text: str) -> Locator:
    return page.get_by_role("log").get_by_text(text)


async def write(page: Page, text: str) -> None:
    line = page.get_by_label("Message", exact=True)
    await line.fill(text)
    await line.press("Enter")
    await expect(page.locator(".message.mine").last).to_contain_text(text)


async def trade_of(chat: SandboxClient) -> int:
    return int((await chat.topics(FORUM))[1]["message_thread_id"])


@pytest.mark.parametrize(("width", "scheme"), [(1100, "light"), (360, "dark")])
async def test_each_topic_shows_what_is_written_in_it(
    page: Page, forum: RawBot, chat: SandboxClient, scheme: str, width: int
) -> None:
    await page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    await page.set_viewport_size({"width": width, "height": 780})
    trade = await trade_of(chat)
    await write(page, "in the hall")
    await chip(page, "Trade").click()
    await expect(said(page, "Борис began the topic “Trade”")).to_be_visible()
    await expect(said(page, "in the hall")).to_have_count(0)
    await write(page, "swords for sale")
    messages = [update["message"] for update in await forum.updates()]
    assert [message.get("message_thread_id") for message in messages] == [None, trade]
    await forum("sendMessage", chat_id=FORUM, message_thread_id=trade, text="How much?")
    await expect(said(page, "How much?")).to_be_visible()
    assert await page.evaluate("document.documentElement.scrollWidth") == width
    await page.reload()
    await expect(said(page, "How much?")).to_be_visible()
    await expect(chip(page, "Trade")).to_have_attribute("aria-pressed", "true")


async def test_a_topic_that_is_not_shown_says_that_something_is_new(
    page: Page, forum: RawBot, chat: SandboxClient
) -> None:
    place = {"chat_id": FORUM, "message_thread_id": await trade_of(chat)}
    await expect(chip(page, "Trade")).to_be_visible()
    await forum("sendMessage", **place, text="Come!")
    await expect(chip(page, "new Trade")).to_be_visible()
    await expect(said(page, "Come!")).to_have_count(0)
    await chip(page, "Trade").click()
    await expect(said(page, "Come!")).to_be_visible()
    await expect(page.locator(".unseen")).to_have_count(0)


async def test_a_topic_is_begun_by_keyboard(page: Page, forum: RawBot) -> None:
    add = page.get_by_role("button", name="New topic")
    await add.focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_label("Name of the topic")).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(add).to_be_focused()
    await page.keyboard.press("Enter")
    await page.keyboard.type("Quests")
    await page.keyboard.press("Enter")
    await expect(chip(page, "Quests")).to_have_attribute("aria-pressed", "true")
    await chip(page, "Trade").focus()
    await page.keyboard.press("Enter")
    await expect(chip(page, "Trade")).to_have_attribute("aria-pressed", "true")
    await expect(chip(page, "Trade")).to_be_focused()
    await chip(page, "Quests").click()
    [update] = await forum.updates(timeout=2)
    assert update["message"]["forum_topic_created"]["name"] == "Quests"
    await write(page, "a dragon!")


async def test_the_latest_topic_is_the_first_after_general(
    page: Page, forum: RawBot, chat: SandboxClient
) -> None:
    trade = await trade_of(chat)
    await chat.topic(1, FORUM, "Quests")
    names = page.locator(".topic-name")
    await expect(names).to_have_text(["General", "Quests", "Trade"])
    await forum("sendMessage", chat_id=FORUM, message_thread_id=trade, text="Come!")
    await expect(names).to_have_text(["General", "Trade", "Quests"])


async def test_in_a_closed_topic_only_some_write(page: Page, forum: RawBot, chat: SandboxClient) -> None:
    await expect(chip(page, "General")).to_have_attribute("aria-pressed", "true")
    await page.get_by_role("button", name="Close this topic").click()
    await expect(said(page, "Alice closed the topic")).to_be_visible()
    await write(page, "the owner may")
    await page.get_by_label("User", exact=True).select_option("2")
    await page.get_by_label("Chat", exact=True).select_option(str(FORUM))
    line = page.get_by_label("Message", exact=True)
    await expect(line).to_be_disabled()
    await expect(line).to_have_attribute("placeholder", "This topic is closed")
    await chip(page, "Trade").click()
    await expect(line).to_be_enabled()
    await chat.topic(1, FORUM, message_thread_id=await trade_of(chat), closed=True)
    await expect(said(page, "Alice closed the topic")).to_be_visible()
    await write(page, "who began it may")
    await page.get_by_role("button", name="Open this topic").click()
    await expect(said(page, "Борис reopened the topic")).to_be_visible()


async def test_a_topic_that_goes_makes_room_for_another(
    page: Page, forum: RawBot, chat: SandboxClient
) -> None:
    await chip(page, "Trade").click()
    await expect(said(page, "Борис began the topic")).to_be_visible()
    await forum("deleteForumTopic", chat_id=FORUM, message_thread_id=await trade_of(chat))
    await expect(chip(page, "General")).to_have_attribute("aria-pressed", "true")
    await expect(chip(page, "Trade")).to_have_count(0)


@pytest.mark.parametrize(("width", "scheme"), [(1100, "dark"), (360, "light")])
async def test_members_are_added_raised_and_removed(
    page: Page, forum: RawBot, chat: SandboxClient, scheme: str, width: int
) -> None:
    await page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    await page.set_viewport_size({"width": width, "height": 780})
    await page.get_by_role("button", name="Members").click()
    dialog = page.get_by_role("dialog")
    row = dialog.get_by_role("listitem").filter(has_text="Sandbox bot")
    assert await row.evaluate(LINES_OF_RANK_AND_BUTTONS) == [1, 1]
    for action, rank in (
        ("Add: Circe", "member"),
        ("Promote: Circe", "administrator"),
        ("Remove: Circe", "removed"),
        ("Add again: Circe", "member"),
        ("Demote: Sandbox bot", "member"),
        ("Remove: Sandbox bot", "removed"),
    ):
        await dialog.get_by_role("button", name=action, exact=True).click()
        name = action.partition(": ")[2]
        await expect(dialog.get_by_role("listitem").filter(has_text=name).locator("small")).to_have_text(rank)
    box = await dialog.bounding_box()
    assert box
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= width
    refused = await forum("sendMessage", chat_id=FORUM, text="x")
    assert refused.refusal == "Forbidden: bot was kicked from the supergroup chat"
    await page.keyboard.press("Escape")
    await expect(said(page, "Alice removed Sandbox bot")).to_be_visible()


async def test_somebody_leaves_a_group(page: Page, forum: RawBot, chat: SandboxClient) -> None:
    await page.get_by_label("User", exact=True).select_option("2")
    await page.get_by_label("Chat", exact=True).select_option(str(FORUM))
    await page.get_by_role("button", name="Members").click()
    await expect(page.get_by_role("button", name="Promote: Alice")).to_have_count(0)
    await page.get_by_role("button", name="Leave: Борис").click()
    await expect(page.get_by_role("dialog")).to_be_hidden()
    await expect(page.locator(".panel")).to_have_attribute("aria-label", "Борис in Sandbox bot")
    [left] = [update["message"] for update in await forum.updates(timeout=2, allowed_updates=["message"])]
    assert left["left_chat_member"]["id"] == 2


async def test_a_forum_is_founded(page: Page, bot: RawBot) -> None:
    await page.get_by_role("button", name="Add a view").click()
    await page.get_by_text("New group").click()
    await page.get_by_label("Title").fill("Order")
    await page.get_by_role("checkbox", name="Topics").check()
    await page.get_by_role("button", name="Add group").click()
    await expect(chip(page, "General")).to_be_visible()
    joined = (await bot.updates(timeout=2))[0]["my_chat_member"]
    assert joined["chat"] == {"id": -1001, "type": "supergroup", "title": "Order", "is_forum": True}


async def test_a_group_that_gets_topics_shows_them(page: Page, bot: RawBot, chat: SandboxClient) -> None:
    await chat.add_chat(-1005, "Order", [1])
    await page.get_by_label("Chat", exact=True).select_option("-1005")
    await expect(said(page, "Alice added Sandbox bot")).to_be_visible()
    await expect(chip(page, "General")).to_have_count(0)
    await chat.add_chat(-1005, "Order", [1], is_forum=True)
    await expect(chip(page, "General")).to_be_visible()
    await chat.add_chat(-1005, "Order", [1], is_forum=False)
    await expect(chip(page, "General")).to_have_count(0)
    await write(page, "as before")


async def test_quotes_and_answers_to_other_chats_are_seen(page: Page, bot: RawBot) -> None:
    first = (await bot("sendMessage", chat_id=1, text="Elf or orc?")).result["message_id"]
    other = (await bot("sendMessage", chat_id=2, text="secret")).result["message_id"]
    quoting = {"message_id": first, "quote": "orc"}
    await bot("sendMessage", chat_id=1, text="a", reply_parameters=quoting)
    await bot("sendMessage", chat_id=1, text="b", reply_parameters={"message_id": other, "chat_id": 2})
    answered = page.locator(".answered")
    await expect(answered).to_have_text(["Sandbox botorc", "Sandbox botA message in another chat"])
