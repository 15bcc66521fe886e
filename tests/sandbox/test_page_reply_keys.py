"""Keyboards below the writing line: of any size, for whom they are meant, put away and taken out again."""

from typing import Any

import pytest
from playwright.async_api import Locator, Page, expect

from telegram_sandbox.client import SandboxClient

from .conftest import RawBot, keyboard

HEIGHTS = "keys => keys.map(key => key.getBoundingClientRect().height)"
GROUND = "key => getComputedStyle(key).backgroundColor"


async def offers(bot: RawBot, *rows: list[Any], **more: Any) -> None:
    markup = {"keyboard": [list(row) for row in rows], **more}
    await bot("sendMessage", chat_id=1, text="Choose", reply_markup=markup)


def key(page: Page, label: str) -> Locator:
    return page.locator(".reply-keys").get_by_role("button", name=label, exact=True)


def line(page: Page) -> Locator:
    return page.get_by_label("Message", exact=True)


@pytest.mark.parametrize("size", [{"width": 360, "height": 640}, {"width": 1100, "height": 780}])
async def test_a_tall_keyboard_leaves_the_chat_in_sight(page: Page, bot: RawBot, size: Any) -> None:
    await page.set_viewport_size(size)
    await offers(bot, *([f"Row {number}"] for number in range(100)))
    await expect(key(page, "Row 0")).to_be_in_viewport()
    await expect(page.get_by_role("log").get_by_text("Choose")).to_be_in_viewport(ratio=1)
    await expect(line(page)).to_be_in_viewport(ratio=1)
    wall = await page.locator(".wall").bounding_box()
    assert wall
    assert wall["height"] > size["height"] / 4
    await key(page, "Row 99").click()
    await expect(page.locator(".message.mine").last).to_contain_text("Row 99")


async def test_twelve_numbers_in_a_row_stay_on_one_line(page: Page, bot: RawBot) -> None:
    await page.set_viewport_size({"width": 360, "height": 780})
    await offers(bot, ["1"], [str(number) for number in range(1, 13)])
    await expect(key(page, "12")).to_be_visible()
    heights = await page.locator(".reply-keys .key").evaluate_all(HEIGHTS)
    assert len(set(heights)) == 1
    assert await page.evaluate("document.documentElement.scrollWidth") == 360


async def test_keys_have_their_styles_and_directions(page: Page, bot: RawBot) -> None:
    styles = ("primary", "success", "danger")
    await bot("sendMessage", chat_id=1, text="x", reply_markup=keyboard(callback_data="x", style="danger"))
    await offers(bot, [{"text": style, "style": style} for style in styles], ["plain", "مرحبا!"])
    await expect(key(page, "plain")).to_be_visible()
    grounds = [await key(page, name).evaluate(GROUND) for name in (*styles, "plain")]
    assert len(set(grounds)) == len(grounds)
    assert await page.locator(".message .key.danger").evaluate(GROUND) == grounds[2]
    assert await key(page, "مرحبا!").evaluate("key => getComputedStyle(key).direction") == "rtl"


async def test_a_keyboard_for_one_time_goes_when_it_was_used(page: Page, bot: RawBot) -> None:
    await offers(bot, ["elf", "orc"], one_time_keyboard=True)
    await line(page).fill("wait")
    await line(page).press("Enter")
    await expect(page.locator(".message.mine").last).to_contain_text("wait")
    await key(page, "orc").click()
    await expect(page.locator(".reply-keys")).to_be_hidden()
    await page.reload()
    await expect(page.locator(".message.mine").last).to_contain_text("orc")
    await expect(page.locator(".reply-keys")).to_be_hidden()
    await page.get_by_role("button", name="The bot’s keyboard").click()
    await key(page, "elf").click()
    await expect(page.locator(".reply-keys")).to_be_hidden()
    await offers(bot, ["north", "south"], one_time_keyboard=True)
    await expect(key(page, "north")).to_be_visible()


async def test_a_contact_uses_a_keyboard_up_too(page: Page, bot: RawBot) -> None:
    await offers(bot, [{"text": "Me", "request_contact": True}], one_time_keyboard=True)
    await key(page, "Me").click()
    await expect(page.locator(".message.mine").last).to_contain_text("+9996600001")
    await expect(page.locator(".reply-keys")).to_be_hidden()


