"""Random requests to the whole server: nonsense, half-sense, and what real bots and people send."""

import json
import random
import struct
import zlib
from dataclasses import dataclass, field
from typing import Any

from aiohttp import ClientSession, ClientTimeout, FormData

from telegram_sandbox.botapi.method_parsing import _BY_NAME

TOKENS = [f"{number}:{'A' * 34}" for number in (4242, 4243, 4244)]
BAD_TOKENS = ["", "1", "1:short", "0:" + "A" * 34, "%2e%2e", "4242:" + "é" * 34]
USERS = [1, 2]
GROUP, FORUM = -77, -10077
IN_TIME = ClientTimeout(total=20)
VALUES: list[Any] = [
    *(None, True, 0, 1, -1, 2, 2**31, 2**63, 10**30, 1.5, 1e308, "", " ", "x", "1", "-1", "1e9", "NaN"),
    *("\x00", "🎒" * 3, "../../etc", "{0.__class__}", "<b>", "</b>", "&#55555;", "[", "{}", "[[]]", "null"),
    *([], {}, [1], [[]], {"a": 1}, "HTML", "typing", "http://127.0.0.1:9/", "x" * 5000),
    {"inline_keyboard": [[{"text": "x", "callback_data": "y"}]]},
    {"inline_keyboard": [[{}]]},
    {"keyboard": [[{"text": "k"}]]},
    {"force_reply": True},
    {"type": "chat", "chat_id": 1},
    {"type": "photo", "media": "attach://x"},
    {"message_id": 1},
    {"poll": {}},
    {"message": {"chat": 5, "from": {"id": "x"}}},
    [{"type": "bold", "offset": 0, "length": 1}],
    [{"type": "text_link", "offset": 0, "length": 10**9, "url": "x"}],
    [{"type": "date_time", "offset": 0, "length": 1, "unix_time": 2**62}],
    {"message_id": 1, "chat_id": 2, "quote": "x", "quote_position": -1},
    [{"command": "a", "description": "b"}],
    ["message"],
]
OFTEN = ["sendmessage", "editmessagetext", "setmycommands", "answercallbackquery", "sendphoto", "getupdates"]
CONTROL = {
    "users": ("id", "first_name", "language_code", "blocked", "bot"),
    "chats": ("id", "title", "members", "is_forum", "upgrade_to", "bot"),
    "members": ("chat_id", "user_id", "status", "by", "bot"),
    "topics": ("user_id", "chat_id", "message_thread_id", "name", "closed", "hidden", "deleted", "bot"),
    "messages": ("user_id", "chat_id", "text", "message_thread_id", "reply_to_message_id", "bot"),
    "taps": ("user_id", "chat_id", "message_id", "callback_data", "bot"),
    "contacts": ("user_id", "chat_id", "bot"),
    "locations": ("user_id", "chat_id", "latitude", "longitude", "horizontal_accuracy", "bot"),
    "edits": ("user_id", "chat_id", "message_id", "text", "bot"),
    "updates": ("update", "bot"),
    "faults": ("method", "kind", "count", "seconds", "bot"),
}
BODIES = [b"", b"{", b"[]", b"\xff\xfe", b"[" * 60_000, b'{"chat_id":' + b"9" * 5000 + b"}", b"a=b&" * 400]
TYPES = [
    "application/json",
    "application/json; charset=nonsense",
    "application/x-www-form-urlencoded",
    "multipart/form-data",
    "multipart/form-data; boundary=x",
    "text/plain",
    "a/b/c",
]
PATHS = [
    "/",
    "/healthz",
    "/sandbox/world",
    "/sandbox/calls?since=-1",
    "/sandbox/calls?since=99999999999999999999",
    "/sandbox/chats/1/messages",
    "/sandbox/chats/x/messages",
    "/sandbox/chats/-77/messages?bot=4242",
    "/sandbox/chats/-10077/topics",
    "/sandbox/commands?user_id=1&chat_id=1",
    "/sandbox/photos/%00",
    "/static/../server.py",
    "/static/..%2fserver.py",
    "/bot",
    "/bot/x/y/z",
]


