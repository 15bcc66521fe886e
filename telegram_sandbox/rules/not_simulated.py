"""Parameters that Telegram knows and the sandbox does nothing with: refused, lest they look as if done."""

from collections.abc import Iterator
from typing import Any

from aiogram.methods import TelegramMethod
from aiogram.types import LinkPreviewOptions, ReplyParameters

_NOTHING_DONE = frozenset(
    {
        "allow_paid_broadcast",
        "business_connection_id",
        "cache_time",
        "certificate",
        "direct_messages_topic_id",
        "ephemeral_message_parameters",
        "has_spoiler",
        "ip_address",
        "message_effect_id",
        "protect_content",
        "receiver_user_id",
        "show_caption_above_media",
        "suggested_post_parameters",
    }
)
# Of methods that mean something else by the same name.
_OF_ONE = {
    "createForumTopic": {"icon_custom_emoji_id"},
    "editForumTopic": {"icon_custom_emoji_id"},
    "getChatAdministrators": {"return_bots"},
    "sendMessage": {"callback_query_id"},
    "sendPhoto": {"callback_query_id"},
    "sendVenue": {"callback_query_id"},
    "sendLocation": {"callback_query_id", "heading", "live_period", "proximity_alert_radius"},
}
_SIMULATED_REPLIES = {
    "message_id",
    "chat_id",
    "allow_sending_without_reply",
    "quote",
    "quote_parse_mode",
    "quote_entities",
    "quote_position",
}
_REPLIES = frozenset(ReplyParameters.model_fields) - _SIMULATED_REPLIES
_PREVIEWS = frozenset(LinkPreviewOptions.model_fields) - {"is_disabled"}


def not_simulated(method: TelegramMethod[Any]) -> Iterator[str]:
    """Paths of what was given. What only confirms how things are, like `protect_content` false, is none."""
    names = _NOTHING_DONE | _OF_ONE.get(method.__api_method__, set())
    yield from (name for name in sorted(names & method.model_fields_set) if getattr(method, name))
    reply = getattr(method, "reply_parameters", None)
    if isinstance(reply, ReplyParameters):
        yield from _given(reply, _REPLIES, "reply_parameters")
    preview = getattr(method, "link_preview_options", None)
    if isinstance(preview, LinkPreviewOptions) and preview.is_disabled is not True:
        yield from _given(preview, _PREVIEWS, "link_preview_options")


def _given(value: Any, names: frozenset[str], where: str) -> Iterator[str]:
    yield from (f"{where}.{name}" for name in sorted(names & value.model_fields_set) if getattr(value, name))
