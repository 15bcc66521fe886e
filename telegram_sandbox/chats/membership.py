"""People and bots join groups, leave them and rise in them; those who are there are told."""

import time

from telegram_sandbox.bots.bot import Bot
from telegram_sandbox.chats.members import change_json, member_json
from telegram_sandbox.errors import ControlError
from telegram_sandbox.world.access import INSIDE, RULING
from telegram_sandbox.world.model import THIS_BOT, Group, Json, Message, User
from telegram_sandbox.world.views import chat_json, user_json
from telegram_sandbox.world.world import World

STATUSES = ("member", "administrator", "left", "kicked")


def post_service(
    world: World, bot: Bot, chat_id: int, sender_id: int, **content: Json | int | bool
) -> Message:
    """A service message, which every bot sees, whatever its privacy; `content` as for a message."""
    message = bot.add_message(chat_id, sender_id, **content)
    world.message_changed(bot, message)
    world.tell_bot(bot, "message", world.message_view(bot, message))
    return message


def tell_of_block(world: World, user: User) -> None:
    """Every bot that the user has a chat with."""
    old, new = ("member", "kicked") if user.blocked else ("kicked", "member")
    for bot in world.bots:
        if bot.knows(user.id):
            _tell_bot_of_itself(world, bot, user, user_json(user), (old, new))


def set_bot_status(world: World, bot: Bot, group: Group, status: str, by: int) -> None:
    """`by`: who does it, or THIS_BOT."""
    old = bot.status_in(group.id)
    if old == status:
        return
    bot.chat(group.id).status = status
    _tell_bot_of_itself(world, bot, group, world.user_view(bot, by), (old, status))
    if (old in INSIDE) != (status in INSIDE):
        post_service(world, bot, group.id, by, service=_move_json(THIS_BOT, status))
    world.group_changed(group)


def _tell_bot_of_itself(
    world: World, bot: Bot, chat: User | Group, by: Json, change: tuple[str, str]
) -> None:
    old, new = (member_json(chat, bot.record.user, status) for status in change)
    world.tell_bot(bot, "my_chat_member", change_json(chat_json(chat), by, old, new, now=int(time.time())))


def set_status(world: World, group: Group, user: User, status: str, by: User) -> None:
    old = group.status_of(user.id)
    if old == status:
        return
    if not _may(group, user, status, by):
        reason = f"user {by.id} cannot make user {user.id}, who is {old}, {status}"
        raise ControlError(reason, field="status", status=409)
    _move(group, user.id, status)
    for bot in world.bots:
        if not bot.knows(group.id) or bot.status_in(group.id) not in INSIDE:
            continue
        if bot.status_in(group.id) in RULING:
            members = (member_json(group, user_json(user), each) for each in (old, status))
            change = change_json(chat_json(group), user_json(by), *members, now=int(time.time()))
            world.tell_bot(bot, "chat_member", change)
        if (old in INSIDE) != (status in INSIDE):
            post_service(world, bot, group.id, by.id, service=_move_json(user.id, status))
    world.group_changed(group)


def _may(group: Group, user: User, status: str, by: User) -> bool:
    old, is_own, rules = group.status_of(user.id), by.id == user.id, group.rules(by.id)
    if status in {"administrator", "kicked"}:
        return old != "creator" and not is_own and rules
    if status == "left":
        return old in INSIDE if is_own else old == "kicked" and rules
    if old in INSIDE:  # an administrator is one no more
        return old != "creator" and (is_own or rules)
    return rules or (old == "left" and (is_own or by.id in group.members))


def _move(group: Group, user_id: int, status: str) -> None:
    for listed in (group.members, group.administrators, group.banned):
        if user_id in listed and not (listed is group.members and status in INSIDE):
            listed.remove(user_id)
    if status in INSIDE and user_id not in group.members:
        group.members.append(user_id)
    if status == "administrator":
        group.administrators.append(user_id)
    if status == "kicked":
        group.banned.append(user_id)
    if status not in INSIDE and group.owner == user_id:
        group.owner = None


def _move_json(who: int, status: str) -> Json:
    return {"new_chat_members": [who]} if status in INSIDE else {"left_chat_member": who}
