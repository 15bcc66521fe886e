"""Replies and reply keyboards on the page: what is seen, what buttons send, what the writing line says."""

from typing import Literal

import pytest
from aiogram.types import Update
from playwright.async_api import Page, expect

from telegram_sandbox.client import SandboxClient

from .conftest import RawBot


@pytest.mark.parametrize(("width", "scheme"), [(1100, "light"), (390, "dark")])
async def test_a_contact_is_shared_by_its_button(
    page: Page, bot: RawBot, scheme: Literal["light", "dark"], width: int
) -> None:
    await page.emulate_media(color_scheme=scheme)
    await page.set_viewport_size({"width": width, "height": 780})
    rows = [[{"text": "Share contact", "request_contact": True}, {"text": "No"}]]
    markup = {"keyboard": rows, "input_field_placeholder": "Name or number"}
    await bot("sendMessage", chat_id=1, text="Who are you?", reply_markup=markup)
    await expect(page.get_by_placeholder("Name or number")).to_be_visible()
    await page.get_by_role("button", name="Share contact").click()
    await expect(page.locator(".message.mine").last).to_contain_text("+9996600001")
    [update] = await bot.updates()
    contact = {"phone_number": "9996600001", "first_name": "Alice", "user_id": 1}
    assert (update["message"]["contact"], "text" in update["message"]) == (contact, False)
    Update.model_validate(update)  # raises if it is none
    await bot("sendMessage", chat_id=1, text="Thanks", reply_markup={"remove_keyboard": True})
    await expect(page.get_by_placeholder("Message")).to_be_visible()


@pytest.mark.parametrize(
    "asked", [{"request_users": {"request_id": 1}}, {"request_poll": {}}, {"web_app": {"url": "https://a.b"}}]
)
async def test_buttons_that_ask_for_something_else_are_refused(bot: RawBot, asked: dict[str, object]) -> None:
    markup = {"keyboard": [[{"text": "x"}, {"text": "y", **asked}]]}
    refused = await bot("sendMessage", chat_id=1, text="x", reply_markup=markup)
    [name] = asked
    assert refused.refusal == f"Bad Request: keyboard button {name} is known but not simulated by the sandbox"


async def test_a_reply_shows_what_it_answers(page: Page, bot: RawBot, chat: SandboxClient) -> None:
    asked = (await bot("sendMessage", chat_id=1, text="Elf <b>or</b> orc? " + "long " * 60)).result[
        "message_id"
    ]
    mine = await chat.send(1, "orc", reply_to=asked)
    await bot("sendMessage", chat_id=1, text="So be it", reply_parameters={"message_id": mine})
    quotes = page.locator(".answered")
    await expect(quotes.first).to_contain_text("Sandbox botElf <b>or</b> orc?")
    await expect(quotes.last).to_have_text("Aliceorc")
    await page.set_viewport_size({"width": 360, "height": 700})
    assert await page.evaluate("document.documentElement.scrollWidth") == 360
    await bot("deleteMessage", chat_id=1, message_id=asked)
    await page.reload()
    await expect(quotes.first).to_have_text("Deleted message")
