"""Control calls on the world as a whole: begin it anew, hand a bot whatever update a test needs."""

import re
from typing import Any

from aiohttp import web

from telegram_sandbox.bots.bot import Bot
from telegram_sandbox.control.fields import Body, optional_integer, read_body
from telegram_sandbox.errors import ControlError
from telegram_sandbox.world.world import World

_KIND = re.compile(r"[a-z][a-z_]{0,63}")


def bot_of(world: World, body: Body) -> Bot:
    """The one that the call names, or the current one."""
    return world.current_bot(optional_integer(body, "bot"))


async def reset(world: World, request: web.Request) -> dict[str, Any]:
    await read_body(request)
    world.reset()
    return {"ok": True}


async def inject(world: World, request: web.Request) -> dict[str, Any]:
    """Its `update_id`, or null where the bot has not asked for updates of this kind."""
    body = await read_body(request, "update")
    kind, payload = _update(body)
    return {"update_id": world.tell_bot(bot_of(world, body), kind, payload)}


def _update(body: Body) -> tuple[str, dict[str, Any]]:
    """Kinds and payloads are not checked: bots have to live through those that nobody knows yet."""
    given = body.get("update")
    if not isinstance(given, dict) or len(given) != 1:
        raise ControlError(
            'must be an object with one field, like {"poll": {…}}; the sandbox numbers it', field="update"
        )
    [(kind, payload)] = given.items()
    if not _KIND.fullmatch(kind) or kind == "update_id" or not isinstance(payload, dict):
        raise ControlError("must name a kind of update and an object", field="update")
    return kind, payload
