"""The control interface of people: they appear, meet in groups, write, share, tap."""

import re

from aiohttp import web

from apps.sandbox import people
from apps.sandbox.cards import FARTHEST_EAST, FARTHEST_NORTH, LEAST_ACCURATE, POINT_NEMO
from apps.sandbox.control_fields import (
    Body,
    flag,
    integer,
    integers,
    number,
    optional_integer,
    optional_text,
    query_integer,
    read_body,
    reply,
    text,
)
from apps.sandbox.control_world import bot_of
from apps.sandbox.errors import ControlError
from apps.sandbox.methods.profile import commands_shown
from apps.sandbox.model import Group, Json, User
from apps.sandbox.people import Place
from apps.sandbox.views import shown_group, shown_user
from apps.sandbox.world import World

LONGEST_NAME = 20_000
LONGEST_TEXT = 4096
LONGEST_DATA = 4096
LONGEST_WAIT = 60.0
MOST_MEMBERS = 1_000
DEFAULT_WAIT = 5.0

USER_FIELDS = ("id", "first_name", "last_name", "username", "language_code", "blocked")
USERNAME = re.compile(r"[A-Za-z]\w{3,31}", re.ASCII)


class PeopleControl:
    def __init__(self, world: World) -> None:
        self._world = world

    def routes(self) -> list[web.RouteDef]:
        return [
            web.post("/sandbox/users", self.add_user),
            web.post("/sandbox/chats", self.add_chat),
            web.post("/sandbox/messages", self.send),
            web.post("/sandbox/contacts", self.share_contact),
            web.post("/sandbox/locations", self.share_location),
            web.post("/sandbox/edits", self.edit),
            web.post("/sandbox/taps", self.tap),
            web.get("/sandbox/commands", self.commands),
        ]

    async def add_user(self, request: web.Request) -> web.Response:
        body = await read_body(request, *USER_FIELDS)
        user = User(
            id=integer(body, "id", low=1),
            first_name=text(body, "first_name", longest=LONGEST_NAME),
            last_name=optional_text(body, "last_name", longest=LONGEST_NAME),
            username=optional_text(body, "username", longest=32, pattern=USERNAME),
            language_code=text(body, "language_code", longest=64, default="en"),
            blocked=flag(body, "blocked"),
        )
        people.add_user(self._world, user)
        return reply(shown_user(user))

    async def add_chat(self, request: web.Request) -> web.Response:
        body = await read_body(request, "id", "title", "members", "upgrade_to")
        group_id = integer(body, "id", high=-1)
        if "upgrade_to" in body:
            bot, new_id = bot_of(self._world, body), integer(body, "upgrade_to", high=-1)
            group = self._group(group_id)
            return reply(shown_group(people.upgrade_group(self._world, bot, group, new_id)))
        group = Group(
            id=group_id,
            title=text(body, "title", longest=LONGEST_NAME),
            members=integers(body, "members", most=MOST_MEMBERS),
        )
        people.add_group(self._world, group, bot_of(self._world, body))
        return reply(shown_group(group))

    async def send(self, request: web.Request) -> web.Response:
        body = await read_body(request, "user_id", "chat_id", "text", "reply_to_message_id")
        place = self._place(body)
        message = people.write(
            self._world,
            place,
            text(body, "text", longest=LONGEST_TEXT),
            optional_integer(body, "reply_to_message_id"),
        )
        return reply({"message_id": message.message_id})

    async def share_contact(self, request: web.Request) -> web.Response:
        place = self._place(await read_body(request, "user_id", "chat_id"))
        return reply({"message_id": people.share_contact(self._world, place).message_id})

    async def share_location(self, request: web.Request) -> web.Response:
        body = await read_body(request, "user_id", "chat_id", "latitude", "longitude", "horizontal_accuracy")
        place, location = self._place(body), _location(body)
        return reply({"message_id": people.share_location(self._world, place, location).message_id})

    async def edit(self, request: web.Request) -> web.Response:
        body = await read_body(request, "user_id", "chat_id", "message_id", "text")
        place, message_id = self._place(body), integer(body, "message_id", low=1)
        people.rewrite(self._world, place, message_id, text(body, "text", longest=LONGEST_TEXT))
        return reply({"message_id": message_id})

    async def tap(self, request: web.Request) -> web.Response:
        body = await read_body(request, "user_id", "chat_id", "message_id", "callback_data", "wait")
        place = self._place(body)
        message_id = integer(body, "message_id", low=1)
        data = text(body, "callback_data", longest=LONGEST_DATA)
        wait = number(body, "wait", DEFAULT_WAIT, LONGEST_WAIT)
        outcome = await people.outcome(people.tap(self._world, place, message_id, data), wait)
        answer = outcome.answer
        return reply(
            {
                "answer": {"text": answer.text, "show_alert": answer.show_alert} if answer else None,
                "latency_ms": round(outcome.seconds * 1000, 2),
            }
        )

    async def commands(self, request: web.Request) -> web.Response:
        query = {"user_id": query_integer(request, "user_id"), "chat_id": query_integer(request, "chat_id")}
        place = self._place({name: value for name, value in query.items() if value is not None})
        return reply(commands_shown(place.bot, place.user, place.chat))

    def _group(self, group_id: int) -> Group:
        group = self._world.groups.get(group_id)
        if group is None:
            raise ControlError(f"no such chat: {group_id}", field="id", status=404)
        return group

    def _place(self, body: Body) -> Place:
        user_id = integer(body, "user_id", low=1)
        user = self._world.users.get(user_id)
        if user is None:
            raise ControlError(f"no such user: {user_id}", field="user_id", status=404)
        chat_id = optional_integer(body, "chat_id")
        chat = self._world.chat(user_id if chat_id is None else chat_id)
        if chat is None:
            raise ControlError(f"no such chat: {chat_id}", field="chat_id", status=404)
        people.may_speak(user, chat)
        return Place(bot_of(self._world, body), user, chat)


def _location(body: Body) -> Json:
    """Somewhere, unless it is said where."""
    if not {"latitude", "longitude", "horizontal_accuracy"} & body.keys():
        return dict(POINT_NEMO)
    location = {
        "latitude": number(body, "latitude", None, FARTHEST_NORTH, -FARTHEST_NORTH),
        "longitude": number(body, "longitude", None, FARTHEST_EAST, -FARTHEST_EAST),
    }
    if "horizontal_accuracy" in body:
        location["horizontal_accuracy"] = number(body, "horizontal_accuracy", None, LEAST_ACCURATE)
    return location
