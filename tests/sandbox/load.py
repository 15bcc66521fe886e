"""What the sandbox costs beside a bot: 1,000 users tap at once, each process's CPU is read from outside.

python -m tests.sandbox.load --bot shop
python -m tests.sandbox.load --bot inventory
"""

import asyncio
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click
import psutil
from aiohttp import ClientSession, ClientTimeout, TCPConnector

from apps.embedded import EmbeddedServers
from tools.support.patience import PATIENCE

from .server_process import ROOT, sandbox_process
from .shop_bot import TOKEN

FIRST_USER = 1_000
QUIET = 0.3
JOURNEYS = {"shop": ["Buy", "Buy", "Buy", "Buy"], "inventory": ["Inventory", "Backpack", "Back", "Backpack"]}


@click.command()
@click.option("--bot", type=click.Choice(list(JOURNEYS)), default="shop", show_default=True)
@click.option("--users", default=1_000, show_default=True)
def load(bot: str, users: int) -> None:
    """Exit code 1 when the sandbox used more CPU per call than the bot."""
    with sandbox_process("--no-flood") as (url, sandbox), bot_process(bot, url) as process:
        sys.exit(asyncio.run(Run(url, users, Cost(sandbox), Cost(process)).go(JOURNEYS[bot])))


@contextmanager
def bot_process(kind: str, url: str) -> Iterator[psutil.Process]:
    if kind == "shop":
        with started("tests.sandbox.serve_shop", url) as process:
            yield process
        return
    with tempfile.TemporaryDirectory() as data, EmbeddedServers(Path(data), durable=False) as servers:
        places = {
            "REDIS_URL": servers.redis_url,
            "DATABASE_URL": servers.database_url,
            "REDIS_MAX_CONNECTIONS": "1024",  # a thousand at once outnumber the default
        }
        with started(
            "bot", "bot", BOT_TOKEN=TOKEN, BOT_API_URL=url, LOG_LEVEL="WARNING", **places
        ) as process:
            yield process


@contextmanager
def started(module: str, *arguments: str, **environment: str) -> Iterator[psutil.Process]:
    command = (sys.executable, "-m", module, *arguments)
    with subprocess.Popen(command, cwd=ROOT, env={**os.environ, **environment}) as process:
        try:
            yield psutil.Process(process.pid)
        finally:
            process.terminate()


@dataclass
class Cost:
    process: psutil.Process
    spent: float = 0.0
    _since: float = 0.0

    @property
    def _cpu(self) -> float:
        times = self.process.cpu_times()
        return float(times.user + times.system)

    def begin(self) -> None:
        self._since = self._cpu

    def end(self) -> None:
        self.spent += self._cpu - self._since


@dataclass
class Run:
    url: str
    users: int
    sandbox: Cost
    bot: Cost
    latencies: list[float] = field(default_factory=list)
    taps: int = 0
    calls: int = 0
    seconds: float = 0.0

    async def go(self, labels: list[str]) -> int:
        unlimited = TCPConnector(limit=0)
        async with ClientSession(self.url, connector=unlimited, timeout=ClientTimeout(total=120)) as http:
            await self._until_served(http)
            await asyncio.gather(*(self._enter(http, user) for user in self._ids))
            await self._quiet(http)
            for label in labels:
                await self._round(http, label)
        return self._report()

    @property
    def _ids(self) -> range:
        return range(FIRST_USER, FIRST_USER + self.users)

    async def _until_served(self, http: ClientSession) -> None:
        while not (await self._get(http, "/sandbox/world"))["served"]:  # noqa: ASYNC110  # another process
            await asyncio.sleep(QUIET)

    async def _enter(self, http: ClientSession, user: int) -> None:
        await self._post(http, "users", id=user, first_name=f"U{user}")
        await self._post(http, "messages", user_id=user, text="/start")

    async def _round(self, http: ClientSession, label: str) -> None:
        """Everybody taps the button at once; the looking for it and the waiting afterwards cost nothing."""
        places = [await self._button(http, user, label) for user in self._ids]
        made = (await self._get(http, "/sandbox/calls?since=1000000000"))["next"]
        for cost in (self.sandbox, self.bot):
            cost.begin()
        began = time.monotonic()
        results = await asyncio.gather(*(self._post(http, "taps", wait=60, **place) for place in places))
        self.seconds += time.monotonic() - began
        last = await self._quiet(http)
        for cost in (self.sandbox, self.bot):
            cost.end()
        self.calls += last - made
        self.taps += len(results)
        self.latencies += [result["latency_ms"] for result in results if result["answer"]]

    async def _button(self, http: ClientSession, user: int, label: str) -> dict[str, Any]:
        """Where to tap; a bot under load draws its menus late."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            messages = await self._get(http, f"/sandbox/chats/{user}/messages")
            for place, button in buttons(reversed(messages)):
                if label in button["text"] and "callback_data" in button:
                    return place | {"user_id": user, "callback_data": button["callback_data"]}
            await asyncio.sleep(QUIET)
        raise click.ClickException(f"user {user} has no button {label!r}")

    async def _quiet(self, http: ClientSession) -> int:
        """Waits until the bot makes no more calls; the number of the next one."""
        counts = [-1, 0]
        while counts[-1] != counts[-2]:
            await asyncio.sleep(QUIET)
            counts.append((await self._get(http, "/sandbox/calls?since=1000000000"))["next"])
        return int(counts[-1])

    async def _post(self, http: ClientSession, what: str, **body: Any) -> Any:
        async with http.post(f"/sandbox/{what}", json=body, raise_for_status=True) as response:
            return await response.json()

    async def _get(self, http: ClientSession, path: str) -> Any:
        async with http.get(path, raise_for_status=True) as response:
            return await response.json()

    def _report(self) -> int:
        ordered = sorted(self.latencies)
        answered = len(ordered)
        click.echo(
            f"{self.taps} taps by {self.users} users in {self.seconds:.1f} s, {self.calls} Bot API calls"
        )
        median, slow = ordered[answered // 2], ordered[answered * 99 // 100]
        click.echo(f"{answered} answered in time, after {median:.0f} ms (median), {slow:.0f} ms (p99)")
        shares = {"sandbox": self.sandbox.spent, "bot": self.bot.spent}
        for name, spent in shares.items():
            click.echo(f"{name:<8} {spent:.2f} s CPU, {spent / self.calls * 1000:.2f} ms a call")
        return int(self.sandbox.spent > self.bot.spent)


def buttons(messages: Iterable[dict[str, Any]]) -> Iterator[tuple[dict[str, int], dict[str, Any]]]:
    for message in messages:
        place = {"chat_id": message["chat_id"], "message_id": message["message_id"]}
        for row in (message["reply_markup"] or {}).get("inline_keyboard", []):
            yield from ((place, button) for button in row)


if __name__ == "__main__":
    load()
