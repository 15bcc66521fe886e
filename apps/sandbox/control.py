"""The control interface: what people and tests do in the sandbox, JSON over HTTP."""

import json
import re
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from apps.sandbox import control_world, people
from apps.sandbox.bot import Bot
from apps.sandbox.cards import FARTHEST_EAST, FARTHEST_NORTH, LEAST_ACCURATE, POINT_NEMO
from apps.sandbox.control_fields import (
    Body,
    flag,
    integer,
    integers,
    number,
    optional_integer,
    optional_text,
    path_integer,
    query_integer,
    read_body,
    text,
)
from apps.sandbox.errors import ControlError, MethodNotFoundError
from apps.sandbox.faults import ANY, WEBHOOK, Fault, longest_wait
from apps.sandbox.flood import LONGEST_FLOOD, flood, flooded
from apps.sandbox.method_parsing import method_class
from apps.sandbox.methods.profile import commands_shown
from apps.sandbox.model import Group, Json, User
from apps.sandbox.people import Place
from apps.sandbox.photos import content_type
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

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Control:
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
            web.get("/sandbox/chats/{chat_id}/messages", self.messages),
            web.get("/sandbox/calls", self.calls),
            web.post("/sandbox/faults", self.add_fault),
            web.get("/sandbox/faults", self.faults),
            web.delete("/sandbox/faults", self.clear_faults),
            web.post("/sandbox/floods", self.add_flood),
            web.get("/sandbox/floods", self.floods),
            web.delete("/sandbox/floods", self.clear_floods),
            web.post("/sandbox/updates", self.inject),
            web.post("/sandbox/reset", self.reset),
            web.get("/sandbox/world", self.world),
            web.get("/sandbox/commands", self.commands),
            web.get("/sandbox/photos/{file_id}", self.photo),
            web.get("/healthz", self.health),
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
            bot, new_id = self._bot(body), integer(body, "upgrade_to", high=-1)
            group = self._group(group_id)
            return reply(shown_group(people.upgrade_group(self._world, bot, group, new_id)))
        group = Group(
            id=group_id,
            title=text(body, "title", longest=LONGEST_NAME),
            members=integers(body, "members", most=MOST_MEMBERS),
        )
        people.add_group(self._world, group, self._bot(body))
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

    async def messages(self, request: web.Request) -> web.Response:
        chat_id = path_integer(request, "chat_id")
        if self._world.chat(chat_id) is None:
            raise ControlError(f"no such chat: {chat_id}", field="chat_id", status=404)
        bot = self._world.current_bot(query_integer(request, "bot"))
        chat = bot.record.chats.get(chat_id)
        messages = chat.messages.values() if chat else ()
        return reply([self._world.shown(bot, message) for message in messages])

    async def calls(self, request: web.Request) -> web.Response:
        since = query_integer(request, "since") or 0
        calls = self._world.calls
        return reply({"calls": [call.shown() for call in calls.since(since)], "next": calls.next_seq})

    async def add_fault(self, request: web.Request) -> web.Response:
        body = await read_body(request, "method", "kind", "count", "seconds", "every")
        method, kind = text(body, "method", longest=64), _kind(body)
        fault = Fault(
            method=method if method in {ANY, WEBHOOK} else _method_name(method),
            kind=kind,
            count=integer(body, "count") if "count" in body else 1,
            seconds=number(body, "seconds", 1.0, longest_wait(kind)),
            every=integer(body, "every") if "every" in body else 1,
        )
        self._world.faults.add(fault)
        return self._faults()

    async def faults(self, _: web.Request) -> web.Response:
        return self._faults()

    async def clear_faults(self, _: web.Request) -> web.Response:
        self._world.faults.clear()
        return self._faults()

    def _faults(self) -> web.Response:
        return reply({"faults": self._world.faults.listed()})

    async def add_flood(self, request: web.Request) -> web.Response:
        body = await read_body(request, "chat_id", "seconds")
        chat_id = integer(body, "chat_id")
        if self._world.chat(chat_id) is None:
            raise ControlError(f"no such chat: {chat_id}", field="chat_id", status=404)
        bot, seconds = self._bot(body), number(body, "seconds", 60.0, LONGEST_FLOOD)
        flood(bot.chat(chat_id), seconds, self._world.now())
        return self._floods(bot)

    async def floods(self, request: web.Request) -> web.Response:
        return self._floods(self._world.current_bot(query_integer(request, "bot")))

    async def clear_floods(self, request: web.Request) -> web.Response:
        bot = self._world.current_bot(query_integer(request, "bot"))
        for chat in bot.record.chats.values():
            flood(chat, 0, self._world.now())
        return self._floods(bot)

    def _floods(self, bot: Bot) -> web.Response:
        left = {chat_id: flooded(chat, self._world.now()) for chat_id, chat in bot.record.chats.items()}
        listed = [{"chat_id": each, "seconds": round(left[each], 1)} for each in left if left[each]]
        return reply({"floods": listed})

    async def inject(self, request: web.Request) -> web.Response:
        return reply(await control_world.inject(self._world, request))

    async def reset(self, request: web.Request) -> web.Response:
        return reply(await control_world.reset(self._world, request))

    async def world(self, _: web.Request) -> web.Response:
        world = self._world
        return reply(
            {
                "users": [shown_user(user) for user in world.users.values()],
                "groups": [shown_group(group) for group in world.groups.values()],
                "bots": world.shown_bots(),
                "bot": world.current_bot().id or None,
                "served": world.is_served,
                "faults": world.faults.listed(),
            }
        )

    async def commands(self, request: web.Request) -> web.Response:
        query = {"user_id": query_integer(request, "user_id"), "chat_id": query_integer(request, "chat_id")}
        place = self._place({name: value for name, value in query.items() if value is not None})
        return reply(commands_shown(place.bot, place.user, place.chat))

    async def photo(self, request: web.Request) -> web.Response:
        data = self._world.photos.data(request.match_info["file_id"])
        if data is None:
            raise ControlError("no such photo", status=404)
        return web.Response(body=data, content_type=content_type(data))

    async def health(self, _: web.Request) -> web.Response:
        served = self._world.is_served
        return reply({"ok": served}, status=200 if served else 503)

    def _bot(self, body: Body) -> Bot:
        return self._world.current_bot(optional_integer(body, "bot"))

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
        return Place(self._bot(body), user, chat)


def _method_name(given: str) -> str:
    try:
        return method_class(given).__api_method__
    except MethodNotFoundError:
        raise ControlError(f"no such method: {given}", field="method") from None


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


def _kind(body: Body) -> str:
    kind = body.get("kind")
    return (
        str(kind) if isinstance(kind, int) and not isinstance(kind, bool) else text(body, "kind", longest=32)
    )


def reply(payload: Any, status: int = 200) -> web.Response:
    return web.Response(
        body=json.dumps(payload).encode(),
        status=status,
        content_type="application/json",
        headers={"Cache-Control": "no-store"},
    )
