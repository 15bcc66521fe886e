"""The world's values as JSON: for the bot in the Bot API's shape, for people in the control interface's."""

from apps.sandbox.cards import card_html, gist
from apps.sandbox.html_render import render_html
from apps.sandbox.model import BotRecord, Group, Json, Message, Photo, User
from apps.sandbox.photos import sizes


def names_json(user: User) -> Json:
    """Most people have no user name and many no last name; the fields are not there then."""
    names = {"first_name": user.first_name, "last_name": user.last_name, "username": user.username}
    return {field: name for field, name in names.items() if name is not None}


def user_json(user: User) -> Json:
    return {"id": user.id, "is_bot": False, **names_json(user), "language_code": user.language_code}


def chat_json(chat: User | Group) -> Json:
    if isinstance(chat, User):
        return {"id": chat.id, "type": "private", **names_json(chat)}
    return {"id": chat.id, "type": chat.type, "title": chat.title}


def membership_json(user: User, bot: BotRecord, *, now: int) -> Json:
    """`my_chat_member` of a private chat: the user has blocked the bot, or lets it in again."""
    member, banned = (
        {"status": "member", "user": bot.user},
        {"status": "kicked", "user": bot.user, "until_date": 0},
    )
    old, new = (member, banned) if user.blocked else (banned, member)
    return {
        "chat": chat_json(user),
        "from": user_json(user),
        "date": now,
        "old_chat_member": old,
        "new_chat_member": new,
    }


def full_chat_json(chat: User | Group) -> Json:
    gifts = (
        "unlimited_gifts",
        "limited_gifts",
        "unique_gifts",
        "premium_subscription",
        "gifts_from_channels",
    )
    return chat_json(chat) | {
        "accent_color_id": 0,
        "max_reaction_count": 11,
        "accepted_gift_types": dict.fromkeys(gifts, False),
    }


def bot_json(bot: BotRecord, *, privacy_mode: bool) -> Json:
    return bot.user | {
        "can_join_groups": True,
        "can_read_all_group_messages": not privacy_mode,
        "supports_inline_queries": False,
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
    view: Json = {
        "message_id": message.message_id,
        "from": sender,
        "chat": chat,
        "date": message.date,
    }
    if message.edit_date is not None:
        view["edit_date"] = message.edit_date
    text, entities = ("caption", "caption_entities") if message.photo else ("text", "entities")
    if message.photo:
        view["photo"] = photo_json(message.photo)
    for kind in ("contact", "location", "venue"):
        if content := getattr(message, kind):
            view[kind] = content
    if message.text:
        view[text] = message.text
    if message.entities:
        view[entities] = message.entities
    if message.inline_keyboard:
        view["reply_markup"] = message.inline_keyboard
    return view


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
        "mentions": [entity["user"]["id"] for entity in message.entities if "user" in entity],
        "reply_markup": message.reply_markup,
        "edits": message.edits,
    }


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
        "migrated_to": group.migrated_to,
    }
