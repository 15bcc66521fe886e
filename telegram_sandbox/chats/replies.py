"""Where a bot's message goes within a chat: into which topic, and as an answer to what."""

from dataclasses import dataclass
from typing import Any

from aiogram.types import ReplyParameters

from telegram_sandbox.bots.bot import Bot
from telegram_sandbox.chats.quotes import quoted
from telegram_sandbox.chats.topics import CLOSED, Forum
from telegram_sandbox.errors import BadRequestError
from telegram_sandbox.world.access import Access
from telegram_sandbox.world.model import GENERAL, Group, Json, Message, User
from telegram_sandbox.world.views import chat_json, external_content
from telegram_sandbox.world.world import World

NOT_FOUND = "message to be replied not found"
NO_THREAD = "message thread not found"


@dataclass(frozen=True)
class Sender:
    world: World
    bot: Bot
    chat: User | Group

    def place(self, method: Any) -> Json:
        """Fields of the new message, or what Telegram refuses."""
        thread = self.thread(method.message_thread_id)
        wanted = method.reply_parameters or _legacy(method)
        answered = self._answered(method.chat_id, wanted) if wanted else None
        if wanted is None or answered is None:
            return self._in_thread(thread)
        quote = {"quote": quoted(answered, wanted)} if wanted.quote else {}
        is_here = answered.chat_id == self.chat.id
        if is_here and (thread is None or answered.thread_id == thread):
            return self._in_thread(thread or thread_below(self._forum, answered)) | {
                "reply_to": answered.message_id,
                **quote,
            }
        return self._in_thread(thread) | {"external_reply": self._external(answered), **quote}

    @property
    def _forum(self) -> Forum:
        return Forum(self.world, self.bot, self.chat)

    def thread(self, given: int | None) -> int | None:
        """A forum's topic; groups without topics pass the parameter over, as at Telegram."""
        is_looked_for = self._forum.is_one or isinstance(self.chat, User)
        if not given or given < 0 or not is_looked_for:
            return None
        if given == GENERAL or given not in self._forum.topics:
            raise BadRequestError(NO_THREAD)
        return given

    def _in_thread(self, thread: int | None) -> Json:
        if self._forum.is_shut(thread, self.bot.id):
            raise BadRequestError(CLOSED)
        return thread_fields(self._forum, thread)

    def _answered(self, chat_id: int | str, wanted: ReplyParameters) -> Message | None:
        foreign = wanted.chat_id is not None and str(wanted.chat_id) != str(chat_id)
        there = self.world.chat_for(self.bot, wanted.chat_id or "", Access.READ) if foreign else self.chat
        found = self.bot.message(there.id, wanted.message_id or 0)
        if found is not None and not (foreign and found.service):
            return found
        if wanted.allow_sending_without_reply is True and not foreign:
            return None
        raise BadRequestError(NOT_FOUND)

    def _external(self, answered: Message) -> Json:
        """Of a private chat or a small group it is not told where it stands."""
        sender = self.world.user_view(self.bot, answered.sender_id)
        origin = {"type": "user", "date": answered.date, "sender_user": sender}
        chat = self.world.chat(answered.chat_id)
        is_told = isinstance(chat, Group) and chat.type == "supergroup"
        where = {"chat": chat_json(chat), "message_id": answered.message_id} if chat and is_told else {}
        return {"origin": origin, **where, **external_content(answered)}


def thread_below(forum: Forum, answered: Message) -> int | None:
    """An answer goes where the answered message is; in a supergroup without topics it begins a thread."""
    if not forum.is_one and isinstance(forum.chat, Group) and forum.chat.type == "supergroup":
        return answered.thread_id or answered.message_id
    return answered.thread_id


def thread_fields(forum: Forum, thread: int | None) -> Json:
    return {"thread_id": thread, "is_topic_message": forum.is_one} if thread else {}


def _legacy(method: Any) -> ReplyParameters | None:
    if method.reply_to_message_id is None:
        return None
    lenient = method.allow_sending_without_reply
    return ReplyParameters(message_id=method.reply_to_message_id, allow_sending_without_reply=lenient)
