"""One bot's side of the world."""

import hashlib
import secrets
import time
from typing import Any

from telegram_sandbox.bots.callbacks import OpenTaps
from telegram_sandbox.bots.update_queue import UpdateQueue
from telegram_sandbox.config import SandboxConfig
from telegram_sandbox.trouble.flood import BotBucket
from telegram_sandbox.world.model import THIS_BOT, BotRecord, ChatLog, Json, Message

FIRST_UPDATE_IDS = (100_000_000, 1_000_000_000)
STILL_LISTENING = 3.0


def digest_of(token: str) -> str:
    """What the sandbox keeps of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def first_update_id() -> int:
    """Random, as at Telegram: a bot that remembers update ids must not meet old ones in a new world."""
    low, high = FIRST_UPDATE_IDS
    return low + secrets.randbelow(high - low)


class Bot:
    def __init__(self, record: BotRecord, config: SandboxConfig) -> None:
        self.record = record
        self.queue = UpdateQueue(record, limit=config.bounds.pending_updates)
        self.taps = OpenTaps(config.callback_lifetime)
        self.bucket = BotBucket()
        self._chat_limit = config.bounds.chat_messages

    @property
    def id(self) -> int:
        return self.record.id

    @property
    def is_listening(self) -> bool:
        return self.record.webhook is not None or self.queue.polled_within(STILL_LISTENING)

    def claim(self, token: str) -> None:
        unnamed = self.record.user if self.record.id == THIS_BOT else None
        self.record.id = int(token.partition(":")[0])
        self.record.digest = digest_of(token)
        if unnamed is not None:
            self.queue.name_bot(unnamed, self.record.user)

    def status_in(self, chat_id: int) -> str:
        """Its own in a group, as the Bot API calls it."""
        chat = self.record.chats.get(chat_id)
        return chat.status if chat else "left"

    def knows(self, chat_id: int) -> bool:
        return chat_id in self.record.chats

    def chat(self, chat_id: int) -> ChatLog:
        return self.record.chats.setdefault(chat_id, ChatLog())

    def message(self, chat_id: int, message_id: int) -> Message | None:
        chat = self.record.chats.get(chat_id)
        return chat.messages.get(message_id) if chat else None

    def answered_by(self, message: Message) -> Message | None:
        """In a group's topic, what answers nothing answers the message that began it."""
        begun = message.thread_id if message.is_topic_message and message.chat_id < 0 else None
        answered = message.reply_to or (begun if begun != message.message_id else None)
        return self.message(message.chat_id, answered) if answered else None

    def add_message(self, chat_id: int, sender_id: int, **content: Any) -> Message:
        message = Message(
            message_id=self.record.next_message_id,
            chat_id=chat_id,
            sender_id=sender_id,
            date=int(time.time()),
            **content,
        )
        self.record.next_message_id += 1
        messages = self.chat(chat_id).messages
        messages[message.message_id] = message
        if len(messages) > self._chat_limit:
            del messages[next(iter(messages))]
        return message

    def forget(self) -> None:
        """All its chats and what waits for it."""
        self.record.chats.clear()
        self.queue.clear()
        self.bucket = BotBucket()
        self.taps.clear()

    def snapshot(self) -> BotRecord:
        self.record.pending = self.queue.snapshot()
        return self.record

    def shown(self) -> Json:
        user = self.record.user
        return {
            "id": self.id,
            "name": user["first_name"],
            "username": user["username"],
            "listening": self.is_listening,
        }
