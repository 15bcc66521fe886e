"""Groups come into being, change and grow."""

from telegram_sandbox.bots.bot import Bot
from telegram_sandbox.chats.membership import post_service, set_bot_status, set_status
from telegram_sandbox.errors import ControlError
from telegram_sandbox.world.access import INSIDE
from telegram_sandbox.world.model import Group
from telegram_sandbox.world.world import World


def add_group(world: World, group: Group, bot: Bot | None = None) -> Group:
    """Its first member owns it and adds the bot, the current one unless named; others never joined.

    A group that is there changes its title and members, gets topics or loses them.
    """
    unknown = [member for member in group.members if member not in world.users]
    if unknown:
        raise ControlError(f"no such user: {unknown[0]}", field="members", status=404)
    if (known := world.groups.get(group.id)) is not None:
        return _change(world, known, group)
    if group.owner is None and group.members:
        group.owner = group.members[0]
    _found(world, group)
    set_bot_status(world, bot or world.current_bot(), group, "member", adder(world, group))
    return group


def _found(world: World, group: Group) -> None:
    if len(world.groups) >= world.config.bounds.groups:
        raise ControlError(f"there are {len(world.groups)} groups already", field="id", status=409)
    world.groups[group.id] = group
    world.group_changed(group)


def adder(world: World, group: Group) -> int:
    """Who adds a bot: the owner, or else anybody."""
    return group.owner or next(iter(group.members or world.users), 0)


def _change(world: World, known: Group, wanted: Group) -> Group:
    if wanted.title != known.title:
        known.title = wanted.title
        for bot in world.bots:
            if bot.knows(known.id) and bot.status_in(known.id) in INSIDE:
                service = {"new_chat_title": known.title}
                post_service(world, bot, known.id, adder(world, known), service=service)
    known.is_forum = wanted.is_forum
    for user_id in [*known.members, *wanted.members]:
        status = "left" if user_id not in wanted.members else "member"
        if (user_id in known.members) != (user_id in wanted.members):
            user = world.users[user_id]
            set_status(world, known, user, status, user)
    world.group_changed(known)
    return known


def upgrade_group(world: World, bot: Bot, group: Group, new_id: int) -> Group:
    """Turns a group into a supergroup under another id, as Telegram does when it grows."""
    if group.migrated_to:
        raise ControlError(f"was upgraded to {group.migrated_to} already", field="id", status=409)
    if new_id in world.groups:
        raise ControlError("there is such a chat already", field="upgrade_to", status=409)
    upgraded = Group(
        id=new_id,
        title=group.title,
        members=list(group.members),
        owner=group.owner,
        administrators=list(group.administrators),
        banned=list(group.banned),
    )
    _found(world, upgraded)
    bot.chat(new_id).status = bot.status_in(group.id)
    group.migrated_to = new_id
    for chat in (group, upgraded):
        world.group_changed(chat)
    for chat, fields in (
        (group, {"migrate_to_chat_id": new_id}),
        (upgraded, {"migrate_from_chat_id": group.id}),
    ):
        service = bot.add_message(chat.id, bot.id)
        world.tell_bot(bot, "message", world.message_view(bot, service) | fields)
        del bot.chat(chat.id).messages[service.message_id]
    return upgraded
