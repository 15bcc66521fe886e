"""Stands before several processes of one bot: any of them gets any update, some again, in no order."""

import asyncio
import random
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

from aiohttp import ClientError, ClientSession, ClientTimeout, web

from apps.game_core.system.nursery import Nursery
from tools.support.ports import free_ports

_HEADERS = ("Content-Type", "X-Telegram-Bot-Api-Secret-Token")
_HOST, _PATH = "127.0.0.1", "/hook"
_PATIENCE = 10.0
_FIRST_PAUSE, _LONGEST_PAUSE = 0.05, 0.4
_REDELIVERED_EVERY = 0.5
_KEPT = 2000


@dataclass(frozen=True, slots=True)
class _Update:
    body: bytes
    headers: dict[str, str]


@dataclass(slots=True)
class Front:
    """Takes every update at `port`, and sees to it that the process at one of the `ports` handles it.

    The messenger lets a user's updates wait for one another; here they reach all processes at the same time.
    """

    port: int
    ports: Sequence[int]
    session: ClientSession
    dice: random.Random
    redelivered: int = field(default=0, init=False)
    _taken: int = field(default=0, init=False)
    _kept: list[_Update] = field(default_factory=list, init=False)
    _turn: int = field(default=0, init=False)
    _tasks: Nursery = field(default_factory=Nursery, init=False)

    @property
    def url(self) -> str:
        return hook_at(self.port)

    async def take(self, request: web.Request) -> web.Response:
        headers = {name: request.headers[name] for name in _HEADERS if name in request.headers}
        update = _Update(await request.read(), headers)
        self._keep(update)
        self._tasks.start("update", self._deliver(update))
        return web.Response()

    async def redeliver(self) -> None:
        """Send updates again, whatever their age, for ever."""
        while True:
            await asyncio.sleep(self.dice.uniform(0, 2 * _REDELIVERED_EVERY))
            if self._kept:
                update, port = self.dice.choice(self._kept), self.dice.choice(self.ports)
                self.redelivered += await self._post(update, port)

    async def close(self) -> None:
        await self._tasks.close()

    def _keep(self, update: _Update) -> None:
        """So many of all there were, each as likely as any other."""
        self._taken += 1
        if len(self._kept) < _KEPT:
            self._kept.append(update)
        elif (place := self.dice.randrange(self._taken)) < _KEPT:
            self._kept[place] = update

    async def _deliver(self, update: _Update) -> None:
        """To the next process; to another one when that is away, or silent for too long."""
        for pause in _pauses():
            if await self._post(update, self._next()):
                return
            await asyncio.sleep(pause)

    def _next(self) -> int:
        self._turn += 1
        return self.ports[self._turn % len(self.ports)]

    async def _post(self, update: _Update, port: int) -> bool:
        with suppress(ClientError, TimeoutError, OSError):
            async with self.session.post(hook_at(port), data=update.body, headers=update.headers) as answer:
                return answer.ok
        return False


async def all_listen(ports: Sequence[int]) -> bool:
    """Whether somebody listens at each of them."""
    for port in ports:
        try:
            _, writer = await asyncio.open_connection(_HOST, port)
        except OSError:
            return False
        writer.close()
    return True


@asynccontextmanager
async def open_front(processes: int, dice: random.Random) -> AsyncIterator[Front]:
    """Listen on the loopback address for as long as the block runs."""
    port, *ports = free_ports(processes + 1)
    async with ClientSession(timeout=ClientTimeout(total=_PATIENCE)) as session:
        front = Front(port, ports, session, dice)
        app = web.Application()
        app.router.add_post(_PATH, front.take)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        try:
            await web.TCPSite(runner, _HOST, port, backlog=1024).start()
            yield front
        finally:
            await front.close()
            await runner.cleanup()


def _pauses() -> Iterator[float]:
    pause = _FIRST_PAUSE
    while True:
        yield pause
        pause = min(2 * pause, _LONGEST_PAUSE)


def hook_at(port: int) -> str:
    return f"http://{_HOST}:{port}{_PATH}"
