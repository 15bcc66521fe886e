"""What the people in the sandbox do: write, tap, meet in groups, block the bot."""

import asyncio
import time
from dataclasses import dataclass

from apps.sandbox.bot import Bot
from apps.sandbox.botapi_rules import cleaned
from apps.sandbox.callbacks import Answer, Tap
from apps.sandbox.cards import contact_json
from apps.sandbox.detected_entities import with_detected
from apps.sandbox.errors import ControlError
from apps.sandbox.formatted_text import FormattedText, trimmed
from apps.sandbox.model import Group, Json, Message, User
from apps.sandbox.views import chat_json, membership_json, shown_group, shown_user, user_json
from apps.sandbox.world import World


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
        _tell_of_block(world, user)
    world.events.publish("user", lambda: shown_user(user))
    world.on_change()


def _tell_of_block(world: World, user: User) -> None:
    """Every bot that the user has a chat with."""
    for bot in world.bots:
        if bot.knows(user.id):
            update = membership_json(user, bot.record, now=int(time.time()))
            world.tell_bot(bot, "my_chat_member", update)


def add_group(world: World, group: Group, bot: Bot | None = None) -> None:
    """The bot, the current one unless named, is in it from the start; others never joined."""
    if group.id not in world.groups and len(world.groups) >= world.config.bounds.groups:
        raise ControlError(f"there are {len(world.groups)} groups already", field="id", status=409)
    unknown = [member for member in group.members if member not in world.users]
    if unknown:
        raise ControlError(f"no such user: {unknown[0]}", field="members", status=404)
    world.groups[group.id] = group
    (bot or world.current_bot()).chat(group.id)
    world.events.publish("group", lambda: shown_group(group))
    world.on_change()


def upgrade_group(world: World, bot: Bot, group: Group, new_id: int) -> Group:
    """Turns a group into a supergroup under another id, as Telegram does when it grows."""
    if group.migrated_to:
        raise ControlError(f"was upgraded to {group.migrated_to} already", field="id", status=409)
    if new_id in world.groups:
        raise ControlError("there is such a chat already", field="upgrade_to", status=409)
    upgraded = Group(id=new_id, title=group.title, members=group.members)
    add_group(world, upgraded, bot)
    group.migrated_to = new_id
    world.events.publish("group", lambda: shown_group(group))
    for chat, fields in (
        (group, {"migrate_to_chat_id": new_id}),
        (upgraded, {"migrate_from_chat_id": group.id}),
    ):
        service = bot.add_message(chat.id, bot.id)
        world.tell_bot(bot, "message", world.message_view(bot, service) | fields)
        del bot.chat(chat.id).messages[service.message_id]
    return upgraded


@dataclass(frozen=True)
class Place:
    """A user in a chat with a bot."""

    bot: Bot
    user: User
    chat: User | Group


def write(world: World, place: Place, text: str, reply_to: int | None = None) -> Message:
    bot, chat = place.bot, place.chat
    formatted = _written(text)
    answered = bot.message(chat.id, reply_to) if reply_to is not None else None
    if reply_to is not None and answered is None:
        raise ControlError(f"no such message: {reply_to}", field="reply_to_message_id", status=404)
    message = bot.add_message(
        chat.id, place.user.id, text=formatted.text, entities=list(formatted.entities), reply_to=reply_to
    )
    world.message_changed(bot, message)
    _tell(world, place, "message", message)
    return message


def share_contact(world: World, place: Place) -> Message:
    """Their own, as the button for it does."""
    return _share(world, place, contact=contact_json(place.user))


def share_location(world: World, place: Place, location: Json) -> Message:
    return _share(world, place, location=location)


def _share(world: World, place: Place, **content: Json) -> Message:
    """The bot's keyboard asked for it, so privacy does not matter."""
    message = place.bot.add_message(place.chat.id, place.user.id, **content)
    world.message_changed(place.bot, message)
    world.tell_bot(place.bot, "message", world.message_view(place.bot, message))
    return message


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
    bot, chat = place.bot, place.chat
    answered = bot.message(chat.id, message.reply_to) if message.reply_to is not None else None
    if isinstance(chat, User) or not world.config.privacy_mode or _concerns_bot(bot, message, answered):
        view = world.message_view(bot, message)
        if answered is not None:
            view["reply_to_message"] = world.message_view(bot, answered)
        world.tell_bot(bot, kind, view)


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
