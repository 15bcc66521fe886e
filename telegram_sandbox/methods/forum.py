from aiogram.methods import (
    CloseForumTopic,
    CloseGeneralForumTopic,
    CreateForumTopic,
    DeleteForumTopic,
    EditForumTopic,
    EditGeneralForumTopic,
    HideGeneralForumTopic,
    ReopenForumTopic,
    ReopenGeneralForumTopic,
    UnhideGeneralForumTopic,
)

from telegram_sandbox.chats.topics import COLOURS, UNKNOWN, Forum, topic_name
from telegram_sandbox.errors import BadRequestError
from telegram_sandbox.methods.call import Call
from telegram_sandbox.world.model import BLUE, GENERAL, Json, Topic, User

Turning = CloseForumTopic | ReopenForumTopic | CloseGeneralForumTopic | ReopenGeneralForumTopic
Hiding = HideGeneralForumTopic | UnhideGeneralForumTopic


def create_forum_topic(call: Call, method: CreateForumTopic) -> Json:
    forum = _forum(call, method.chat_id)
    if not forum.rules(call.bot.id):
        raise BadRequestError("not enough rights to create a topic")
    colour = method.icon_color or BLUE
    if colour not in COLOURS:
        raise BadRequestError("invalid icon color specified")
    topic = forum.create(call.bot.id, topic_name(method.name), colour)
    return {"message_thread_id": topic.id, "name": topic.name, "icon_color": topic.icon_color}


def edit_forum_topic(call: Call, method: EditForumTopic | EditGeneralForumTopic) -> bool:
    forum = _forum(call, method.chat_id)
    topic = _topic(forum, method)
    if not forum.may_turn(topic, call.bot.id):
        raise BadRequestError("not enough rights to edit the topic")
    if method.name:
        forum.rename(topic, call.bot.id, topic_name(method.name))
    return True


def close_forum_topic(call: Call, method: Turning) -> bool:
    return _turn(call, method, closed=True)


def reopen_forum_topic(call: Call, method: Turning) -> bool:
    return _turn(call, method, closed=False)


def _turn(call: Call, method: Turning, *, closed: bool) -> bool:
    forum = _forum(call, method.chat_id, is_group=True)
    topic = _topic(forum, method)
    if not forum.may_turn(topic, call.bot.id):
        raise BadRequestError("not enough rights to close or open the topic")
    forum.set_closed(topic, call.bot.id, closed=closed)
    return True


def hide_general_forum_topic(call: Call, method: Hiding) -> bool:
    return _hide(call, method, hidden=True)


def unhide_general_forum_topic(call: Call, method: Hiding) -> bool:
    return _hide(call, method, hidden=False)


def _hide(call: Call, method: Hiding, *, hidden: bool) -> bool:
    forum = _forum(call, method.chat_id, is_group=True)
    if not forum.rules(call.bot.id):
        raise BadRequestError("not enough rights to close or open the topic")
    forum.set_hidden(call.bot.id, hidden=hidden)
    return True


def delete_forum_topic(call: Call, method: DeleteForumTopic) -> bool:
    forum = _forum(call, method.chat_id)
    topic = _topic(forum, method)
    if topic.id == GENERAL:
        raise BadRequestError(UNKNOWN)
    if not forum.may_turn(topic, call.bot.id):
        raise BadRequestError("not enough rights to delete the topic")
    forum.delete(topic)
    return True


def _forum(call: Call, chat_id: int | str, *, is_group: bool = False) -> Forum:
    forum = Forum(call.world, call.bot, call.chat(chat_id))
    if not forum.is_one:
        raise BadRequestError("the chat is not a forum")
    if is_group and isinstance(forum.chat, User):
        raise BadRequestError("the chat is not a supergroup forum")
    return forum


def _topic(forum: Forum, method: object) -> Topic:
    """The one that the method names; General for those that are about it alone."""
    topic_id: int = getattr(method, "message_thread_id", GENERAL)
    if topic_id <= 0:
        raise BadRequestError("invalid forum topic identifier specified")
    if topic_id not in forum.topics:
        raise BadRequestError(UNKNOWN)
    return forum.topics[topic_id]
