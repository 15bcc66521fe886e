"""Random requests: whatever comes in, an answer in shape goes out, and never a fault of the sandbox's own."""

import json
import random
from typing import Any

from aiohttp import ClientSession

from apps.sandbox.method_parsing import _BY_NAME
from apps.sandbox.server import SandboxServer

from .conftest import TOKEN

REQUESTS = 600
VALUES: list[Any] = [
    None,
    True,
    0,
    1,
    -1,
    2**31,
    2**63,
    1.5,
    1e308,
    "",
    " ",
    "x",
    "1",
    "-1",
    "1e9",
    "NaN",
    "\x00",
    "🎒" * 3,
    "../../etc",
    "{0.__class__}",
    "<b>",
    "</b>",
    "&#55555;",
    "[",
    "{}",
    "[[]]",
    "null",
    [],
    {},
    [1],
    [[]],
    {"a": 1},
    {"inline_keyboard": [[{"text": "x", "callback_data": "y"}]]},
    {"inline_keyboard": [[{}]]},
    {"type": "chat", "chat_id": 1},
    {"message_id": 1},
    {"type": "photo", "media": "attach://x"},
    "HTML",
    "x" * 5000,
    "http://127.0.0.1:9/",
    "typing",
    {"keyboard": [[{"text": "k"}]]},
    {"force_reply": True},
    [{"type": "bold", "offset": 0, "length": 1}],
    [{"command": "a", "description": "b"}],
    ["message"],
]
CONTROL = ["users", "chats", "messages", "taps", "faults"]
CONTROL_FIELDS = [
    "id",
    "first_name",
    "language_code",
    "title",
    "members",
    "user_id",
    "chat_id",
    "text",
    "message_id",
    "callback_data",
    "wait",
    "method",
    "kind",
    "count",
    "seconds",
    "bot",
    "upgrade_to",
    "blocked",
    "reply_to_message_id",
]


def bot_call(rng: random.Random) -> tuple[str, dict[str, Any]]:
    name = rng.choice(
        [*_BY_NAME, *(["sendmessage", "editmessagetext", "setmycommands", "answercallbackquery"] * 20)]
    )
    fields = [*_BY_NAME[name].model_fields, "nonsense"]
    arguments = {field: rng.choice(VALUES) for field in fields if rng.random() < 0.5}
    if "chat_id" in fields and rng.random() < 0.7:
        arguments["chat_id"] = 1
    arguments.pop("timeout", None)
    return f"bot{TOKEN}/{name}", arguments


def control_call(rng: random.Random) -> tuple[str, dict[str, Any]]:
    arguments = {field: rng.choice(VALUES) for field in CONTROL_FIELDS if rng.random() < 0.4}
    return f"sandbox/{rng.choice(CONTROL)}", arguments | {"wait": 0}


def encoded(rng: random.Random, arguments: dict[str, Any]) -> dict[str, Any]:
    if rng.random() < 0.6:
        return {"json": arguments}
    return {
        "data": {
            key: value if isinstance(value, str) else json.dumps(value) for key, value in arguments.items()
        }
    }


async def test_random_requests_leave_no_server_error(sandbox: SandboxServer, http: ClientSession) -> None:
    rng = random.Random(20)
    await (
        await http.post(f"{sandbox.url}/sandbox/messages", json={"user_id": 1, "text": "/start"})
    ).release()
    for _ in range(REQUESTS):
        sandbox.state.faults.clear()
        is_control = rng.random() < 0.3
        path, arguments = control_call(rng) if is_control else bot_call(rng)
        options = {"json": arguments} if is_control else encoded(rng, arguments)
        async with http.post(f"{sandbox.url}/{path}", **options) as response:
            body = await response.json()
            assert response.status < 500, (path, arguments, body)
            assert is_control or body["ok"] is (response.status == 200)
