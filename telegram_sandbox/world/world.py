"""Everything that exists in the sandbox: users, groups, bots, and what they see of each other."""

import asyncio
from collections.abc import Callable
from functools import partial

from telegram_sandbox.bots.bot import Bot, digest_of, first_update_id
from telegram_sandbox.bots.calls import CallLog
from telegram_sandbox.config import SandboxConfig
from telegram_sandbox.errors import BadRequestError, ControlError, ForbiddenError
from telegram_sandbox.trouble.faults import FaultPlan
from telegram_sandbox.trouble.flood import spend
from telegram_sandbox.world.access import Access, check_access
from telegram_sandbox.world.cards import full_name
from telegram_sandbox.world.events import Events
from telegram_sandbox.world.model import THIS_BOT, BotRecord, Group, Json, Message, User, WorldRecord
from telegram_sandbox.world.photos import PhotoShelf
from telegram_sandbox.world.service_notices import notice
from telegram_sandbox.world.views import (
    chat_json,
    message_json,
    service_json,
    shown_group,
    shown_message,
    user_json,
)


class World:
    def __init__(self, config: SandboxConfig, record: WorldRecord | None = None) -> None:
        self.config = config
        self.faults = FaultPlan()
        self.calls = CallLog(config.bounds.calls)
        self.events = Events(config.bounds.event_backlog)
        self.photos = PhotoShelf(config.bounds.photos)
        self.now: Callable[[], float] = lambda: asyncio.get_running_loop().time()
        self.on_change: Callable[[], None] = lambda: None
        self.on_update: Callable[[Bot, int], None] = lambda _bot, _update_id: None
        self.on_webhook: Callable[[Bot], None] = lambda _bot: None
        record = record or _fresh(config)
        self.users = record.users
        self.groups = record.groups
        self._bots = {bot.digest: Bot(bot, config) for bot in record.bots}
        self._by_token: dict[str, Bot] = {}

    def snapshot(self) -> WorldRecord:
        return WorldRecord(users=self.users, groups=self.groups, bots=[bot.snapshot() for bot in self.bots])

    def reset(self) -> None:
        """Begins anew with the configured users. Bots stay connected and set up, and ids go on."""
        fresh = _fresh(self.config)
        self.users, self.groups = fresh.users, fresh.groups
        for bot in self.bots:
            bot.forget()
        self.faults.clear()
        self.calls.clear()
        self.photos.clear()
        self.events.publish("reset", dict)
        self.on_change()

    # --- bots -----------------------------------------------------------------------------------

    @property
    def bots(self) -> list[Bot]:
        return list(self._bots.values())

    def bot_of(self, token: str) -> Bot:
        bot = self._by_token.get(token)
        if bot is None:
            bot = self._by_token[token] = self._meet(token)
        return bot

    def _meet(self, token: str) -> Bot:
        digest = digest_of(token)
        bot = self._bots.pop(digest, None) or self._bots.pop("", None) or self._new_bot()
        bot.claim(token)
        self._bots[digest] = bot
        self._forget_idle_bots()
        self.events.publish("bots", self.shown_bots)
        return bot

    def hand_over(self, old: str, new: str) -> None:
        """The bot of the old token answers to the new one, with all its chats, as after a revocation."""
        if (bot := self._bots.pop(digest_of(old), None)) is not None:
            bot.claim(new)
            self._bots[bot.record.digest] = bot

    def _new_bot(self) -> Bot:
        return Bot(BotRecord(next_update_id=first_update_id()), self.config)

    def _forget_idle_bots(self) -> None:
        surplus = len(self._bots) - self.config.bounds.bots
        newest = next(reversed(self._bots))
        idle = [key for key, bot in self._bots.items() if key != newest and not bot.is_listening]
        idle.sort(key=lambda key: bool(self._bots[key].record.chats))
        for digest in idle[: max(0, surplus)]:
            del self._bots[digest]
        self._by_token = {
            token: bot for token, bot in self._by_token.items() if bot.record.digest in self._bots
        }

    def current_bot(self, bot_id: int | None = None) -> Bot:
        """The named bot; otherwise the first that listens, the newest one, or one that is yet to come."""
        if bot_id is not None:
            named = [bot for bot in self.bots if bot.id == bot_id]
            if not named:
                raise ControlError("no such bot", field="bot", status=404)
            return named[0]
        listening = next((bot for bot in self._bots.values() if bot.is_listening), None)
        if listening is None and not self._bots:
            self._bots[""] = self._new_bot()
        return listening or next(reversed(self._bots.values()))

    def shown_bots(self) -> list[Json]:
        return [bot.shown() for bot in self.bots if bot.record.digest]

    @property
    def is_served(self) -> bool:
        return any(bot.is_listening for bot in self._bots.values())

    # --- chats, as a bot may use them -----------------------------------------------------------

    def chat(self, chat_id: int) -> User | Group | None:
        return self.users.get(chat_id) or self.groups.get(chat_id)

    def chat_for(self, bot: Bot, chat_id: int | str, access: Access = Access.WRITE) -> User | Group:
        """The chat a bot names in a call: one that exists, knows the bot and lets it do what it wants."""
        key = _as_chat_id(chat_id)
        found = self.chat(key)
        if found is None or not bot.knows(key):
            raise BadRequestError("chat not found")
        if isinstance(found, Group):
            check_access(found, bot.status_in(key), access)
        return found

    def open_for_sending(self, bot: Bot, chat: User | Group) -> None:
        if isinstance(chat, User) and chat.blocked:
            raise ForbiddenError("bot was blocked by the user")
        spend(
            self.config.flood,
            bot.chat(chat.id),
            is_group=isinstance(chat, Group),
            now=self.now(),
            everybody=bot.bucket,
        )

    # --- what everyone is told ------------------------------------------------------------------

    def user_view(self, bot: Bot, user_id: int) -> Json:
        user = self.users.get(user_id)
        if user_id in {THIS_BOT, bot.id}:
            return bot.record.user
        return user_json(user) if user else {"id": user_id, "is_bot": False, "first_name": ""}

    def name_of(self, bot: Bot, user_id: int) -> str:
        return full_name(self.user_view(bot, user_id))

    def message_view(self, bot: Bot, message: Message, *, is_answered: bool = False) -> Json:
        """As the bot sees it; what it answers comes along, unless it is itself what another one answers."""
        chat = self.chat(message.chat_id)
        view = message_json(
            message,
            chat_json(chat) if chat else {"id": message.chat_id, "type": "private"},
            self.user_view(bot, message.sender_id),
        )
        if message.service:
            view |= service_json(message.service, partial(self.user_view, bot))
        answered = None if is_answered else bot.answered_by(message)
        if answered is not None:
            view["reply_to_message"] = self.message_view(bot, answered, is_answered=True)
        return view

    def shown(self, bot: Bot, message: Message) -> Json:
        from_bot = message.sender_id in {THIS_BOT, bot.id}
        view = shown_message(message, self.name_of(bot, message.sender_id), from_bot=from_bot)
        told = notice(message, partial(self.name_of, bot)) if message.service else None
        return view | {"notice": told, "bot_id": bot.id}

    def shown_group(self, group: Group) -> Json:
        """With the status of each bot that has been in it."""
        return shown_group(group) | {
            "bots": [{"id": b.id, "status": b.status_in(group.id)} for b in self.bots if b.knows(group.id)]
        }

    def group_changed(self, group: Group) -> None:
        self.events.publish("group", lambda: self.shown_group(group))
        self.on_change()

    def message_changed(self, bot: Bot, message: Message) -> None:
        self.events.publish("message", lambda: self.shown(bot, message))
        self.on_change()

    def message_deleted(self, bot: Bot, chat_id: int, message_id: int) -> None:
        gone = {"bot_id": bot.id, "chat_id": chat_id, "message_id": message_id}
        self.events.publish("deleted", lambda: gone)
        self.on_change()

    def tell_bot(self, bot: Bot, kind: str, payload: Json) -> int | None:
        """The update's id; None when the bot has not asked for this kind."""
        update_id = bot.queue.put(kind, payload)
        if update_id is not None:
            self.on_update(bot, update_id)
        self.on_change()
        return update_id

    def webhook_changed(self, bot: Bot) -> None:
        self.on_webhook(bot)
        self.events.publish("bots", self.shown_bots)
        self.on_change()


def _fresh(config: SandboxConfig) -> WorldRecord:
    users = [User(id=u.id, first_name=u.first_name, language_code=u.language_code) for u in config.users]
    return WorldRecord(users={user.id: user for user in users})


def _as_chat_id(chat_id: int | str) -> int:
    if isinstance(chat_id, int):
        return chat_id
    try:
        return int(chat_id)
    except ValueError:
        raise BadRequestError("chat not found") from None
