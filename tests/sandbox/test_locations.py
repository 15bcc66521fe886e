"""Places: sent by bots, shown on the page, shared by people."""

from typing import Any

import pytest
from aiogram.types import Message, Update
from aiohttp import ClientSession
from playwright.async_api import Page, expect

from telegram_sandbox.client import SandboxClient

from .conftest import RawBot, keyboard

TOWER = {"latitude": 48.8584, "longitude": 2.2945}
VENUE = TOWER | {"title": "Tower <b>", "address": "5 Avenue"}
NEMO = {"latitude": -48.8767, "longitude": -123.3933}


async def test_bots_send_places(bot: RawBot, chat: SandboxClient) -> None:
    sent = (await bot("sendLocation", chat_id=1, **TOWER, horizontal_accuracy=1500)).result
    assert sent["location"] == TOWER | {"horizontal_accuracy": 1500}
    assert "text" not in sent
    assert Message.model_validate(sent).location

    reply = {
        "reply_parameters": {"message_id": sent["message_id"]},
        "reply_markup": keyboard(callback_data="x"),
    }
    venue = (await bot("sendVenue", chat_id=1, **VENUE, foursquare_id="f", **reply)).result
    assert venue["venue"] == {
        "location": TOWER,
        "title": "Tower <b>",
        "address": "5 Avenue",
        "foursquare_id": "f",
    }
    assert (venue["location"], venue["reply_to_message"]["location"]["latitude"]) == (TOWER, 48.8584)

    shown = [message.html for message in await chat.messages(1)][-2:]
    assert ["48.85840, 2.29450" in html for html in shown] == [True, True]
    assert "Tower &lt;b&gt;" in shown[1]
    assert [html for html in shown if "<a" in html] == []


@pytest.mark.parametrize("method", ["sendLocation", "sendVenue"])
@pytest.mark.parametrize(
    ("wrong", "refusal"),
    [
        ({"latitude": None}, "latitude is empty"),
        ({"longitude": None}, "longitude is empty"),
        ({"latitude": 90.1}, "wrong location specified"),
        ({"latitude": -90.1}, "wrong location specified"),
        ({"longitude": 180.1}, "wrong location specified"),
        ({"longitude": -180.1}, "wrong location specified"),
        ({"latitude": "nan"}, "wrong location specified"),
        ({"longitude": "inf"}, "wrong location specified"),
    ],
)
async def test_places_off_the_earth_are_refused(
    bot: RawBot, method: str, wrong: dict[str, Any], refusal: str
) -> None:
    given = VENUE if method == "sendVenue" else TOWER
    assert (await bot(method, chat_id=1, **(given | wrong))).refusal == f"Bad Request: {refusal}"


@pytest.mark.parametrize("end", [{"latitude": 90, "longitude": 180}, {"latitude": -90, "longitude": -180}])
async def test_the_ends_of_the_earth_are_places(bot: RawBot, end: dict[str, float]) -> None:
    assert (await bot("sendLocation", chat_id=1, **end)).result["location"] == end


@pytest.mark.parametrize("accuracy", [-1, 1500.5, "nan"])
async def test_accuracy_is_of_0_to_1500_metres(bot: RawBot, accuracy: float) -> None:
    refused = await bot("sendLocation", chat_id=1, **TOWER, horizontal_accuracy=accuracy)
    assert refused.refusal.startswith("Bad Request: horizontal_accuracy must be from 0 to 1500")


@pytest.mark.parametrize("name", ["live_period", "heading", "proximity_alert_radius", "protect_content"])
async def test_live_locations_are_refused_by_name(bot: RawBot, name: str) -> None:
    refused = await bot("sendLocation", chat_id=1, **TOWER, **{name: 1})
    assert refused.refusal == f"Bad Request: parameter {name} is known but not simulated by the sandbox"


async def test_a_place_has_nothing_else_to_edit(bot: RawBot) -> None:
    ids = {"chat_id": 1, "message_id": (await bot("sendLocation", chat_id=1, **TOWER)).result["message_id"]}
    assert (await bot("editMessageText", **ids, text="x")).refusal.endswith(
        "there is no text in the message to edit"
    )
    assert (await bot("editMessageCaption", **ids, caption="x")).refusal.endswith(
        "there is no caption in the message to edit"
    )
    media = {"type": "photo", "media": "x"}
    assert (await bot("editMessageMedia", **ids, media=media)).refusal.endswith(
        "there is no media in the message to edit"
    )
    markup = keyboard(callback_data="x")
    edited = (await bot("editMessageReplyMarkup", **ids, reply_markup=markup)).result
    assert (edited["reply_markup"], edited["location"]) == (markup, TOWER)


@pytest.mark.parametrize("given", [{}, TOWER, TOWER | {"horizontal_accuracy": 12.5}])
async def test_people_share_where_they_are(bot: RawBot, http: ClientSession, given: dict[str, float]) -> None:
    async with http.post(f"{bot.url}/sandbox/locations", json={"user_id": 1, **given}) as response:
        sent = await response.json()
    [update] = await bot.updates()
    assert (update["message"]["location"], update["message"]["message_id"]) == (
        given or NEMO,
        sent["message_id"],
    )
    Update.model_validate(update)  # raises if it is none


@pytest.mark.parametrize("asked", ["request_location", "request_contact"])
async def test_groups_are_not_asked_for_what_is_private(bot: RawBot, chat: SandboxClient, asked: str) -> None:
    await chat.add_chat(-5, "G", [1])
    markup = {"keyboard": [[{"text": "x", asked: True}]]}
    what = {"request_location": "location", "request_contact": "phone number"}[asked]
    refused = await bot("sendMessage", chat_id=-5, text="x", reply_markup=markup)
    assert refused.refusal == f"Bad Request: {what} can be requested in private chats only"


async def test_a_location_is_shared_by_its_button(page: Page, bot: RawBot) -> None:
    markup = {"keyboard": [[{"text": "Here I am", "request_location": True}]]}
    await bot("sendMessage", chat_id=1, text="Where?", reply_markup=markup)
    await page.get_by_role("button", name="Here I am").click()
    await expect(page.locator(".message.mine").last).to_contain_text("-48.87670, -123.39330")
    [update] = await bot.updates()
    assert (update["message"]["location"], "text" in update["message"]) == (NEMO, False)
    await bot(
        "sendVenue", chat_id=1, **VENUE, reply_parameters={"message_id": update["message"]["message_id"]}
    )
    card = page.locator(".message").last
    await expect(card.locator(".card")).to_contain_text("Tower <b>")
    await expect(card.locator(".answered")).to_have_text("AliceLocation")
    assert await card.locator("a").count() == 0
