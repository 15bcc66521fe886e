"""Answers have all the fields that Telegram's have."""

import pytest

from telegram_sandbox.client import SandboxClient
from telegram_sandbox.world.cards import POINT_NEMO

from .conftest import RawBot

FLAGS = {
    "can_join_groups",
    "can_read_all_group_messages",
    "supports_inline_queries",
    "supports_guest_queries",
    "can_connect_to_business",
    "has_main_web_app",
    "has_topics_enabled",
    "allows_users_to_create_topics",
    "can_manage_bots",
}
PERMISSIONS = {
    "can_send_messages",
    "can_send_media_messages",
    "can_send_audios",
    "can_send_documents",
    "can_send_photos",
    "can_send_videos",
    "can_send_video_notes",
    "can_send_voice_notes",
    "can_send_polls",
    "can_send_other_messages",
    "can_add_web_page_previews",
    "can_react_to_messages",
    "can_edit_tag",
    "can_change_info",
    "can_invite_users",
    "can_pin_messages",
    "can_manage_topics",
}


async def test_a_bot_knows_its_flags(bot: RawBot) -> None:
    me = (await bot("getMe")).result
    assert {name for name, value in me.items() if isinstance(value, bool)} == FLAGS | {"is_bot"}
    sender = (await bot("sendMessage", chat_id=1, text="x")).result["from"]
    assert sender.keys().isdisjoint(FLAGS)


@pytest.mark.parametrize("chat_id", [-5, -1005])
async def test_a_group_tells_what_its_members_may(bot: RawBot, chat: SandboxClient, chat_id: int) -> None:
    await chat.add_chat(chat_id, "Guild", [1])
    full = (await bot("getChat", chat_id=chat_id)).result
    assert full["permissions"] == dict.fromkeys(PERMISSIONS, True)
    assert "permissions" not in (await bot("sendMessage", chat_id=chat_id, text="x")).result["chat"]


async def test_a_person_has_no_permissions(bot: RawBot) -> None:
    full = (await bot("getChat", chat_id=1)).result
    assert "permissions" not in full
    assert full["can_send_gift"] is True


async def test_a_small_group_is_told_of_in_telegrams_old_way(bot: RawBot, chat: SandboxClient) -> None:
    await chat.add_chat(-5, "Guild", [1])
    of_message = (await bot("sendMessage", chat_id=-5, text="x")).result["chat"]
    assert of_message["all_members_are_administrators"] is True
    assert set(of_message["accepted_gift_types"].values()) == {False}


@pytest.mark.parametrize("method", ["sendLocation", "sendVenue"])
async def test_places_have_six_decimals(bot: RawBot, method: str) -> None:
    given = {"latitude": 48.858_400_49, "longitude": -2.294_500_51}
    venue = {"title": "x", "address": "y"} if method == "sendVenue" else {}
    sent = (await bot(method, chat_id=1, **given, **venue)).result
    assert sent["location"] == {"latitude": 48.8584, "longitude": -2.294501}


async def test_no_accuracy_is_told_where_it_is_perfect(bot: RawBot) -> None:
    sent = (await bot("sendLocation", chat_id=1, **POINT_NEMO, horizontal_accuracy=0)).result
    assert sent["location"] == POINT_NEMO
