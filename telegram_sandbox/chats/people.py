"""What the people in the sandbox do: write, share, tap, block the bot."""

import asyncio
import time
from dataclasses import dataclass
from typing import Any

from telegram_sandbox.bots.bot import Bot
from telegram_sandbox.bots.callbacks import Answer, Tap
from telegram_sandbox.chats.membership import set_bot_status, tell_of_block
from telegram_sandbox.chats.replies import thread_below, thread_fields
from telegram_sandbox.chats.topics import Forum
from telegram_sandbox.errors import ControlError
from telegram_sandbox.text.cleaning import cleaned
from telegram_sandbox.text.detected_entities import with_detected
from telegram_sandbox.text.formatted_text import FormattedText, trimmed
from telegram_sandbox.world.access import INSIDE, RULING
from telegram_sandbox.world.cards import contact_json
from telegram_sandbox.world.model import GENERAL, Group, Json, Message, User
from telegram_sandbox.world.views import chat_json, shown_user, user_json
from telegram_sandbox.world.world import World


@dataclass(frozen=True)
class TapOutcome:
    answer: Answer | None
    seconds: float


def add_user(world: World, user: User) -> None:
    if user.id not in world.users and len(world.users) >= world.config.bounds.users:
        raise ControlError(f"there are {len(world.users)} users already", field="id", status=409)
    before = world.users.get(user.id)
    world.users[user.id] = user
    if before is not None and before.blocked != user.blocked:
        tell_of_block(world, user)
    world.events.publish("user", lambda: shown_user(user))
    world.on_change()


@dataclass(frozen=True)
class Place:
    """A user in a chat with a bot."""

    bot: Bot
    user: User
    chat: User | Group


@dataclass(frozen=True)
class Aim:
    """Where in the chat a message goes: into a topic, below another message."""

    thread_id: int | None = None
    reply_to: int | None = None


ANYWHERE = Aim()


def write(world: World, place: Place, text: str, aim: Aim = ANYWHERE) -> Message:
    formatted = _written(text)
    message = _post(world, place, aim, text=formatted.text, entities=list(formatted.entities))
    _tell(world, place, "message", message)
    return message


def share_contact(world: World, place: Place, aim: Aim) -> Message:
    """Their own, as the button for it does."""
    return _share(world, place, aim, contact=contact_json(place.user))


def share_location(world: World, place: Place, location: Json, aim: Aim) -> Message:
    return _share(world, place, aim, location=location)


def _share(world: World, place: Place, aim: Aim, **content: Json) -> Message:
    """The bot's keyboard asked for it, so privacy does not matter."""
    message = _post(world, place, aim, **content)
    if _is_heard(place):
        world.tell_bot(place.bot, "message", world.message_view(place.bot, message))
    return message


def _post(world: World, place: Place, aim: Aim, **content: Any) -> Message:
    meet(world, place)
    forum, answered = Forum(world, place.bot, place.chat), _answered(place, aim)
    thread = aim.thread_id or (thread_below(forum, answered) if answered else None)
    _check_thread(forum, aim.thread_id, thread, place.user)
    fields = thread_fields(forum, thread if thread != GENERAL else None)
    message = place.bot.add_message(place.chat.id, place.user.id, reply_to=aim.reply_to, **fields, **content)
    world.message_changed(place.bot, message)
    return message


def _is_heard(place: Place) -> bool:
    """By the bot, which may have left or been removed."""
    return isinstance(place.chat, User) or place.bot.status_in(place.chat.id) in INSIDE


def meet(world: World, place: Place) -> None:
    """Who speaks to a bot in a group that it has never been in brings it there."""
    if isinstance(place.chat, Group) and not place.bot.knows(place.chat.id):
        set_bot_status(world, place.bot, place.chat, "member", place.user.id)


