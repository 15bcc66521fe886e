"""The sandbox's world as plain data: what is kept in memory and written to the state file."""

from typing import Any

from msgspec import Struct, field

from telegram_sandbox.text.formatted_text import Entity

Json = dict[str, Any]

THIS_BOT = 0
"""Stands for the bot whose chat it is in kept values: it may not have connected yet."""
GENERAL = 1
"""The topic that every forum has, and that no message names."""
BLUE = 0x6FB9F0


class User(Struct, kw_only=True):
    id: int
    first_name: str
    last_name: str | None = None
    username: str | None = None
    language_code: str = "en"
    blocked: bool = False


class Group(Struct, kw_only=True):
    id: int
    title: str
    members: list[int] = field(default_factory=list)
    migrated_to: int | None = None
    owner: int | None = None
    administrators: list[int] = field(default_factory=list)
    banned: list[int] = field(default_factory=list)
    is_forum: bool = False

    @property
    def type(self) -> str:
        return "supergroup" if str(self.id).startswith("-100") else "group"

    def status_of(self, user_id: int) -> str:
        """As the Bot API calls it."""
        if user_id not in self.members:
            return "kicked" if user_id in self.banned else "left"
        if user_id == self.owner:
            return "creator"
        return "administrator" if user_id in self.administrators else "member"

    def rules(self, user_id: int) -> bool:
        return self.status_of(user_id) in {"creator", "administrator"}


class Photo(Struct, kw_only=True):
    file_id: str
    width: int
    height: int
    size: int


class Message(Struct, kw_only=True):
    message_id: int
    chat_id: int
    sender_id: int
    date: int
    text: str = ""
    entities: list[Entity] = field(default_factory=list)
    reply_markup: Json | None = None
    photo: Photo | None = None
    contact: Json | None = None
    location: Json | None = None
    venue: Json | None = None
    service: Json | None = None
    """Fields of a service message; people by id, this bot as THIS_BOT."""
    thread_id: int | None = None
    is_topic_message: bool = False
    external_reply: Json | None = None
    quote: Json | None = None
    reply_to: int | None = None
    without_preview: bool = False
    edit_date: int | None = None
    edits: int = 0

    @property
    def inline_keyboard(self) -> Json | None:
        markup = self.reply_markup
        return markup if markup and "inline_keyboard" in markup else None


class Topic(Struct, kw_only=True):
    id: int
    name: str
    creator_id: int
    icon_color: int = BLUE
    closed: bool = False
    hidden: bool = False


class ChatLog(Struct, kw_only=True):
    """One bot's view of one chat. `status` is the bot's own in a group; topics go by their ids."""

    messages: dict[int, Message] = field(default_factory=dict)
    status: str = "member"
    topics: dict[int, Topic] = field(default_factory=dict)
    tokens: float | None = None
    refilled_at: float = 0.0
    flooded_until: float = 0.0


class Webhook(Struct, kw_only=True):
    url: str
    secret_token: str | None = None
    max_connections: int = 40
    ip_address: str = "<unknown>"
    last_error_date: int | None = None
    last_error_message: str | None = None


class BotRecord(Struct, kw_only=True):
    id: int = 0
    digest: str = ""
    next_message_id: int = 1
    chats: dict[int, ChatLog] = field(default_factory=dict)
    commands: dict[str, list[Json]] = field(default_factory=dict)
    webhook: Webhook | None = None
    allowed_updates: list[str] | None = None
    next_update_id: int = 0
    pending: dict[int, Json] = field(default_factory=dict)

    @property
    def user(self) -> Json:
        return {
            "id": self.id,
            "is_bot": True,
            "first_name": "Sandbox bot",
            "username": f"sandbox_{self.id}_bot",
        }


class WorldRecord(Struct, kw_only=True):
    users: dict[int, User] = field(default_factory=dict)
    groups: dict[int, Group] = field(default_factory=dict)
    bots: list[BotRecord] = field(default_factory=list)
