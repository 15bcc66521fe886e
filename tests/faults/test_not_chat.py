"""What is not chat: every kind of service message and of update is ignored by kind, and the menu stays."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiogram import Bot
from aiogram.enums import ContentType
from aiogram.methods import DeleteMessage, EditMessageText, GetUpdates, SendMessage
from aiogram.types import Message, Update
from redis.asyncio import Redis
from sqlalchemy.ext.asyncio import AsyncEngine

from apps.game_core.settings import CoreSettings
from bot.callbacks.buttons import Open, ScreenName
from bot.incoming.polling import Polling
from bot.incoming.reading import read
from bot.middlewares.kinds import WRITTEN
from telegram_sandbox.aiogram_bridge import RecordingBot
from tests.support.raw_updates import FedBot, Raw, fed_bot, message, person, private, shown, tap

ANN, BOB = person(11), person(12)
GROUP: Raw = {"id": -100_600, "type": "supergroup", "title": "G"}
NOW = int(time.time())
PHOTO: list[Raw] = [{"file_id": "f", "file_unique_id": "u", "width": 1, "height": 1}]
GIFT: Raw = {"id": "g", "sticker": {}, "star_count": 1}
TASK: Raw = {"id": 1, "text": "x"}

# One of each, from the Bot API's list of a message's fields.
SERVICE: dict[str, Raw] = {
    "pinned_message": {"pinned_message": shown(5, private(ANN))},
    "pinned inaccessible": {"pinned_message": {"message_id": 5, "date": 0, "chat": private(ANN)}},
    "message_auto_delete_timer_changed": {
        "message_auto_delete_timer_changed": {"message_auto_delete_time": 60}
    },
    "new_chat_members": {"new_chat_members": [BOB]},
    "left_chat_member": {"left_chat_member": BOB},
    "new_chat_title": {"new_chat_title": "T"},
    "new_chat_photo": {"new_chat_photo": PHOTO},
    "delete_chat_photo": {"delete_chat_photo": True},
    "group_chat_created": {"group_chat_created": True},
    "supergroup_chat_created": {"supergroup_chat_created": True},
    "channel_chat_created": {"channel_chat_created": True},
    "migrate_to_chat_id": {"migrate_to_chat_id": -100_7},
    "migrate_from_chat_id": {"migrate_from_chat_id": -7},
    "successful_payment": {
        "successful_payment": {
            "currency": "XTR",
            "total_amount": 1,
            "invoice_payload": "x",
            "telegram_payment_charge_id": "1",
            "provider_payment_charge_id": "1",
        }
    },
    "refunded_payment": {
        "refunded_payment": {
            "currency": "XTR",
            "total_amount": 1,
            "invoice_payload": "x",
            "telegram_payment_charge_id": "1",
        }
    },
    "users_shared": {"users_shared": {"request_id": 1, "users": [{"user_id": 5}]}},
    "chat_shared": {"chat_shared": {"request_id": 1, "chat_id": 5}},
    "connected_website": {"connected_website": "example.org"},
    "write_access_allowed": {"write_access_allowed": {"from_attachment_menu": True}},
    "proximity_alert_triggered": {
        "proximity_alert_triggered": {"traveler": ANN, "watcher": BOB, "distance": 1}
    },
    "boost_added": {"boost_added": {"boost_count": 1}},
    "chat_background_set": {"chat_background_set": {"type": {"type": "chat_theme", "theme_name": "x"}}},
    "checklist_tasks_done": {"checklist_tasks_done": {"marked_as_done_task_ids": [1]}},
    "checklist_tasks_added": {"checklist_tasks_added": {"tasks": [TASK]}},
    "direct_message_price_changed": {"direct_message_price_changed": {"are_direct_messages_enabled": True}},
    "forum_topic_created": {"forum_topic_created": {"name": "T", "icon_color": 7322096}},
    "forum_topic_edited": {"forum_topic_edited": {"name": "T"}},
    "forum_topic_closed": {"forum_topic_closed": {}},
    "forum_topic_reopened": {"forum_topic_reopened": {}},
    "general_forum_topic_hidden": {"general_forum_topic_hidden": {}},
    "general_forum_topic_unhidden": {"general_forum_topic_unhidden": {}},
    "giveaway_created": {"giveaway_created": {}},
    "giveaway": {"giveaway": {"chats": [GROUP], "winners_selection_date": NOW, "winner_count": 1}},
    "giveaway_winners": {
        "giveaway_winners": {
            "chat": GROUP,
            "giveaway_message_id": 1,
            "winners_selection_date": NOW,
            "winner_count": 1,
            "winners": [BOB],
        }
    },
    "giveaway_completed": {"giveaway_completed": {"winner_count": 1}},
    "paid_message_price_changed": {"paid_message_price_changed": {"paid_message_star_count": 1}},
    "video_chat_scheduled": {"video_chat_scheduled": {"start_date": NOW}},
    "video_chat_started": {"video_chat_started": {}},
    "video_chat_ended": {"video_chat_ended": {"duration": 1}},
    "video_chat_participants_invited": {"video_chat_participants_invited": {"users": [BOB]}},
    "web_app_data": {"web_app_data": {"data": "x", "button_text": "x"}},
    "a kind of next year": {"teleported": {"to": "x"}},
}
MEMBER = {"chat": GROUP, "from": ANN, "date": NOW}
LEFT, JOINED = {"status": "left", "user": ANN}, {"status": "member", "user": ANN}
UPDATES: dict[str, Raw] = {
    "edited_message": message(ANN, text="/inventory", edit_date=NOW),
    "channel_post": {
        "message_id": 1,
        "date": NOW,
        "chat": {"id": -100_9, "type": "channel"},
        "text": "/start",
    },
    "edited_channel_post": {
        "message_id": 1,
        "date": NOW,
        "edit_date": NOW,
        "chat": {"id": -100_9, "type": "channel"},
        "text": "/start",
    },
    "business_message": message(ANN, text="/start", business_connection_id="b"),
    "edited_business_message": message(ANN, text="/start", business_connection_id="b", edit_date=NOW),
    "deleted_business_messages": {
        "business_connection_id": "b",
        "chat": private(ANN),
        "message_ids": [1],
    },
    "message_reaction": MEMBER | {"message_id": 1, "user": ANN, "old_reaction": [], "new_reaction": []},
    "message_reaction_count": {"chat": GROUP, "message_id": 1, "date": NOW, "reactions": []},
    "inline_query": {"id": "1", "from": ANN, "query": "x", "offset": ""},
    "chosen_inline_result": {"result_id": "1", "from": ANN, "query": "x"},
    "poll": {
        "id": "1",
        "question": "x",
        "options": [],
        "total_voter_count": 0,
        "is_closed": True,
        "is_anonymous": True,
        "type": "regular",
        "allows_multiple_answers": False,
        "allows_revoting": False,
        "members_only": False,
    },
    "poll_answer": {"poll_id": "1", "user": ANN, "option_ids": [0], "option_persistent_ids": ["a"]},
    "my_chat_member": MEMBER | {"old_chat_member": LEFT, "new_chat_member": JOINED},
    "chat_member": MEMBER | {"old_chat_member": LEFT, "new_chat_member": JOINED},
    "chat_join_request": MEMBER | {"user_chat_id": ANN["id"]},
}


@pytest.fixture
async def bot(settings: CoreSettings, database: AsyncEngine, redis: Redis) -> AsyncIterator[FedBot]:
    async with fed_bot(settings) as fed:
        yield fed


async def test_fault_57_service_messages_are_ignored(bot: FedBot) -> None:
    await bot.feed(message=message(ANN, text="/start"))

    answered = {}
    for name, fields in SERVICE.items():
        for chat in (private(ANN), GROUP):
            answered[name, chat["type"]] = await bot.feed(message=message(ANN, chat, **fields))

    assert {what: calls for what, calls in answered.items() if calls} == {}


async def test_fault_57_updates_of_other_kinds_are_ignored(bot: FedBot) -> None:
    answered = {name: await bot.feed(**{name: fields}) for name, fields in UPDATES.items()}

    assert {what: calls for what, calls in answered.items() if calls} == {}
    assert not await bot.is_known(ANN["id"])


def test_fault_57_every_kind_is_either_written_or_tried() -> None:
    """A kind that the library learns has to be put on one of the two sides."""
    not_tried = {  # their values are long, and the allow-list needs no example of each
        ContentType.ANY,
        ContentType.UNKNOWN,
        ContentType.CHAT_OWNER_CHANGED,
        ContentType.CHAT_OWNER_LEFT,
        ContentType.COMMUNITY_CHAT_ADDED,
        ContentType.COMMUNITY_CHAT_JOINED,
        ContentType.COMMUNITY_CHAT_REMOVED,
        ContentType.GIFT,
        ContentType.GIFT_UPGRADE_SENT,
        ContentType.MANAGED_BOT_CREATED,
        ContentType.PASSPORT_DATA,
        ContentType.POLL_OPTION_ADDED,
        ContentType.POLL_OPTION_DELETED,
        ContentType.SUGGESTED_POST_APPROVAL_FAILED,
        ContentType.SUGGESTED_POST_APPROVED,
        ContentType.SUGGESTED_POST_DECLINED,
        ContentType.SUGGESTED_POST_PAID,
        ContentType.SUGGESTED_POST_REFUNDED,
        ContentType.UNIQUE_GIFT,
        ContentType.USER_SHARED,
    }
    tried = {Message.model_validate(message(ANN, **fields)).content_type for fields in SERVICE.values()}

    assert set(ContentType) == WRITTEN | tried | not_tried
    assert WRITTEN.isdisjoint(tried | not_tried)


@pytest.mark.parametrize("name", UPDATES)
def test_fault_57_the_updates_that_are_tried_are_ones(name: str) -> None:
    Update.model_validate({"update_id": 1, name: UPDATES[name]})


async def test_fault_57_a_pinned_menu_stays_and_a_deleted_one_is_replaced(bot: FedBot) -> None:
    def menus(calls: list[Any], kind: type[Any]) -> list[Any]:
        return [call for call in calls if isinstance(call, kind)]

    await bot.feed(message=message(ANN, text="/start"))
    [sent] = menus(await bot.feed(message=message(ANN, text="/inventory")), SendMessage)
    live = (await menu_memory(bot))["message_id"]
    assert sent.text

    assert await bot.feed(message=message(ANN, pinned_message=shown(live, private(ANN)))) == []
    backpack = Open(screen=ScreenName.BACKPACK, owner=ANN["id"]).pack()
    calls = await bot.feed(callback_query=tap(ANN, backpack, shown(live, private(ANN))))
    assert [edit.message_id for edit in menus(calls, EditMessageText)] == [live]
    assert not menus(calls, SendMessage)

    bot.refuse(EditMessageText, "Bad Request: message to edit not found")
    main = Open(screen=ScreenName.MAIN, owner=ANN["id"]).pack()
    calls = await bot.feed(callback_query=tap(ANN, main, shown(live, private(ANN))))
    assert len(menus(calls, SendMessage)) == 1
    assert [gone.message_id for gone in menus(calls, DeleteMessage)] == [live]


async def menu_memory(bot: FedBot) -> dict[str, Any]:
    context = bot.process.dispatcher.fsm.get_context(bot.process.bot, ANN["id"], ANN["id"], destiny="menu")
    return await context.get_data()


POISON: dict[str, Raw] = {
    "a poll of an older server": {"poll": {"id": "1", "question": "x", "options": []}},
    "an origin of next year": {"forward_origin": {"type": "dream", "date": 1}},
    "a field of another type": {"text": {"rich": "x"}},
    "a kind of chat of next year": {"chat": {"type": "private"}},
}


@pytest.mark.parametrize("what", POISON)
async def test_fault_57_an_update_that_cannot_be_read_keeps_nobody_else_away(
    bot: FedBot, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    given: list[Raw] = [
        {"update_id": 1, "message": message(ANN, text="/start")},
        {"update_id": 2, "message": message(BOB, text="hi") | POISON[what]},
        {"update_id": 3, "message": message(BOB, text="/start")},
    ]
    polling = Polling(bot.process.bot, bot.process.dispatcher)
    confirmed: list[int | None] = []

    async def answer(_: Bot, method: GetUpdates, **__: Any) -> list[Update]:
        confirmed.append(method.offset)
        left = [each for each in given if each["update_id"] >= (method.offset or 0)]
        if not left:
            polling.stop()
        content = json.dumps({"ok": True, "result": left})
        checked = bot.session.check_response(bot.process.bot, method, 200, content)
        return checked.result or []

    whole = type(bot.process.bot).__call__

    async def call(self: Bot, method: Any, **options: Any) -> Any:
        asked = answer if isinstance(method, GetUpdates) else whole
        return await asked(self, method, **options)

    monkeypatch.setattr(type(bot.process.bot), "__call__", call)
    async with asyncio.timeout(20):
        await polling.run()

    assert confirmed[-1] == 4
    assert await bot.is_known(ANN["id"])
    assert await bot.is_known(BOB["id"])


@pytest.mark.parametrize("what", POISON)
def test_fault_57_a_webhook_takes_what_cannot_be_read_but_not_what_is_no_update(what: str) -> None:
    unread = read({"update_id": 2, "message": message(BOB, text="hi") | POISON[what]}, RecordingBot())

    assert unread == Update(update_id=2)
    nothings: tuple[Any, ...] = ({"message": 5}, {"update_id": "x"}, [], None, 5)
    for nothing in nothings:
        with pytest.raises(ValueError, match="validation error"):
            read(nothing, RecordingBot())