def _answered(place: Place, aim: Aim) -> Message | None:
    answered = place.bot.message(place.chat.id, aim.reply_to) if aim.reply_to is not None else None
    if aim.reply_to is not None and answered is None:
        raise ControlError(f"no such message: {aim.reply_to}", field="reply_to_message_id", status=404)
    if answered and aim.thread_id and (answered.thread_id or GENERAL) != aim.thread_id:
        raise ControlError("is in another topic", field="reply_to_message_id")
    return answered


def _check_thread(forum: Forum, named: int | None, thread: int | None, user: User) -> None:
    """Only those who could open a closed topic write in it."""
    if named and named not in forum.topics:
        raise ControlError(f"no such topic: {named}", field="message_thread_id", status=404)
    if forum.is_shut(thread, user.id):
        raise ControlError("is closed", field="message_thread_id", status=409)


def rewrite(world: World, place: Place, message_id: int, text: str) -> None:
    """People may edit what they wrote themselves; the bot is told as of a message of its own kind."""
    formatted = _written(text)
    message = place.bot.message(place.chat.id, message_id)
    if message is None or message.sender_id != place.user.id:
        raise ControlError(f"no message of theirs: {message_id}", field="message_id", status=404)
    message.text, message.entities = formatted.text, list(formatted.entities)
    message.edit_date = int(time.time())
    message.edits += 1
    world.message_changed(place.bot, message)
    _tell(world, place, "edited_message", message)


def _written(text: str) -> FormattedText:
    formatted = with_detected(trimmed(FormattedText(cleaned(text))))
    if not formatted.text:
        raise ControlError("must not be empty", field="text")
    return formatted


def _tell(world: World, place: Place, kind: str, message: Message) -> None:
    """A bot in privacy mode is told what concerns it, and everything where it is an administrator."""
    bot, chat = place.bot, place.chat
    hears_all = isinstance(chat, User) or not world.config.privacy_mode or bot.status_in(chat.id) in RULING
    answered = bot.message(chat.id, message.reply_to) if message.reply_to is not None else None
    if _is_heard(place) and (hears_all or _concerns_bot(bot, message, answered)):
        world.tell_bot(bot, kind, world.message_view(bot, message))


def _concerns_bot(bot: Bot, message: Message, answered: Message | None) -> bool:
    username = bot.record.user["username"].lower()
    return (
        _is_command_for(username, message.text)
        or f"@{username}" in message.text.lower()
        or (answered is not None and answered.sender_id == bot.id)
    )


def _is_command_for(username: str, text: str) -> bool:
    """`/start@another_bot` is not."""
    if not text.startswith("/"):
        return False
    _, _, addressee = text.split(maxsplit=1)[0].partition("@")
    return addressee.lower() in {"", username}


def tap(world: World, place: Place, message_id: int, data: str) -> Tap:
    bot, user, chat = place.bot, place.user, place.chat
    meet(world, place)
    bot.chat(chat.id)
    opened = bot.taps.open()
    message = bot.message(chat.id, message_id)
    inaccessible: Json = {"message_id": message_id, "chat": chat_json(chat), "date": 0}
    query = {
        "id": opened.id,
        "from": user_json(user),
        "message": world.message_view(bot, message) if message else inaccessible,
        "chat_instance": str(abs(chat.id) * 7919 + bot.id),
        "data": data,
    }
    world.tell_bot(bot, "callback_query", query)
    return opened


async def outcome(opened: Tap, wait: float) -> TapOutcome:
    loop = asyncio.get_running_loop()
    begin = loop.time()
    try:
        async with asyncio.timeout(wait):
            answer = await asyncio.shield(opened.answer)
    except TimeoutError:
        return TapOutcome(None, loop.time() - begin)
    return TapOutcome(answer, loop.time() - begin)


def may_speak(user: User, chat: User | Group) -> None:
    inside = chat.id == user.id if isinstance(chat, User) else user.id in chat.members
    if not inside:
        raise ControlError(f"user {user.id} is not in chat {chat.id}", field="chat_id")