def picture(width: int = 8) -> bytes:
    """A PNG as small as they come."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    pixels = zlib.compress((b"\0" + b"\7" * width) * width)
    head = struct.pack(">IIBBBBB", width, width, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


@dataclass
class Sent:
    verb: str
    path: str
    options: dict[str, Any]
    is_bot_call: bool = False


@dataclass
class Fuzzer:
    """Makes requests out of `rng`; what the server answers makes later ones fit better."""

    rng: random.Random
    message_id: int = 1
    queries: list[str] = field(default_factory=lambda: ["1"])
    offsets: dict[str, int] = field(default_factory=dict)

    def request(self) -> Sent:
        kinds = (self.wild_call, self.likely_call, self.wild_control, self.likely_control, self.broken)
        return self.rng.choices(kinds, (35, 30, 15, 15, 5))[0]()

    def wild_call(self) -> Sent:
        """Any method of the Bot API with any values in its fields."""
        cls = _BY_NAME[self.rng.choice([*_BY_NAME, *(OFTEN * 20)])]
        fields = list(cls.model_fields)
        arguments = {name: self.rng.choice(VALUES) for name in fields if self.rng.random() < 0.5}
        if self.rng.random() < 0.05:
            arguments["nonsense"] = self.rng.choice(VALUES)
        if "chat_id" in fields and self.rng.random() < 0.7:
            arguments["chat_id"] = self.rng.choice([*USERS, GROUP, FORUM])
        arguments.pop("timeout", None)
        strangers = [*BAD_TOKENS, f"{self.rng.randrange(1, 10**9)}:{'B' * 34}"]
        token = self.rng.choice(TOKENS if self.rng.random() < 0.95 else strangers)
        return Sent("POST", f"/bot{token}/{cls.__api_method__}", self.encoded(arguments), is_bot_call=True)

    def encoded(self, arguments: dict[str, Any]) -> dict[str, Any]:
        if self.rng.random() < 0.6:
            return {"json": arguments}
        flat = {k: v if isinstance(v, str) else json.dumps(v) for k, v in arguments.items()}
        return {"params": flat} if self.rng.random() < 0.1 and len(str(flat)) < 4000 else {"data": flat}

    def likely_call(self) -> Sent:
        """What a working bot sends."""
        token, chat_id = self.rng.choice(TOKENS), self.rng.choice([*USERS, GROUP, FORUM])
        place = {
            "chat_id": chat_id,
            "message_id": self.rng.randint(max(1, self.message_id - 9), self.message_id),
        }
        button = {"text": "go", "callback_data": str(self.rng.randrange(9))}
        content = {
            "text": f"<b>{self.rng.randrange(10**6)}</b> words",
            "parse_mode": "HTML",
            "reply_markup": {"inline_keyboard": [[button]]},
        }
        calls: dict[str, dict[str, Any]] = {
            "sendMessage": content | {"chat_id": chat_id},
            "editMessageText": content | place,
            "editMessageReplyMarkup": place,
            "deleteMessage": place,
            "answerCallbackQuery": {"callback_query_id": self.rng.choice(self.queries), "text": "ok"},
            "getUpdates": {"offset": self.offsets.get(token, 0), "timeout": 0},
            "getWebhookInfo": {},
            "deleteWebhook": {},
            "sendPhoto": {"chat_id": chat_id},
            "createForumTopic": {"chat_id": chat_id, "name": "Trade"},
            "closeForumTopic": {"chat_id": chat_id, "message_thread_id": self.message_id},
            "getChatMember": {"chat_id": chat_id, "user_id": self.rng.choice(USERS)},
        }
        name = self.rng.choice([*calls, "getUpdates", "answerCallbackQuery"])
        options: dict[str, Any] = {"json": calls[name]}
        if name == "sendPhoto":
            options = {"data": FormData({"chat_id": str(chat_id)})}
            options["data"].add_field("photo", picture(), filename="p.png")
        return Sent("POST", f"/bot{token}/{name}", options, is_bot_call=True)

    def wild_control(self) -> Sent:
        path = self.rng.choice(list(CONTROL))
        arguments = {name: self.rng.choice(VALUES) for name in CONTROL[path] if self.rng.random() < 0.6}
        if self.rng.random() < 0.05:
            arguments["nonsense"] = self.rng.choice(VALUES)
        quick = {"wait": 0} if path == "taps" else {}
        return Sent("POST", f"/sandbox/{path}", {"json": arguments | quick})

    def likely_control(self) -> Sent:
        """What a person does. Planned faults are such that no answer is lost and none is a server error."""
        user_id = self.rng.choice(USERS)
        place = {"user_id": user_id, "chat_id": self.rng.choice([user_id, GROUP, FORUM])}
        kind = self.rng.choice(["400", "403", "429", "duplicate", "delay"])
        writing = ("messages", place | {"text": self.rng.choice(["/start", "hello", "@sandbox_4242_bot x"])})
        tapping = ("taps", place | {"message_id": self.message_id, "callback_data": "go", "wait": 0})
        calls: list[tuple[str, dict[str, Any]]] = [
            *(writing, writing, tapping, tapping),
            ("users", {"id": user_id, "first_name": "A", "blocked": self.rng.random() < 0.1}),
            ("users", {"id": self.rng.randrange(3, 10**9), "first_name": "passer-by"}),
            ("chats", {"id": GROUP, "title": "T", "members": USERS}),
            ("chats", {"id": FORUM, "title": "F", "members": USERS, "is_forum": True}),
            ("members", self.likely_move()),
            ("topics", place | {"name": "Trade"}),
            ("topics", place | {"message_thread_id": 1, "closed": self.rng.random() < 0.5}),
            ("faults", {"method": "*", "kind": kind, "seconds": 0, "count": 3}),
        ]
        path, body = self.rng.choice(calls)
        return Sent("POST", f"/sandbox/{path}", {"json": body})

    def likely_move(self) -> dict[str, Any]:
        status = self.rng.choice(["member", "member", "administrator", "left", "kicked"])
        who = {"user_id": USERS[-1]} if self.rng.random() < 0.5 else {}
        return who | {"chat_id": self.rng.choice([GROUP, FORUM]), "status": status}

    def broken(self) -> Sent:
        path = self.rng.choice([f"/bot{TOKENS[0]}/sendMessage", "/sandbox/messages", *PATHS])
        verb = self.rng.choice(["POST", "GET", "GET", "PUT", "DELETE", "OPTIONS"])
        if verb == "GET":
            return Sent("GET", path, {})
        headers = {"Content-Type": self.rng.choice(TYPES)}
        return Sent(verb, path, {"data": self.rng.choice(BODIES), "headers": headers})

    def learn(self, body: Any) -> None:
        """Message ids, callback queries and offsets out of an answer."""
        result = body.get("result") if isinstance(body, dict) else None
        if isinstance(result, dict) and "message_id" in result:
            self.message_id = result["message_id"]
        elif isinstance(result, list):
            for update in result:
                if isinstance(update, dict) and "callback_query" in update:
                    self.queries = [*self.queries[-20:], update["callback_query"]["id"]]

    def confirm(self, path: str, body: Any) -> None:
        updates = body.get("result") if isinstance(body, dict) else None
        if path.endswith("/getUpdates") and isinstance(updates, list) and updates:
            self.offsets[path.split("/")[1].removeprefix("bot")] = updates[-1]["update_id"] + 1


async def ask(http: ClientSession, url: str, fuzzer: Fuzzer) -> tuple[str, int]:
    """Sends one request and checks the answer's shape; the path and the status."""
    sent = fuzzer.request()
    async with http.request(sent.verb, url + sent.path, timeout=IN_TIME, **sent.options) as response:
        is_json = response.content_type == "application/json"
        body: Any = await response.json() if is_json else await response.read()
    assert response.status < 500, (sent, response.status, body)
    if sent.is_bot_call:
        assert body["ok"] is (response.status == 200), (sent, body)
        fuzzer.learn(body)
        fuzzer.confirm(sent.path, body)
    elif response.status >= 400:
        assert is_json, (sent, body)
        assert body.get("error") or body.get("description"), (sent, body)
    return sent.path, response.status
