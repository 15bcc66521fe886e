from collections.abc import Callable
from typing import Any

from aiogram import methods as api
from aiogram.methods import TelegramMethod

from apps.sandbox.methods import editing, profile, sending, updates
from apps.sandbox.methods.call import Call

Handler = Callable[[Call, Any], Any]

SIMULATED: dict[type[TelegramMethod[Any]], Handler] = {
    api.GetMe: profile.get_me,
    api.GetUpdates: updates.get_updates,
    api.SetWebhook: updates.set_webhook,
    api.DeleteWebhook: updates.delete_webhook,
    api.GetWebhookInfo: updates.get_webhook_info,
    api.SendMessage: sending.send_message,
    api.SendPhoto: sending.send_photo,
    api.SendLocation: sending.send_location,
    api.SendVenue: sending.send_venue,
    api.SendChatAction: sending.send_chat_action,
    api.EditMessageText: editing.edit_message_text,
    api.EditMessageCaption: editing.edit_message_caption,
    api.EditMessageMedia: editing.edit_message_media,
    api.EditMessageReplyMarkup: editing.edit_message_reply_markup,
    api.DeleteMessage: editing.delete_message,
    api.DeleteMessages: editing.delete_messages,
    api.AnswerCallbackQuery: profile.answer_callback_query,
    api.SetMyCommands: profile.set_my_commands,
    api.GetMyCommands: profile.get_my_commands,
    api.DeleteMyCommands: profile.delete_my_commands,
    api.GetChat: profile.get_chat,
}

__all__ = ["SIMULATED", "Call", "Handler"]
