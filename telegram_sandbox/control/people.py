"""The control interface of people: they appear, write, share, tap."""

import re

from aiohttp import web

from telegram_sandbox.chats import people
from telegram_sandbox.chats.people import Aim, Place
from telegram_sandbox.control.fields import (
    Body,
    flag,
    integer,
    number,
    optional_integer,
    optional_text,
    query_integer,
    read_body,
    reply,
    text,
)
from telegram_sandbox.control.world import bot_of
from telegram_sandbox.errors import ControlError
from telegram_sandbox.methods.profile import commands_shown
from telegram_sandbox.world.cards import FARTHEST_EAST, FARTHEST_NORTH, LEAST_ACCURATE, POINT_NEMO, rounded
from telegram_sandbox.world.model import Json, User
from telegram_sandbox.world.views import shown_user
from telegram_sandbox.world.world import World

LONGEST_NAME = 20_000
LONGEST_TEXT = 4096
LONGEST_DATA = 4096
LONGEST_WAIT = 60.0
DEFAULT_WAIT = 5.0

PLACE = ("user_id", "chat_id", "message_thread_id")
USER_FIELDS = ("id", "first_name", "last_name", "username", "language_code", "blocked")
USERNAME = re.compile(r"[A-Za-z]\w{3,31}", re.ASCII)


class PeopleControl:
    def __init__(self, world: World) -> None:
        self._world = world

    def routes(self) -> list[web.RouteDef]:
        return [
            web.post("/sandbox/users", self.add_user),
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

    async def send(self, request: web.Request) -> web.Response:
        body = await read_body(request, *PLACE, "text", "reply_to_message_id")
        place, words = self._place(body), text(body, "text", longest=LONGEST_TEXT)
        aim = Aim(_thread(body), optional_integer(body, "reply_to_message_id"))
        return reply({"message_id": people.write(self._world, place, words, aim).message_id})

    async def share_contact(self, request: web.Request) -> web.Response:
        body = await read_body(request, *PLACE)
        place, aim = self._place(body), Aim(_thread(body))
        return reply({"message_id": people.share_contact(self._world, place, aim).message_id})

    async def share_location(self, request: web.Request) -> web.Response:
        body = await read_body(request, *PLACE, "latitude", "longitude", "horizontal_accuracy")
        place, location, aim = self._place(body), _location(body), Aim(_thread(body))
        return reply({"message_id": people.share_location(self._world, place, location, aim).message_id})

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

    def _place(self, body: Body) -> Place:
        return place_of(self._world, body)


def place_of(world: World, body: Body) -> Place:
    user_id = integer(body, "user_id", low=1)
    user = world.users.get(user_id)
    if user is None:
        raise ControlError(f"no such user: {user_id}", field="user_id", status=404)
    chat_id = optional_integer(body, "chat_id")
    chat = world.chat(user_id if chat_id is None else chat_id)
    if chat is None:
        raise ControlError(f"no such chat: {chat_id}", field="chat_id", status=404)
    people.may_speak(user, chat)
    return Place(bot_of(world, body), user, chat)


def _thread(body: Body) -> int | None:
    return None if body.get("message_thread_id") is None else integer(body, "message_thread_id", low=1)


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
    return rounded(location)
