"""Members of a chat in the Bot API's shape."""

from telegram_sandbox.world.model import Group, Json, User

_RIGHTS = (
    "can_manage_chat",
    "can_change_info",
    "can_delete_messages",
    "can_invite_users",
    "can_restrict_members",
    "can_pin_messages",
    "can_manage_video_chats",
    "can_post_stories",
    "can_edit_stories",
    "can_delete_stories",
    "can_send_welcome_messages",
    "can_manage_tags",
)


def member_json(chat: User | Group, user: Json, status: str) -> Json:
    """Administrators have every right but to make others: the sandbox knows no finer ones."""
    member: Json = {"user": user, "status": status}
    if status == "kicked":
        return member | {"until_date": 0}
    if status == "creator":
        return member | {"is_anonymous": False}
    if status != "administrator":
        return member
    rights = dict.fromkeys(_RIGHTS, True) | {"can_promote_members": False, "is_anonymous": False}
    topics = {"can_manage_topics": True} if isinstance(chat, Group) and chat.type == "supergroup" else {}
    return member | {"can_be_edited": False} | rights | topics


def change_json(chat: Json, by: Json, old: Json, new: Json, *, now: int) -> Json:
    """`my_chat_member` and `chat_member`."""
    return {"chat": chat, "from": by, "date": now, "old_chat_member": old, "new_chat_member": new}
