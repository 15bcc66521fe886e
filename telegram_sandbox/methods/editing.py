import time

from aiogram.methods import (
    DeleteMessage,
    DeleteMessages,
    EditMessageCaption,
    EditMessageMedia,
    EditMessageReplyMarkup,
    EditMessageText,
)
from aiogram.types import InputMediaPhoto

from telegram_sandbox.errors import BadRequestError
from telegram_sandbox.methods.call import Call, parse_mode
from telegram_sandbox.rules.botapi_rules import caption_text, message_ids, message_text
from telegram_sandbox.rules.keyboards import inline_keyboard
from telegram_sandbox.rules.previews import without_preview
from telegram_sandbox.text.formatted_text import FormattedText
from telegram_sandbox.world.access import RULING
from telegram_sandbox.world.model import Group, Json, Message, Photo, User

NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same"
    " as a current content and reply markup of the message"
)
DELETABLE_FOR = 48 * 60 * 60


def edit_message_text(call: Call, method: EditMessageText) -> Json:
    if method.rich_message is not None:
        raise BadRequestError("rich messages are known but not simulated by the sandbox")
    formatted = message_text(method.text, parse_mode(method.parse_mode), method.entities)
    markup = inline_keyboard(method.reply_markup)
    message = call.own_message(method)
    if message.photo or message.location:
        raise BadRequestError("there is no text in the message to edit")
    bare = without_preview(method, formatted)
    return _change(call, message, formatted, markup, None, without_preview=bare)


def edit_message_caption(call: Call, method: EditMessageCaption) -> Json:
    caption = caption_text(method.caption, parse_mode(method.parse_mode), method.caption_entities)
    markup = inline_keyboard(method.reply_markup)
    message = call.own_message(method)
    if not message.photo:
        raise BadRequestError("there is no caption in the message to edit")
    return _change(call, message, caption, markup, message.photo)


def edit_message_media(call: Call, method: EditMessageMedia) -> Json:
    media = method.media
    if not isinstance(media, InputMediaPhoto):
        raise BadRequestError(f"media of type {media.type} is known but not simulated by the sandbox")
    caption = caption_text(media.caption, parse_mode(media.parse_mode), media.caption_entities)
    markup = inline_keyboard(method.reply_markup)
    message = call.own_message(method)
    if message.location:
        raise BadRequestError("there is no media in the message to edit")
    return _change(call, message, caption, markup, call.photo(str(media.media)))


def edit_message_reply_markup(call: Call, method: EditMessageReplyMarkup) -> Json:
    markup = inline_keyboard(method.reply_markup)
    message = call.own_message(method)
    current = FormattedText(message.text, tuple(message.entities))
    return _change(call, message, current, markup, message.photo, without_preview=message.without_preview)


def _change(
    call: Call,
    message: Message,
    formatted: FormattedText,
    markup: Json | None,
    photo: Photo | None,
    *,
    without_preview: bool = False,
) -> Json:
    new = (formatted.text, list(formatted.entities), markup, photo, without_preview)
    old = (message.text, message.entities, message.inline_keyboard, message.photo, message.without_preview)
    if new == old:
        raise BadRequestError(NOT_MODIFIED)
    message.text, message.entities, message.reply_markup, message.photo, message.without_preview = new
    message.edits += 1
    message.edit_date = int(time.time())
    call.world.message_changed(call.bot, message)
    return call.world.message_view(call.bot, message)


def delete_message(call: Call, method: DeleteMessage) -> bool:
    chat = call.chat(method.chat_id)
    message = call.bot.message(chat.id, method.message_id)
    if message is None:
        raise BadRequestError("message to delete not found")
    if not _deletable(call, chat, message):
        raise BadRequestError("message can't be deleted for everyone")
    _delete(call, message)
    return True


def delete_messages(call: Call, method: DeleteMessages) -> bool:
    chat = call.chat(method.chat_id)
    for message_id in message_ids(method.message_ids):
        message = call.bot.message(chat.id, message_id)
        if message is not None and _deletable(call, chat, message):
            _delete(call, message)
    return True


def _deletable(call: Call, chat: User | Group, message: Message) -> bool:
    """A bot that is no administrator deletes its own messages in groups, and any in private chats.

    What began a topic goes only with the topic.
    """
    if message.service and "forum_topic_created" in message.service:
        return False
    mine = message.sender_id == call.bot.id or isinstance(chat, User) or call.bot.status_in(chat.id) in RULING
    return mine and time.time() - message.date < DELETABLE_FOR


def _delete(call: Call, message: Message) -> None:
    del call.bot.chat(message.chat_id).messages[message.message_id]
    call.world.message_deleted(call.bot, message.chat_id, message.message_id)
