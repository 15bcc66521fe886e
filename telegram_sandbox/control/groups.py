"""The control interface of groups: who is in them, and what topics they have."""

from aiohttp import web

from telegram_sandbox.chats import groups
from telegram_sandbox.chats.membership import STATUSES, set_bot_status, set_status
from telegram_sandbox.chats.people import meet
from telegram_sandbox.chats.topics import LONGEST_NAME as LONGEST_TOPIC
from telegram_sandbox.chats.topics import Forum, topic_name
from telegram_sandbox.control.fields import (
    Body,
    flag,
    integer,
    integers,
    optional_integer,
    optional_text,
    path_integer,
    query_integer,
    read_body,
    reply,
    text,
)
from telegram_sandbox.control.people import LONGEST_NAME, place_of
from telegram_sandbox.control.world import bot_of
from telegram_sandbox.errors import BadRequestError, ControlError
from telegram_sandbox.world.model import GENERAL, Group, Topic, User
from telegram_sandbox.world.world import World

MOST_MEMBERS = 1_000
CHANGES = ("name", "closed", "hidden", "deleted")


class GroupControl:
    def __init__(self, world: World) -> None:
        self._world = world

    def routes(self) -> list[web.RouteDef]:
        return [
            web.post("/sandbox/chats", self.add_chat),
            web.post("/sandbox/members", self.set_member),
            web.post("/sandbox/topics", self.set_topic),
            web.get("/sandbox/chats/{chat_id}/topics", self.topics),
        ]

    async def add_chat(self, request: web.Request) -> web.Response:
        body = await read_body(request, "id", "title", "members", "is_forum", "upgrade_to")
        group_id, bot = integer(body, "id", high=-1), bot_of(self._world, body)
        if "upgrade_to" in body:
            new_id = integer(body, "upgrade_to", high=-1)
            group = groups.upgrade_group(self._world, bot, self._group(group_id, "id"), new_id)
            return reply(self._world.shown_group(group))
        group = Group(
            id=group_id,
            title=text(body, "title", longest=LONGEST_NAME),
            members=integers(body, "members", most=MOST_MEMBERS),
            is_forum=flag(body, "is_forum") if "is_forum" in body else self._is_forum(group_id),
        )
        if group.is_forum and group.type != "supergroup":
            raise ControlError("only supergroups have topics, whose ids begin with -100", field="is_forum")
        return reply(self._world.shown_group(groups.add_group(self._world, group, bot)))

    async def set_member(self, request: web.Request) -> web.Response:
        """Without `user_id`: the bot."""
        body = await read_body(request, "chat_id", "user_id", "status", "by")
        group, status = self._group(integer(body, "chat_id"), "chat_id"), text(body, "status", longest=32)
        if status not in STATUSES:
            raise ControlError(f"must be one of {', '.join(STATUSES)}", field="status")
        if body.get("user_id") is None:
            self._set_bot(body, group, status)
        else:
            user = self._user(body, "user_id")
            set_status(self._world, group, user, status, self._by(body, group, user, status))
        return reply(self._world.shown_group(group))

    def _set_bot(self, body: Body, group: Group, status: str) -> None:
        if status == "left":
            raise ControlError("a bot leaves by leaveChat; who removes it makes it kicked", field="status")
        by = self._user(body, "by").id if "by" in body else groups.adder(self._world, group)
        set_bot_status(self._world, bot_of(self._world, body), group, status, by)

    def _by(self, body: Body, group: Group, user: User, status: str) -> User:
        """Themselves, where they can; else the owner."""
        if "by" in body:
            return self._user(body, "by")
        is_own = status == "left" or (status == "member" and group.status_of(user.id) == "left")
        return user if is_own else self._world.users[group.owner or user.id]

    async def set_topic(self, request: web.Request) -> web.Response:
        """Begins one, or changes the one that is named."""
        body = await read_body(request, "user_id", "chat_id", "message_thread_id", *CHANGES)
        place, topic_id = place_of(self._world, body), optional_integer(body, "message_thread_id")
        meet(self._world, place)
        forum = Forum(self._world, place.bot, place.chat)
        if not forum.is_one:
            raise ControlError("has no topics", field="chat_id")
        try:
            topic = self._topic(forum, place.user.id, body, topic_id)
        except BadRequestError as fault:
            raise ControlError(fault.reason, field="message_thread_id", status=409) from None
        return reply({"message_thread_id": topic.id})

    def _topic(self, forum: Forum, who: int, body: Body, topic_id: int | None) -> Topic:
        if topic_id is None:
            return forum.create(who, topic_name(text(body, "name", longest=LONGEST_TOPIC)))
        topic = forum.topics.get(topic_id)
        if topic is None:
            raise ControlError(f"no such topic: {topic_id}", field="message_thread_id", status=404)
        if not forum.may_turn(topic, who):
            raise ControlError(f"user {who} may not change it", field="message_thread_id", status=409)
        _change(forum, topic, who, body)
        return topic

    async def topics(self, request: web.Request) -> web.Response:
        chat_id = path_integer(request, "chat_id")
        chat = self._world.chat(chat_id)
        if chat is None:
            raise ControlError(f"no such chat: {chat_id}", field="chat_id", status=404)
        bot = self._world.current_bot(query_integer(request, "bot"))
        return reply(Forum(self._world, bot, chat).shown() if bot.knows(chat_id) else [])

    def _is_forum(self, group_id: int) -> bool:
        known = self._world.groups.get(group_id)
        return known is not None and known.is_forum

    def _group(self, group_id: int, field: str) -> Group:
        group = self._world.groups.get(group_id)
        if group is None:
            raise ControlError(f"no such chat: {group_id}", field=field, status=404)
        return group

    def _user(self, body: Body, field: str) -> User:
        user = self._world.users.get(integer(body, field, low=1))
        if user is None:
            raise ControlError(f"no such user: {body[field]}", field=field, status=404)
        return user


def _change(forum: Forum, topic: Topic, who: int, body: Body) -> None:
    """A private chat's topics are neither closed nor hidden, and only General is hidden or stays."""
    is_group, is_general = isinstance(forum.chat, Group), topic.id == GENERAL
    for field, can_be in (("closed", is_group), ("hidden", is_general), ("deleted", not is_general)):
        if field in body and not can_be:
            raise ControlError("cannot be done to this topic", field=field)
    if name := optional_text(body, "name", longest=LONGEST_TOPIC):
        forum.rename(topic, who, topic_name(name))
    if "closed" in body:
        forum.set_closed(topic, who, closed=flag(body, "closed"))
    if "hidden" in body:
        forum.set_hidden(who, hidden=flag(body, "hidden"))
    if flag(body, "deleted"):
        forum.delete(topic)
