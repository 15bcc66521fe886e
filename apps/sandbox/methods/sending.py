from typing import Any

from aiogram.methods import SendChatAction, SendLocation, SendMessage, SendPhoto, SendVenue
from aiogram.types import ReplyParameters

from apps.sandbox.botapi_rules import caption_text, chat_action, message_text
from apps.sandbox.cards import location_json, venue_json
from apps.sandbox.errors import BadRequestError
from apps.sandbox.formatted_text import FormattedText
from apps.sandbox.keyboards import check_place, reply_markup
from apps.sandbox.methods.call import Call, parse_mode
from apps.sandbox.model import Json, User
from apps.sandbox.previews import without_preview
from apps.sandbox.views import names_json

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
    reply_to = _reply_to(call, chat.id, method)
    call.world.open_for_sending(call.bot, chat)
    message = call.bot.add_message(
        chat.id,
        call.bot.id,
        text=formatted.text,
        entities=_known_mentions(call, formatted),
        reply_markup=markup,
        reply_to=reply_to,
        **content,
    )
    call.world.message_changed(call.bot, message)
    view = call.world.message_view(call.bot, message)
    answered = call.bot.message(chat.id, reply_to) if reply_to is not None else None
    return view | {"reply_to_message": call.world.message_view(call.bot, answered)} if answered else view


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


def _reply_to(call: Call, chat_id: int, method: Sending) -> int | None:
    wanted = method.reply_parameters or _legacy_reply(method)
    if wanted is None:
        return None
    if call.bot.message(chat_id, wanted.message_id or 0) is not None:
        return wanted.message_id
    if wanted.allow_sending_without_reply is True:
        return None
    raise BadRequestError("message to be replied not found")


def _legacy_reply(method: Sending) -> ReplyParameters | None:
    if method.reply_to_message_id is None:
        return None
    lenient = method.allow_sending_without_reply
    return ReplyParameters(message_id=method.reply_to_message_id, allow_sending_without_reply=lenient)


def send_chat_action(call: Call, method: SendChatAction) -> bool:
    action = chat_action(method.action)
    chat = call.chat(method.chat_id)
    shown = {"bot_id": call.bot.id, "chat_id": chat.id, "action": action}
    call.world.events.publish("action", lambda: shown)
    return True
