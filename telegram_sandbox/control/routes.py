"""The control interface, JSON over HTTP: what tests see of the sandbox, and the trouble that they make."""

from aiohttp import web

from telegram_sandbox.botapi.method_parsing import method_class
from telegram_sandbox.bots.bot import Bot
from telegram_sandbox.control import world as control_world
from telegram_sandbox.control.fields import (
    Body,
    integer,
    number,
    path_integer,
    query_integer,
    read_body,
    reply,
    text,
)
from telegram_sandbox.control.groups import GroupControl
from telegram_sandbox.control.people import PeopleControl
from telegram_sandbox.control.world import bot_of
from telegram_sandbox.errors import ControlError, MethodNotFoundError
from telegram_sandbox.trouble.faults import ANY, WEBHOOK, Fault, longest_wait
from telegram_sandbox.trouble.flood import LONGEST_FLOOD, flood, flooded
from telegram_sandbox.world.photos import content_type
from telegram_sandbox.world.views import shown_user
from telegram_sandbox.world.world import World


class Control:
    def __init__(self, world: World) -> None:
        self._world = world

    def routes(self) -> list[web.RouteDef]:
        return [
            *PeopleControl(self._world).routes(),
            *GroupControl(self._world).routes(),
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
            web.get("/sandbox/photos/{file_id}", self.photo),
            web.get("/healthz", self.health),
        ]

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
        bot, seconds = bot_of(self._world, body), number(body, "seconds", 60.0, LONGEST_FLOOD)
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
                "groups": [world.shown_group(group) for group in world.groups.values()],
                "bots": world.shown_bots(),
                "bot": world.current_bot().id or None,
                "served": world.is_served,
                "private_topics": world.config.private_topics,
                "faults": world.faults.listed(),
            }
        )

    async def photo(self, request: web.Request) -> web.Response:
        data = self._world.photos.data(request.match_info["file_id"])
        if data is None:
            raise ControlError("no such photo", status=404)
        return web.Response(body=data, content_type=content_type(data))

    async def health(self, _: web.Request) -> web.Response:
        served = self._world.is_served
        return reply({"ok": served}, status=200 if served else 503)


def _method_name(given: str) -> str:
    try:
        return method_class(given).__api_method__
    except MethodNotFoundError:
        raise ControlError(f"no such method: {given}", field="method") from None


def _kind(body: Body) -> str:
    kind = body.get("kind")
    return (
        str(kind) if isinstance(kind, int) and not isinstance(kind, bool) else text(body, "kind", longest=32)
    )
