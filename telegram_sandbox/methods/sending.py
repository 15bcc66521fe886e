from typing import Any

from aiogram.methods import SendChatAction, SendLocation, SendMessage, SendPhoto, SendVenue

from telegram_sandbox.chats.replies import Sender
from telegram_sandbox.methods.call import Call, parse_mode
from telegram_sandbox.rules.botapi_rules import caption_text, chat_action, message_text
from telegram_sandbox.rules.keyboards import check_place, reply_markup
from telegram_sandbox.rules.previews import without_preview
from telegram_sandbox.text.formatted_text import FormattedText
from telegram_sandbox.world.cards import location_json, venue_json
from telegram_sandbox.world.model import GENERAL, Json, User
from telegram_sandbox.world.views import names_json

Sending = SendMessage | SendPhoto | SendLocation | SendVenue


def send_message(call: Call, method: SendMessage) -> Json:
    formatted = message_text(method.text, parse_mode(method.parse_mode), method.entities)
    return _send(call, method, formatted, without_preview=without_preview(method, formatted))


def send_photo(call: Call, method: SendPhoto) -> Json:
    caption = caption_text(method.caption, parse_mode(method.parse_mode), method.caption_entities)
    photo = call.photo(str(method.photo))
    return _send(call, method, caption, photo=photo)


def send_location(call: Call, method: SendLocation) -> Json:
    return _send(call, method, FormattedText(""), location=location_json(method))


def send_venue(call: Call, method: SendVenue) -> Json:
    venue = venue_json(method)
    return _send(call, method, FormattedText(""), location=venue["location"], venue=venue)


def _send(call: Call, method: Sending, formatted: FormattedText, **content: Any) -> Json:
    markup = reply_markup(method.reply_markup)
    chat = call.chat(method.chat_id)
    check_place(method.reply_markup, is_private=isinstance(chat, User))
    place = Sender(call.world, call.bot, chat).place(method)
    call.world.open_for_sending(call.bot, chat)
    message = call.bot.add_message(
        chat.id,
        call.bot.id,
        text=formatted.text,
        entities=_known_mentions(call, formatted),
        reply_markup=markup,
        **place,
        **content,
    )
    call.world.message_changed(call.bot, message)
    return call.world.message_view(call.bot, message)


def _known_mentions(call: Call, formatted: FormattedText) -> list[Json]:
    """Telegram keeps a mention by id only of a user the bot has met."""
    kept = []
    for entity in formatted.entities:
        if entity["type"] != "text_mention":
            kept.append(entity)
        elif user := call.world.users.get(entity["user"]["id"]):
            met = {"id": user.id, "is_bot": False, **names_json(user)}
            kept.append(entity | {"user": met})
    return kept


def send_chat_action(call: Call, method: SendChatAction) -> bool:
    action = chat_action(method.action)
    chat = call.chat(method.chat_id)
    # Unlike messages, actions name General as topic 1.
    named = None if method.message_thread_id == GENERAL else method.message_thread_id
    thread = Sender(call.world, call.bot, chat).thread(named)
    shown = {"bot_id": call.bot.id, "chat_id": chat.id, "thread_id": thread, "action": action}
    call.world.events.publish("action", lambda: shown)
    return True
