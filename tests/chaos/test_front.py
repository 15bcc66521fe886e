"""What stands before several processes: an update is handled, whichever of them is away."""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aiohttp import ClientSession, web

from tools.chaos.front import Front, all_listen, open_front
from tools.support.patience import PATIENCE


@asynccontextmanager
async def process(port: int, heard: "asyncio.Queue[tuple[int, str]]") -> AsyncIterator[None]:
    async def hear(request: web.Request) -> web.Response:
        heard.put_nowait((port, await request.text()))
        return web.Response()

    app = web.Application()
    app.router.add_post("/hook", hear)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    yield
    await runner.cleanup()


async def send(front: Front, text: str) -> int:
    async with ClientSession() as session, session.post(front.url, data=text) as answer:
        return answer.status


@pytest.fixture
async def front() -> AsyncIterator[Front]:
    async with open_front(2, random.Random(1)) as opened:
        yield opened


async def test_an_update_waits_for_a_process_and_nobody_waits_for_the_update(front: Front) -> None:
    heard: asyncio.Queue[tuple[int, str]] = asyncio.Queue()

    assert await send(front, "one") == 200
    assert not await all_listen(front.ports)
    async with process(front.ports[1], heard), asyncio.timeout(PATIENCE):
        assert await heard.get() == (front.ports[1], "one")


async def test_updates_come_to_every_process_and_again(front: Front) -> None:
    heard: asyncio.Queue[tuple[int, str]] = asyncio.Queue()
    async with process(front.ports[0], heard), process(front.ports[1], heard):
        assert await all_listen(front.ports)
        for text in ("one", "two"):
            await send(front, text)
        async with asyncio.timeout(PATIENCE):
            first = {await heard.get() for _ in range(2)}
            again = asyncio.create_task(front.redeliver())
            second = await heard.get()
            again.cancel()

    assert {port for port, _ in first} == set(front.ports)
    assert {text for _, text in first} == {"one", "two"}
    assert second[1] in {"one", "two"}
