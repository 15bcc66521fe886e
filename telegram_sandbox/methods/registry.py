from collections.abc import Callable
from typing import Any

from aiogram import methods as api
from aiogram.methods import TelegramMethod

from telegram_sandbox.methods import editing, forum, membership, profile, sending, updates
from telegram_sandbox.methods.call import Call

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
    api.GetChatMember: membership.get_chat_member,
    api.GetChatAdministrators: membership.get_chat_administrators,
    api.GetChatMemberCount: membership.get_chat_member_count,
    api.LeaveChat: membership.leave_chat,
    api.CreateForumTopic: forum.create_forum_topic,
    api.EditForumTopic: forum.edit_forum_topic,
    api.CloseForumTopic: forum.close_forum_topic,
    api.ReopenForumTopic: forum.reopen_forum_topic,
    api.DeleteForumTopic: forum.delete_forum_topic,
    api.EditGeneralForumTopic: forum.edit_forum_topic,
    api.CloseGeneralForumTopic: forum.close_forum_topic,
    api.ReopenGeneralForumTopic: forum.reopen_forum_topic,
    api.HideGeneralForumTopic: forum.hide_general_forum_topic,
    api.UnhideGeneralForumTopic: forum.unhide_general_forum_topic,
}

__all__ = ["SIMULATED", "Call", "Handler"]
