"""Service messages in words, for the chat page."""

from collections.abc import Callable

from telegram_sandbox.world.model import Json, Message

_TOPICS = {
    "forum_topic_created": "{who} began the topic “{name}”",
    "forum_topic_edited": "{who} renamed the topic “{name}”",
    "forum_topic_closed": "{who} closed the topic",
    "forum_topic_reopened": "{who} reopened the topic",
    "general_forum_topic_hidden": "{who} hid the topic General",
    "general_forum_topic_unhidden": "{who} showed the topic General again",
    "new_chat_title": "{who} named the group “{name}”",
}


def notice(message: Message, name: Callable[[int], str]) -> str:
    """`name` tells what somebody is called, by id."""
    service = message.service or {}
    who = name(message.sender_id)
    if joined := service.get("new_chat_members"):
        others = ", ".join(name(each) for each in joined if each != message.sender_id)
        return f"{who} added {others}" if others else f"{who} joined the group"
    if (left := service.get("left_chat_member")) is not None:
        return f"{who} left the group" if left == message.sender_id else f"{who} removed {name(left)}"
    kind, content = next(iter(service.items()), ("", {}))
    return _TOPICS.get(kind, kind).format(who=who, name=_named(content))


def _named(content: Json | str) -> str:
    return content if isinstance(content, str) else str(content.get("name", ""))
