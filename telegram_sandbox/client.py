"""A typed client of the sandbox's control interface, and a player who sees and taps."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from types import TracebackType
from typing import Any, Self

from aiohttp import ClientSession, ClientTimeout

from telegram_sandbox.client_messages import Answer, Button, ChatMessage, Json, TapResult, message_of

__all__ = [
    "Answer",
    "Button",
    "ChatMessage",
    "ControlRefusedError",
    "NotSeenError",
    "Player",
    "SandboxClient",
    "TapButton",
    "TapResult",
]

TapButton = Callable[[str], Awaitable[TapResult]]
"""Taps a button by its label."""

PATIENCE = 20.0
GLANCE = 0.02


class ControlRefusedError(Exception):
    def __init__(self, status: int, reason: str, field_name: str | None) -> None:
        self.status = status
        self.reason = reason
        self.field = field_name
        super().__init__(f"{status}: {field_name or 'request'}: {reason}")


class NotSeenError(AssertionError):
    """What a test waited for did not appear; carries what stood in the chat instead."""

    def __init__(self, wanted: str, chat: Sequence["ChatMessage"]) -> None:
        shown = "\n---\n".join(message.as_text() for message in chat[-3:]) or "(the chat is empty)"
        super().__init__(f"not seen: {wanted}. The chat ends with:\n{shown}")


class SandboxClient:
    """Speaks to a running sandbox; use it as a context manager or close it."""

    def __init__(self, url: str) -> None:
        self._url = url.rstrip("/")
        self._session: ClientSession | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()

    async def add_user(
        self,
        user_id: int,
        first_name: str = "Player",
        language_code: str = "en",
        *,
        last_name: str | None = None,
        username: str | None = None,
    ) -> "Player":
        names = {"first_name": first_name, "last_name": last_name, "username": username}
        await self._post("users", id=user_id, language_code=language_code, **names)
        return Player(self, user_id)

    async def block(self, user_id: int, *, blocked: bool = True) -> None:
        """The user blocks the bot, or lets it in again."""
        users = (await self._call("GET", "/sandbox/world"))["users"]
        known = next(user for user in users if user["id"] == user_id)
        await self._post("users", **(known | {"blocked": blocked}))

    async def add_chat(
        self, chat_id: int, title: str, members: Sequence[int], *, is_forum: bool | None = None
    ) -> None:
        """The first member is the owner; the bot is in it."""
        await self._post("chats", id=chat_id, title=title, members=list(members), is_forum=is_forum)

    async def set_member(
        self, chat_id: int, status: str, user_id: int | None = None, by: int | None = None
    ) -> None:
        """Of a user, or else the bot: `member`, `administrator`, `left` or `kicked`."""
        await self._post("members", chat_id=chat_id, user_id=user_id, status=status, by=by)

    async def topic(self, user_id: int, chat_id: int, name: str | None = None, **change: Any) -> int:
        """Begins a topic; with `message_thread_id`, changes one: `closed`, `hidden`, `deleted`, `name`."""
        told = await self._post("topics", user_id=user_id, chat_id=chat_id, name=name, **change)
        return int(told["message_thread_id"])

    async def topics(self, chat_id: int) -> list[Json]:
        return list(await self._call("GET", f"/sandbox/chats/{chat_id}/topics"))

    async def upgrade_chat(self, chat_id: int, new_id: int) -> None:
        """The group becomes a supergroup with another id."""
        await self._post("chats", id=chat_id, upgrade_to=new_id)

    async def send(
        self,
        user_id: int,
        text: str,
        chat_id: int | None = None,
        reply_to: int | None = None,
        topic: int | None = None,
    ) -> int:
        place = {"user_id": user_id, "chat_id": chat_id, "message_thread_id": topic}
        sent = await self._post("messages", **place, text=text, reply_to_message_id=reply_to)
        return int(sent["message_id"])

    async def edit(self, user_id: int, message_id: int, text: str, chat_id: int | None = None) -> None:
        """A person edits a message of their own."""
        await self._post("edits", user_id=user_id, chat_id=chat_id, message_id=message_id, text=text)

    async def tap(
        self, user_id: int, chat_id: int, message_id: int, callback_data: str, wait: float = PATIENCE
    ) -> TapResult:
        place = {"user_id": user_id, "chat_id": chat_id, "message_id": message_id}
        result = await self._post("taps", **place, callback_data=callback_data, wait=wait)
        answer = result["answer"]
        return TapResult(Answer(**answer) if answer else None, result["latency_ms"])

    async def messages(self, chat_id: int) -> list[ChatMessage]:
        listed = await self._call("GET", f"/sandbox/chats/{chat_id}/messages")
        return [message_of(shown) for shown in listed]

    async def calls(self, since: int = 0) -> list[Json]:
        return list((await self._call("GET", f"/sandbox/calls?since={since}"))["calls"])

    async def fault(
        self, method: str, kind: str, count: int = 1, seconds: float = 1.0, every: int = 1
    ) -> None:
        """The last one of each `every` calls meets it, `count` times in all."""
        await self._post("faults", method=method, kind=kind, count=count, seconds=seconds, every=every)

    async def clear_faults(self) -> None:
        await self._call("DELETE", "/sandbox/faults")

    async def flood(self, chat_id: int, seconds: float) -> None:
        """The chat answers 429 from now on, for so long; 0 ends it."""
        await self._post("floods", chat_id=chat_id, seconds=seconds)

    async def reset(self) -> None:
        """The world begins anew; bots stay connected."""
        await self._post("reset")

    async def inject(self, kind: str, payload: Json) -> int | None:
        """Hands the bot an update as it is; its id, or None where the bot has not asked for the kind."""
        update_id = (await self._post("updates", update={kind: payload}))["update_id"]
        return None if update_id is None else int(update_id)

    async def is_served(self) -> bool:
        return bool((await self._call("GET", "/sandbox/world"))["served"])

    async def until_served(self, within: float = PATIENCE) -> None:
        """Waits until a bot polls or has a webhook."""
        async with asyncio.timeout(within):
            while True:
                if await self.is_served():
                    return
                await asyncio.sleep(GLANCE)

    async def _post(self, what: str, **body: Any) -> Json:
        given = {name: value for name, value in body.items() if value is not None}
        return dict(await self._call("POST", f"/sandbox/{what}", given))

    async def _call(self, verb: str, path: str, body: Json | None = None) -> Any:
        if self._session is None:
            self._session = ClientSession(timeout=ClientTimeout(total=90))
        async with self._session.request(verb, self._url + path, json=body) as response:
            result = await response.json()
            if not response.ok:
                raise ControlRefusedError(response.status, result["error"], result.get("field"))
            return result


class Player:
    """A user in one chat, by default the private one: writes, sees, taps by label.

    What they write goes into `topic`; they see all topics.
    """

    def __init__(
        self, client: SandboxClient, user_id: int, chat_id: int | None = None, topic: int | None = None
    ) -> None:
        self.client = client
        self.id = user_id
        self.chat_id = user_id if chat_id is None else chat_id
        self.topic = topic

    def within(self, chat_id: int, topic: int | None = None) -> "Player":
        return Player(self.client, self.id, chat_id, topic)

    async def send(self, text: str) -> int:
        return await self.client.send(self.id, text, self.chat_id, topic=self.topic)

    async def messages(self) -> list[ChatMessage]:
        return await self.client.messages(self.chat_id)

    async def menu(self) -> ChatMessage:
        """The latest message of the bot with buttons."""
        return await self._until(lambda message: bool(message.rows), "a message with buttons", PATIENCE)

    async def sees(self, text: str, within: float = PATIENCE) -> ChatMessage:
        """Waits until the bot's latest messages have `text` in them."""
        return await self._until(lambda message: text in message.text, repr(text), within)

    async def offers(self, label: str, within: float = PATIENCE) -> ChatMessage:
        """Waits until one of the bot's latest messages has a button with this label."""
        return await self._until(lambda m: m.button(label) is not None, f"a button {label!r}", within)

    async def tap(self, label: str, wait: float = PATIENCE) -> TapResult:
        """Taps the button with this label in the latest message that has one."""
        message = await self.offers(label, wait)
        button = message.button(label)
        if button is None or button.callback_data is None or button.disabled:
            raise NotSeenError(f"a button {label!r} that can be tapped", [message])
        return await self.client.tap(self.id, self.chat_id, message.message_id, button.callback_data, wait)

    async def _until(
        self, wanted: Callable[[ChatMessage], bool], described: str, within: float
    ) -> ChatMessage:
        deadline = asyncio.get_running_loop().time() + within
        while True:
            chat = await self.messages()
            found = next((m for m in reversed(chat) if m.from_bot and wanted(m)), None)
            if found is not None:
                return found
            if asyncio.get_running_loop().time() >= deadline:
                raise NotSeenError(described, chat)
            await asyncio.sleep(GLANCE)
