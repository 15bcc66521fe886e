"""Where an answer belongs, and who asks: worked out once from an update, used by all that is sent for it."""

from dataclasses import dataclass
from typing import Any

from aiogram.types import CallbackQuery, InaccessibleMessage, Message, ReplyParameters, User

_GENERAL = 1  # the topic that may not be named
# Names that Telegram lends: its own, and those of people who write as a group or as a channel.
_LENT = frozenset({777_000, 1_087_968_824, 136_817_688})


@dataclass(frozen=True, slots=True)
class Place:
    """A chat, and where in it: a forum's `topic`, a channel's `direct_topic`, or below message `reply_to`.

    `business`: the connection of the account for which we speak there. `person`: who is told in private what
    cannot be said here. Not `known`: all that is certain is the chat.
    """

    chat_id: int
    topic: int | None = None
    direct_topic: int | None = None
    reply_to: int | None = None
    business: str | None = None
    person: int | None = None
    known: bool = True

    @property
    def for_sending(self) -> dict[str, Any]:
        """Parameters of a method that sends."""
        reply = self.reply_to and ReplyParameters(message_id=self.reply_to, allow_sending_without_reply=True)
        given = {
            "message_thread_id": self.topic,
            "direct_messages_topic_id": self.direct_topic,
            "reply_parameters": reply,
            "business_connection_id": self.business,
        }
        return {"chat_id": self.chat_id} | {name: value for name, value in given.items() if value}

    @property
    def for_editing(self) -> dict[str, Any]:
        """Parameters of a method that changes a message."""
        business = {"business_connection_id": self.business} if self.business else {}
        return {"chat_id": self.chat_id} | business

    def moved_to(self, chat_id: int) -> "Place":
        """The group has become another one, which begins without topics."""
        return Place(chat_id, person=self.person)

    def packed(self) -> list[Any]:
        unsure = [] if self.known else [False]
        return [self.topic, self.direct_topic, self.reply_to, self.business, self.person, *unsure]

    @classmethod
    def unpacked(cls, chat_id: int, packed: list[Any]) -> "Place":
        return cls(chat_id, *packed)


def place_of(event: Message | CallbackQuery) -> Place:
    """Where to answer what was written or tapped."""
    author = author_of(event)
    person = author.id if author else None
    message = event.message if isinstance(event, CallbackQuery) else event
    if message is None:  # sent inline, into a chat that we do not see
        return Place(person or 0)
    if isinstance(message, InaccessibleMessage):
        return Place(message.chat.id, person=person, known=False)
    return _of_message(message, person)


def _of_message(message: Message, person: int | None) -> Place:
    thread = message.message_thread_id
    direct = message.direct_messages_topic
    return Place(
        message.chat.id,
        topic=thread if message.is_topic_message and thread != _GENERAL else None,
        direct_topic=direct.topic_id if direct else None,
        # Comments below a channel's post are a thread that only a reply gets into.
        reply_to=message.message_id if thread and not message.is_topic_message else None,
        business=message.business_connection_id,
        person=person,
    )


def author_of(event: Message | CallbackQuery) -> User | None:
    """The person who wrote or tapped; None when it was a bot, or is not told who."""
    user = event.from_user
    if user is None or user.is_bot or user.id in _LENT:
        return None
    if isinstance(event, Message) and event.sender_chat is not None:
        return None
    return user


def is_anonymous(event: Message | CallbackQuery) -> bool:
    """Whether somebody speaks as a group or a channel, and might be told not to."""
    return isinstance(event, Message) and event.sender_chat is not None and not event.is_automatic_forward


def is_forwarded_command(event: Message | CallbackQuery) -> bool:
    """Somebody else's words: passing them on is no wish to have them done."""
    if not isinstance(event, Message) or event.forward_origin is None:
        return False
    return (event.text or event.caption or "").startswith("/")
