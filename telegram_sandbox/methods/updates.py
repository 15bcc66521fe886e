import asyncio
import ipaddress
import socket
from collections.abc import Collection
from urllib.parse import urlsplit

from aiogram.methods import DeleteWebhook, GetUpdates, GetWebhookInfo, SetWebhook
from aiogram.types import Update

from telegram_sandbox.bots.update_queue import LONGEST_POLL, MAX_BATCH
from telegram_sandbox.errors import BadRequestError, ConflictError
from telegram_sandbox.methods.call import Call
from telegram_sandbox.rules.botapi_rules import secret_token
from telegram_sandbox.world.model import Json, Webhook

WEBHOOK_ACTIVE = (
    "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
)
MAX_CONNECTIONS = 100
DEFAULT_CONNECTIONS = 40
LONGEST_URL = 2048
UPDATE_KINDS = frozenset(Update.model_fields) - {"update_id"}


async def get_updates(call: Call, method: GetUpdates) -> list[Json]:
    queue, record = call.bot.queue, call.bot.record
    if record.webhook is not None:
        raise ConflictError(WEBHOOK_ACTIVE)
    if method.allowed_updates is not None:
        record.allowed_updates = _known_updates(method.allowed_updates)
    if method.offset:
        queue.confirm(method.offset)
        call.world.on_change()
    limit = MAX_BATCH if method.limit is None else min(max(method.limit, 1), MAX_BATCH)
    return await queue.poll(limit, min(max(method.timeout or 0, 0), LONGEST_POLL))


async def set_webhook(call: Call, method: SetWebhook) -> bool:
    if not method.url:
        return _remove(call, drop_pending=method.drop_pending_updates)
    record = call.bot.record
    connections = DEFAULT_CONNECTIONS if method.max_connections is None else method.max_connections
    url = webhook_url(method.url, call.world.config.webhook_hosts)
    webhook = Webhook(
        url=url,
        ip_address=await _ip_address(url),
        secret_token=secret_token(method.secret_token),
        max_connections=min(max(connections, 1), MAX_CONNECTIONS),
    )
    if method.allowed_updates is not None:
        record.allowed_updates = _known_updates(method.allowed_updates)
    if method.drop_pending_updates:
        call.bot.queue.clear()
    record.webhook = webhook
    call.bot.queue.interrupt("terminated by setWebhook request")
    call.world.webhook_changed(call.bot)
    return True


def delete_webhook(call: Call, method: DeleteWebhook) -> bool:
    return _remove(call, drop_pending=method.drop_pending_updates)


def _remove(call: Call, *, drop_pending: bool | None) -> bool:
    call.bot.record.webhook = None
    if drop_pending:
        call.bot.queue.clear()
    call.world.webhook_changed(call.bot)
    return True


def get_webhook_info(call: Call, _: GetWebhookInfo) -> Json:
    webhook, record = call.bot.record.webhook, call.bot.record
    info: Json = {
        "url": webhook.url if webhook else "",
        "has_custom_certificate": False,
        "pending_update_count": len(call.bot.queue),
    }
    if webhook:
        info |= {"max_connections": webhook.max_connections, "ip_address": webhook.ip_address}
        for name in ("last_error_date", "last_error_message"):
            if (value := getattr(webhook, name)) is not None:
                info[name] = value
    if record.allowed_updates:
        info["allowed_updates"] = record.allowed_updates
    return info


def _known_updates(names: list[str]) -> list[str]:
    """Unknown kinds are passed over, as at Telegram."""
    return [name for name in dict.fromkeys(names) if name in UPDATE_KINDS]


def webhook_url(url: str, hosts: Collection[str]) -> str:
    """A webhook the sandbox may call: like a Bot API server in local mode, but at the named hosts only."""
    if len(url) > LONGEST_URL:
        raise BadRequestError("bad webhook: URL is too long")
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError as fault:
        raise BadRequestError(f"bad webhook: {fault}") from None
    if parts.scheme not in {"http", "https"} or not host:
        raise BadRequestError("bad webhook: an HTTP or HTTPS URL must be provided for webhook")
    if host not in hosts:
        named = ", ".join(hosts) or "no host"
        raise BadRequestError(f"bad webhook: the sandbox was allowed to call {named}, and not {host}")
    return url


async def _ip_address(url: str) -> str:
    """Of version 4 where there is one, as Telegram prefers it."""
    host = urlsplit(url).hostname
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except OSError:
        return "<unknown>"
    return str(min(found, key=lambda each: each[0] != socket.AF_INET)[4][0])


def is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
