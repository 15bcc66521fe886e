"""Random requests: whatever comes in, an answer in shape goes out, and never a fault of the sandbox's own.

The long form is a command: `python -m tests.sandbox.fuzz`.
"""

import random

from aiohttp import ClientSession

from telegram_sandbox.server import SandboxServer

from .random_requests import Fuzzer, ask

REQUESTS = 700


async def test_random_requests_leave_no_server_error(sandbox: SandboxServer, http: ClientSession) -> None:
    fuzzer = Fuzzer(random.Random(20))
    statuses = [(await ask(http, sandbox.url, fuzzer))[1] for _ in range(REQUESTS)]
    assert statuses.count(200) > REQUESTS / 5
    assert {400, 401, 404} <= set(statuses)