async def test_a_keyboard_is_put_away_and_taken_out_unless_it_stays(page: Page, bot: RawBot) -> None:
    await offers(bot, ["elf"])
    turn = page.get_by_role("button", name="The bot’s keyboard")
    await expect(turn).to_have_attribute("aria-expanded", "true")
    await turn.focus()
    await page.keyboard.press("Enter")
    await expect(page.locator(".reply-keys")).to_be_hidden()
    await expect(turn).to_have_attribute("aria-expanded", "false")
    await expect(turn).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(key(page, "elf")).to_be_visible()
    await offers(bot, ["orc"], is_persistent=True)
    await expect(key(page, "orc")).to_be_visible()
    await expect(turn).to_be_hidden()
    await bot("sendMessage", chat_id=1, text="Thanks", reply_markup={"remove_keyboard": True})
    await expect(page.locator(".reply-keys")).to_be_hidden()
    await expect(turn).to_be_hidden()


async def test_in_a_group_a_keyboard_is_shown_to_whom_it_is_meant_for(
    page: Page, bot: RawBot, chat: SandboxClient
) -> None:
    await chat.add_chat(-5, "G", [1, 2])
    asked = {who: await chat.send(who, "/class", chat_id=-5) for who in (1, 2)}

    async def answer(who: int, **markup: Any) -> None:
        to, markup = {"message_id": asked[who]}, markup | {"selective": True}
        await bot("sendMessage", chat_id=-5, text="Well", reply_parameters=to, reply_markup=markup)

    await answer(1, keyboard=[["elf"]], input_field_placeholder="Or write it")
    await answer(2, keyboard=[["orc"]], input_field_placeholder="Grunt")
    await page.get_by_label("Chat", exact=True).select_option("-5")
    await expect(key(page, "elf")).to_be_visible()
    await expect(line(page)).to_have_attribute("placeholder", "Or write it")
    await answer(2, remove_keyboard=True)
    await expect(page.locator(".message")).to_have_count(6)
    await expect(key(page, "elf")).to_be_visible()
    await answer(1, remove_keyboard=True)
    await expect(page.locator(".reply-keys")).to_be_hidden()


async def test_a_placeholder_stays_as_long_as_its_keyboard(page: Page, bot: RawBot) -> None:
    await offers(bot, ["elf"], input_field_placeholder="Your race")
    await bot("sendMessage", chat_id=1, text="Or", reply_markup=keyboard(callback_data="x"))
    await expect(page.get_by_role("button", name="press")).to_be_visible()
    await expect(line(page)).to_have_attribute("placeholder", "Your race")


async def test_a_placeholder_of_a_wanted_reply_goes_with_the_reply(page: Page, bot: RawBot) -> None:
    markup = {"force_reply": True, "input_field_placeholder": "Your name"}
    await bot("sendMessage", chat_id=1, text="Who?", reply_markup=markup)
    await expect(line(page)).to_have_attribute("placeholder", "Your name")
    await page.get_by_role("button", name="Cancel the reply").click()
    await expect(line(page)).to_have_attribute("placeholder", "Message")
    await page.locator(".message", has_text="Who?").hover()
    await page.locator(".message", has_text="Who?").get_by_role("button", name="Reply").click()
    await expect(line(page)).to_have_attribute("placeholder", "Your name")


async def test_a_long_placeholder_is_one_line(page: Page, bot: RawBot) -> None:
    await page.set_viewport_size({"width": 360, "height": 640})
    await offers(bot, ["elf"], input_field_placeholder="long words " * 5)
    await expect(key(page, "elf")).to_be_visible()
    assert await line(page).evaluate("area => area.scrollHeight <= area.clientHeight")


async def test_a_key_keeps_the_focus_while_messages_come(page: Page, bot: RawBot) -> None:
    await offers(bot, ["elf", "orc"])
    await key(page, "orc").focus()
    await page.keyboard.press("Enter")
    await bot("sendMessage", chat_id=1, text="Are you sure?")
    await expect(page.get_by_role("log").get_by_text("Are you sure?")).to_be_visible()
    await expect(key(page, "orc")).to_be_focused()
