"""The world's values as JSON: for the bot in the Bot API's shape, for people in the control interface's."""

from collections.abc import Callable

from telegram_sandbox.text.formatted_text import end_of, utf16_index
from telegram_sandbox.text.html_render import render_html
from telegram_sandbox.world.cards import card_html, full_name, gist
from telegram_sandbox.world.model import BotRecord, Group, Json, Message, Photo, User
from telegram_sandbox.world.photos import sizes

_NO_GIFTS = dict.fromkeys(
    ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels"), False
)
_SENT = (
    "messages",
    "media_messages",
    "audios",
    "documents",
    "photos",
    "videos",
    "video_notes",
    "voice_notes",
)
_PERMISSIONS = dict.fromkeys(
    (
        *(f"can_send_{what}" for what in (*_SENT, "polls", "other_messages")),
        "can_add_web_page_previews",
        "can_react_to_messages",
        "can_edit_tag",
        "can_change_info",
        "can_invite_users",
        "can_pin_messages",
        "can_manage_topics",
    ),
    True,
)
"""Of members: the sandbox restricts nobody."""
_NO_ABILITIES = (
    "supports_inline_queries",
    "supports_guest_queries",
    "can_connect_to_business",
    "has_main_web_app",
    "can_manage_bots",
)


def names_json(user: User) -> Json:
    """Most people have no user name and many no last name; the fields are not there then."""
    names = {"first_name": user.first_name, "last_name": user.last_name, "username": user.username}
    return {field: name for field, name in names.items() if name is not None}


def user_json(user: User) -> Json:
    return {"id": user.id, "is_bot": False, **names_json(user), "language_code": user.language_code}


def chat_json(chat: User | Group) -> Json:
    if isinstance(chat, User):
        return {"id": chat.id, "type": "private", **names_json(chat)}
    known = {"id": chat.id, "type": chat.type, "title": chat.title}
    if chat.type == "group":
        return known | {"all_members_are_administrators": True, "accepted_gift_types": _NO_GIFTS}
    return known | ({"is_forum": True} if chat.is_forum else {})


def service_json(service: Json, user: Callable[[int], Json]) -> Json:
    """The fields of a service message, with the people whom it keeps by id."""
    view = dict(service)
    if "new_chat_members" in view:
        view["new_chat_members"] = [user(each) for each in view["new_chat_members"]]
        # Names of old, which are still sent.
        view["new_chat_member"] = view["new_chat_participant"] = view["new_chat_members"][0]
    if "left_chat_member" in view:
        view["left_chat_member"] = view["left_chat_participant"] = user(view["left_chat_member"])
    return view


def full_chat_json(chat: User | Group) -> Json:
    own = {"can_send_gift": True} if isinstance(chat, User) else {"permissions": _PERMISSIONS}
    told = {"accent_color_id": 0, "max_reaction_count": 11, "accepted_gift_types": _NO_GIFTS}
    return chat_json(chat) | own | told


def bot_json(bot: BotRecord, *, privacy_mode: bool, private_topics: bool) -> Json:
    return bot.user | {
        "can_join_groups": True,
        "can_read_all_group_messages": not privacy_mode,
        **dict.fromkeys(_NO_ABILITIES, False),
        "has_topics_enabled": private_topics,
        "allows_users_to_create_topics": private_topics,
    }


def photo_json(photo: Photo) -> list[Json]:
    """The sizes of a photo, the smallest first."""
    return [
        {"file_id": size.file_id, "file_unique_id": size.file_id[-16:], **measures(size)}
        for size in sizes(photo)
    ]


def measures(photo: Photo) -> Json:
    known = {"file_size": photo.size} if photo.size else {}
    return {"width": photo.width, "height": photo.height, **known}


def message_json(message: Message, chat: Json, sender: Json) -> Json:
    text, entities = ("caption", "caption_entities") if message.photo else ("text", "entities")
    told = {
        "edit_date": message.edit_date,
        "message_thread_id": message.thread_id,
        "is_topic_message": message.is_topic_message,
        "photo": photo_json(message.photo) if message.photo else None,
        **{
            kind: getattr(message, kind)
            for kind in ("external_reply", "quote", "contact", "location", "venue")
        },
        text: message.text,
        entities: message.entities,
        "link_preview_options": {"is_disabled": True} if message.without_preview else None,
        "reply_markup": message.inline_keyboard,
    }
    always = {"message_id": message.message_id, "from": sender, "chat": chat, "date": message.date}
    return always | {name: value for name, value in told.items() if value}


def external_content(message: Message) -> Json:
    """What an answer in another chat tells of a message besides its text, which it does not."""
    content: Json = {"photo": photo_json(message.photo)} if message.photo else {}
    for kind in ("contact", "location", "venue"):
        if given := getattr(message, kind):
            content[kind] = given
    return content


def shown_message(message: Message, sender: str, *, from_bot: bool) -> Json:
    return {
        "message_id": message.message_id,
        "chat_id": message.chat_id,
        "from": {"id": message.sender_id, "name": sender, "is_bot": from_bot},
        "date": message.date,
        "edit_date": message.edit_date,
        "text": message.text,
        "html": card_html(message) or render_html(message.text, message.entities),
        "gist": gist(message),
        "photo": photo_json(message.photo)[-1] if message.photo else None,
        "reply_to": message.reply_to,
        "external": _answered_elsewhere(message.external_reply) if message.external_reply else None,
        "quote": message.quote["text"] if message.quote else None,
        "thread_id": message.thread_id if message.is_topic_message else None,
        "mentions": _mentioned(message),
        "reply_markup": message.reply_markup,
        "edits": message.edits,
    }


def _mentioned(message: Message) -> list[int | str]:
    """By id, or by user name as `@circe`."""
    found: list[int | str] = []
    for entity in message.entities:
        if "user" in entity:
            found.append(entity["user"]["id"])
        elif entity["type"] == "mention":
            begin, end = (utf16_index(message.text, at) for at in (entity["offset"], end_of(entity)))
            found.append(message.text[begin:end].lower())
    return found


def _answered_elsewhere(external: Json) -> Json:
    what = next((kind for kind in ("photo", "venue", "location", "contact") if kind in external), "message")
    return {"name": full_name(external["origin"]["sender_user"]), "gist": f"A {what} in another chat"}


def shown_user(user: User) -> Json:
    return {
        "id": user.id,
        "first_name": user.first_name,
        "last_name": user.last_name,
        "username": user.username,
        "language_code": user.language_code,
        "blocked": user.blocked,
    }


def shown_group(group: Group) -> Json:
    return {
        "id": group.id,
        "title": group.title,
        "type": group.type,
        "members": group.members,
        "owner": group.owner,
        "administrators": group.administrators,
        "banned": group.banned,
        "is_forum": group.is_forum,
        "migrated_to": group.migrated_to,
    }
