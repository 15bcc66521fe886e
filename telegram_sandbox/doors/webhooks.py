"""Delivers updates to webhooks: in order for each chat, side by side across chats, again until accepted."""

import asyncio
import logging
import time
from collections import deque
from urllib.parse import urlsplit

import msgspec
from aiohttp import BodyPartReader, ClientError, ClientResponse, ClientSession, ClientTimeout, MultipartReader

from telegram_sandbox.botapi.api import BotApi
from telegram_sandbox.botapi.request_reading import Arguments, Files
from telegram_sandbox.bots.bot import Bot
from telegram_sandbox.config import WebhookModel
from telegram_sandbox.doors.nursery import Nursery
from telegram_sandbox.doors.webhook_errors import fault_error, webhook_error, wrong_response
from telegram_sandbox.trouble.faults import Fault
from telegram_sandbox.world.model import Json, Webhook
from telegram_sandbox.world.world import World

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105  # the header's name
MAX_ANSWER_BYTES = 1_000_000
_NEVER_ANSWERED = ("get", "setwebhook", "deletewebhook", "close", "logout")
"""Beginnings of methods that Telegram does not take from a webhook's answer."""

log = logging.getLogger(__name__)


class WebhookDelivery:
    """Listens to the world and keeps one courier for each bot that has a webhook."""

    def __init__(self, world: World, api: BotApi) -> None:
        self._world = world
        self._api = api
        self._couriers: dict[Bot, _Courier] = {}
        self._stopping = Nursery()
        self._session: ClientSession | None = None

    async def start(self) -> None:
        timeout = ClientTimeout(total=self._world.config.webhook.answer_timeout)
        self._session = ClientSession(timeout=timeout, auto_decompress=False)
        self._world.on_update = self._update
        self._world.on_webhook = self._changed
        for bot in self._world.bots:
            self._forget_unnamed(bot)
            self._changed(bot)

    async def close(self) -> None:
        for courier in self._couriers.values():
            await courier.close()
        await self._stopping.close()
        if self._session is not None:
            await self._session.close()

    def _update(self, bot: Bot, update_id: int) -> None:
        if courier := self._couriers.get(bot):
            courier.add(update_id)

    def _forget_unnamed(self, bot: Bot) -> None:
        """A webhook that was set when more hosts were allowed."""
        webhook = bot.record.webhook
        if webhook and urlsplit(webhook.url).hostname not in self._world.config.webhook_hosts:
            bot.record.webhook = None

    def _changed(self, bot: Bot) -> None:
        if old := self._couriers.pop(bot, None):
            self._stopping.start(old.close())
        if bot.record.webhook is not None and self._session is not None:
            courier = _Courier(self._world, self._api, bot, self._session)
            self._couriers[bot] = courier
            for update_id in bot.queue.snapshot():
                courier.add(update_id)


class _Courier:
    def __init__(self, world: World, api: BotApi, bot: Bot, session: ClientSession) -> None:
        self._world = world
        self._api = api
        self._bot = bot
        self._session = session
        self._webhook: Webhook = bot.record.webhook or Webhook(url="")
        self._slots = asyncio.Semaphore(self._webhook.max_connections)
        self._lanes: dict[int, deque[int]] = {}
        self._tasks = Nursery()

    async def close(self) -> None:
        await self._tasks.close()

    def add(self, update_id: int) -> None:
        update = self._bot.queue.get(update_id)
        if update is None:
            return
        key = _lane_of(update)
        if key in self._lanes:
            self._lanes[key].append(update_id)
            return
        self._lanes[key] = deque([update_id])
        self._tasks.start(self._empty(key))

    async def _empty(self, key: int) -> None:
        lane, model = self._lanes[key], self._world.config.webhook
        pause = model.first_retry
        while lane:
            update = self._bot.queue.get(lane[0])
            if update is None or await self._delivered(update):
                self._bot.queue.drop(lane.popleft())
                self._world.on_change()
                pause = model.first_retry
            else:
                await asyncio.sleep(pause)
                pause = _longer(pause, model)
        del self._lanes[key]

    async def _delivered(self, update: Json) -> bool:
        fault = self._world.faults.take("webhook")
        async with self._slots:
            try:
                return await self._attempt(update, fault)
            except (ClientError, TimeoutError, OSError) as error:
                self._failed(webhook_error(error))
                return False

    async def _attempt(self, update: Json, fault: Fault | None) -> bool:
        kind = fault.kind if fault else ""
        if kind == "drop" or kind.isdigit():
            self._failed(fault_error(kind))
            return False
        if fault and kind == "delay":
            await asyncio.sleep(fault.seconds)
        accepted = await self._post(update)
        if kind == "duplicate":
            await self._post(update)
        return accepted and kind != "drop_reply"

    async def _post(self, update: Json) -> bool:
        headers = {"Content-Type": "application/json"}
        if self._webhook.secret_token:
            headers[SECRET_HEADER] = self._webhook.secret_token
        body = msgspec.json.encode(update)
        url = self._webhook.url
        async with self._session.post(url, data=body, headers=headers, allow_redirects=False) as answer:
            if not answer.ok:
                self._failed(wrong_response(answer.status, answer.reason))
                return False
            await self._call_back(answer)
        return True

    async def _call_back(self, answer: ClientResponse) -> None:
        """A webhook may answer with a method to call."""
        arguments, files = await _method_in(answer)
        method = str(arguments.get("method", "")).lower()
        if method.startswith(_NEVER_ANSWERED):
            log.info("passed over what the answer of a webhook calls: %s", method)
        elif method:
            await self._api.perform_inline(self._bot, arguments, files)

    def _failed(self, reason: str) -> None:
        self._webhook.last_error_date = int(time.time())
        self._webhook.last_error_message = reason


def _longer(pause: float, model: WebhookModel) -> float:
    return min(pause * 2, model.longest_retry)


def _lane_of(update: Json) -> int:
    """Whose updates wait for each other: a chat's, or a user's; those of nobody wait for one another."""
    payload: Json = next((value for name, value in update.items() if name != "update_id"), {})
    whose = payload.get("chat") or payload.get("from")
    number = whose.get("id") if isinstance(whose, dict) else None
    return number if isinstance(number, int) else 0


async def _method_in(answer: ClientResponse) -> tuple[Arguments, Files]:
    try:
        if answer.content_type.startswith("multipart/"):
            return await _multipart(answer)
        body = await answer.content.read(MAX_ANSWER_BYTES)
        given = msgspec.json.decode(body) if body.strip() else None
    except (ValueError, RecursionError):
        return {}, {}
    return (given if isinstance(given, dict) else {}), {}


async def _multipart(answer: ClientResponse) -> tuple[Arguments, Files]:
    arguments: Arguments = {}
    files: Files = {}
    reader = MultipartReader.from_response(answer)
    while (part := await reader.next()) is not None:
        if not isinstance(part, BodyPartReader) or part.name is None:
            continue
        data = bytes(await part.read(decode=True))
        if part.filename is None:
            arguments[part.name] = data.decode()
        else:
            files[part.name] = data
    return arguments, files
